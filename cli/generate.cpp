#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/policy_options.h"
#include "core/error.h"
#include "policies/prompt_format.h"
#include "rollout/generator.h"

namespace hone::cli {
namespace {

struct GenerateOptions {
  PolicyOptions policy;
  std::string prompts;
  std::string chat_template = "auto";
  rollout::SamplingConfig sampling;
  bool has_length = false;  // --max-new-tokens was given
  std::int64_t samples = 1;
  std::uint64_t seed = 1;
  std::int64_t slots = 64;
  bool stats = false;
};

struct PromptLines {
  std::vector<nlohmann::json> ids;  // of the lines, as they were written
  std::vector<std::string> places;
  std::vector<rollout::Prompt> prompts;
  std::size_t tokens = 0;
};

/// Each key of a described struct as an option, with its documentation, default and check: the names are a config's.
struct OptionsOf {
  CLI::App& command;

  template <class Member>
  void operator()(const std::string& key, Member& member, const char* doc, const core::Check& check = {}) const {
    auto* option = command.add_option(flag(key), member, doc);
    if constexpr (std::is_arithmetic_v<Member>) {
      option->capture_default_str()->check(number(check));
    } else {
      option->allow_extra_args(false)->check(content())->type_name("TEXT");
    }
  }

  static std::string flag(std::string key) {
    if (key == "max_completion_length") return "--max-new-tokens";
    std::replace(key.begin(), key.end(), '_', '-');
    return "--" + key;
  }
  static CLI::Validator number(const core::Check& check) {
    return {[check](const std::string& text) {
              double value = 0.0;
              const bool is_number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
              return is_number && check.accepts(value) ? "" : "needs a number, " + check.needs() + ", found " + text;
            },
            ""};
  }
  static CLI::Validator content() {
    return {[](const std::string& text) { return text.empty() ? "needs text, found none" : ""; }, ""};
  }
};

std::vector<std::int32_t> ids_of(const InputLine& line, const policies::Policy& policy,
                                 const policies::PromptFormat& format) {
  const int given = int{line.has("prompt")} + int{line.has("messages")} + int{line.has("token_ids")};
  if (given != 1) {
    throw core::DataError(line.place() + R"(: needs one of "prompt", "messages" and "token_ids", found )" +
                          (given == 0 ? "none" : std::to_string(given)));
  }
  auto ids = line.has("token_ids") ? line.token_ids(policy.config().vocab_size)
             : line.has("prompt")  ? format.text_ids(line.text("prompt"))
                                   : format.ids(chat_messages(line));
  if (ids.empty()) throw core::DataError(line.place() + ": needs a prompt of at least one token, found none");
  for (const auto id : ids) {
    if (id >= policy.config().vocab_size) {
      throw core::DataError(line.place() + ": the tokenizer gives token " + std::to_string(id) +
                            ", and the policy knows only " + std::to_string(policy.config().vocab_size));
    }
  }
  return ids;
}

PromptLines read_prompts(const GenerateOptions& options, const policies::Policy& policy) {
  PromptLines lines;
  const policies::PromptFormat format(policy.tokenizer(), policy.source(), options.chat_template);
  for_each_input_line(options.prompts, [&](const InputLine& line) {
    lines.prompts.push_back({ids_of(line, policy, format), lines.prompts.size()});
    lines.ids.push_back(line.id());
    lines.places.push_back(line.place());
    lines.tokens += lines.prompts.back().ids.size();
  });
  return lines;
}

/// The length that was asked for, if every prompt leaves room for it in the policy's context; if none was, the default
/// or what the longest prompt leaves.
std::int64_t length_that_fits(const GenerateOptions& options, const PromptLines& lines, std::int64_t context) {
  auto length = options.sampling.max_completion_length;
  for (std::size_t i = 0; i < lines.prompts.size(); ++i) {
    const auto prompt = static_cast<std::int64_t>(lines.prompts[i].ids.size());
    const auto room = context - prompt;
    if (room < (options.has_length ? length : 1)) {
      throw core::DataError(lines.places[i] + ": the prompt has " + std::to_string(prompt) + " tokens, needs at most " +
                            std::to_string(context - (options.has_length ? length : 1)) +
                            " to leave room for the answer in the policy's context of " + std::to_string(context));
    }
    if (!options.has_length) length = std::min(length, room);
  }
  return length;
}

/// Samples end in any order; lines are written by prompt and sample, each as soon as those before it are.
class OrderedWriter {
 public:
  using WriteSample = std::function<void(const rollout::Completion&)>;
  OrderedWriter(std::int64_t samples, WriteSample write) : samples_(samples), write_(std::move(write)) {}

  void add(rollout::Completion&& completion) {
    const auto position = completion.prompt * samples_ + completion.sample;
    waiting_.emplace(position, std::move(completion));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; ++next_) {
      write_(first->second);
      first = waiting_.erase(first);
    }
  }

 private:
  std::int64_t samples_;
  WriteSample write_;
  std::int64_t next_ = 0;
  std::map<std::int64_t, rollout::Completion> waiting_;
};

OutputLine to_line(const rollout::Completion& completion, const nlohmann::json& id, std::string text) {
  OutputLine line;
  line["id"] = id;
  line["index"] = completion.sample;
  line["text"] = std::move(text);
  line["token_ids"] = completion.ids;
  line["logprobs"] = completion.logprobs;
  line["finish"] = completion.finish == rollout::Finish::kStop ? "stop" : "length";
  return line;
}

void generate(GenerateOptions options) {
  end_at_interrupt();
  const auto policy = load_policy(options.policy);
  const auto lines = read_prompts(options, policy);
  options.sampling.max_completion_length = length_that_fits(options, lines, policy.config().max_position_embeddings);

  OrderedWriter writer(options.samples, [&](const rollout::Completion& completion) {
    const auto& id = lines.ids[static_cast<std::size_t>(completion.prompt)];
    write_line(to_line(completion, id, rollout::completion_text(policy, completion, options.sampling.stop)));
  });
  std::size_t new_tokens = 0;
  const auto start = std::chrono::steady_clock::now();
  rollout::Generator(policy, options.slots)
      .generate(lines.prompts, options.samples, options.sampling, {options.seed, "generate", 0},
                [&](rollout::Completion&& completion) {
                  new_tokens += completion.ids.size();
                  writer.add(std::move(completion));
                });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (options.stats) {
    OutputLine stats;
    stats["prompt_tokens"] = lines.tokens;
    stats["new_tokens"] = new_tokens;
    stats["seconds"] = seconds;
    stats["tokens_per_s"] = static_cast<double>(new_tokens) / seconds;
    std::cerr << stats.dump() << std::endl;
  }
}

}  // namespace

void add_generate_command(CLI::App& app) {
  auto options = std::make_shared<GenerateOptions>();
  auto* command = app.add_subcommand("generate", "Answers of a policy to prompts, one JSON line a sample");
  add_policy_options(*command, options->policy);
  command->add_option("--prompts", options->prompts, "JSONL: id, and one of prompt (text), messages, token_ids")
      ->required()
      ->type_name("FILE");
  OptionsOf visitor{*command};
  options->sampling.describe(visitor);
  auto* length = command->get_option("--max-new-tokens");
  command->add_option("--n", options->samples, "Samples a prompt")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 20))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Decides every draw")
      ->check(CLI::NonNegativeNumber)  // else CLI11 2.1 takes -1 for 2^64 - 1
      ->capture_default_str();
  command->add_option("--slots", options->slots, "Samples that decode at once; it changes speed and memory, not draws")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 16))
      ->capture_default_str();
  add_chat_template(*command, options->chat_template);
  command->add_flag("--stats", options->stats,
                    "A last line on stderr: prompt_tokens, new_tokens, seconds, tokens_per_s");
  command->callback([options, length] {
    options->has_length = length->count() > 0;
    generate(*options);
  });
}

}  // namespace hone::cli
