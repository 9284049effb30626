#include "rl/checks/prompt_check.h"

#include <algorithm>

#include "datasets/jsonl.h"
#include "report/format.h"
#include "report/text.h"
#include "rl/checks/words.h"
#include "rl/prompting.h"

namespace hone::rl {
namespace {

constexpr std::size_t kNamedIds = 3;

/// Questions that are answered under one limit.
struct Asked {
  std::string name;
  std::string limit_key;  // of the limit
  std::int64_t max_completion_length = 0;
  std::string how_many;  // "512 sampled", "all 40"
  std::vector<datasets::Question> questions;
};

struct Lengths {
  std::int64_t shortest = 0;
  double mean = 0.0;
  std::int64_t longest = 0;
  std::size_t longest_question = 0;
  std::int64_t longest_fitting = 0;
  std::vector<std::size_t> too_long;  // indices
};

Lengths measure(const Asked& asked, const RunConfig& config, const policies::Policy& policy) {
  const auto room = policy.config().max_position_embeddings - asked.max_completion_length;
  const auto format = prompt_format(config.policy, policy);
  Lengths lengths;
  double sum = 0.0;
  for (std::size_t i = 0; i < asked.questions.size(); ++i) {
    const auto prompt = make_prompt(format, asked.questions[i], 0);
    const auto tokens = static_cast<std::int64_t>(prompt.ids.size());
    sum += static_cast<double>(tokens);
    lengths.shortest = i == 0 ? tokens : std::min(lengths.shortest, tokens);
    if (tokens > lengths.longest) {
      lengths.longest = tokens;
      lengths.longest_question = i;
    }
    if (tokens > room) {
      lengths.too_long.push_back(i);
    } else {
      lengths.longest_fitting = std::max(lengths.longest_fitting, tokens);
    }
  }
  lengths.mean = sum / static_cast<double>(std::max<std::size_t>(1, asked.questions.size()));
  return lengths;
}

/// The beginning of what is asked last, to recognise a question by.
std::string first_line(const datasets::Question& question) {
  const auto& text = question.messages.empty() ? question.id : question.messages.back().content;
  return report::clip(report::printable(text.substr(0, text.find('\n'))), 60);
}

void refuse_too_long(CheckItem& item, const Asked& asked, const Lengths& lengths, std::int64_t context) {
  if (lengths.too_long.empty()) {
    return;
  }
  std::string ids;
  for (std::size_t i = 0; i < std::min(kNamedIds, lengths.too_long.size()); ++i) {
    ids += (i == 0 ? "" : ", ") + report::printable(asked.questions[lengths.too_long[i]].id);
  }
  const auto& longest = asked.questions[lengths.longest_question];
  const auto room = context - lengths.longest;
  item.fail(Fault::kUser, asked.name + ": " + std::to_string(lengths.too_long.size()) + " of " + asked.how_many +
                              " prompts do not fit the policy's context of " + std::to_string(context) +
                              " tokens together with " + asked.limit_key + " " +
                              std::to_string(asked.max_completion_length) + " (" + ids +
                              (lengths.too_long.size() > kNamedIds ? ", …" : "") + "); the longest, " +
                              report::printable(longest.id) + ", has " + std::to_string(lengths.longest) +
                              " tokens: \"" + first_line(longest) + "\". Leave them out" +
                              (room > 0 ? ", or lower " + asked.limit_key + " to " + std::to_string(room) : ""));
}

Lengths describe(CheckItem& item, const Asked& asked, const RunConfig& config, const policies::Policy& policy) {
  const auto lengths = measure(asked, config, policy);
  item.say(asked.name + ": " + asked.how_many + ", " + std::to_string(lengths.shortest) + " to " +
           std::to_string(lengths.longest) + " tokens, mean " + report::format_number(lengths.mean, 4));
  item.figures["sets"].push_back({{"name", asked.name},
                                  {"questions", asked.questions.size()},
                                  {"shortest", lengths.shortest},
                                  {"mean", lengths.mean},
                                  {"longest", lengths.longest},
                                  {"longest_id", asked.questions[lengths.longest_question].id},
                                  {"max_completion_length", asked.max_completion_length},
                                  {"too_long", lengths.too_long.size()}});
  refuse_too_long(item, asked, lengths, policy.config().max_position_embeddings);
  if (lengths.shortest == 0) {
    item.fail(Fault::kUser, asked.name + ": a prompt has no tokens, needs at least one");
  }
  return lengths;
}

std::string name_of(const datasets::SourceConfig& source) {
  return report::printable(!source.name.empty() ? source.name : source.domain.empty() ? source.path : source.domain);
}

Asked training_questions(const RunConfig& config, const RunPaths& paths, const datasets::SourceConfig& source,
                         std::size_t index) {
  Asked asked{name_of(source), "rollout.max_completion_length", config.rollout.sampling.max_completion_length, "", {}};
  const auto seed = source.seed.value_or(config.seed);
  if (!source.path.empty() && source.domain.empty()) {
    asked.questions = datasets::load_questions(source.path, source.name);
    asked.how_many = "all " + std::to_string(asked.questions.size());
  } else {
    const auto path = "data.sources." + std::to_string(index);
    asked.questions = datasets::make_source(source, datasets::Split::kTrain, seed, paths.config_file, path)
                          ->questions(0, kSampledQuestions);
    asked.how_many = std::to_string(asked.questions.size()) + " sampled";
  }
  return asked;
}

Asked evaluation_questions(const RunConfig& config, const RunPaths& paths, std::size_t index) {
  const auto& set = config.eval.sets[index];
  const auto path = "eval.sets." + std::to_string(index);
  auto from = set.source;
  if (!from.path.empty()) {
    from.path = (paths.config_folder / from.path).string();
  }
  auto questions = datasets::make_set(from, datasets::Split::kEval, set.seed, static_cast<std::size_t>(set.n),
                                      paths.config_file, path);
  const auto how_many = "all " + std::to_string(questions.size());
  return {"evaluation " + report::printable(set.name), path + ".max_completion_length",
          set.sampling.max_completion_length, how_many, std::move(questions)};
}

void extend(RolloutExtent& extent, const Asked& asked, const Lengths& lengths, std::int64_t sequences) {
  extent.longest_sequence = std::max(extent.longest_sequence, lengths.longest_fitting + asked.max_completion_length);
  extent.sequences = std::max(extent.sequences, sequences);
}

/// The prompt as the policy reads it: its text, and its tokens by name, which show what became a control token.
void show_prompt(CheckItem& item, const RunConfig& config, const policies::Policy& policy,
                 const datasets::Question& question) {
  constexpr std::size_t kShownTokens = 12;
  const auto format = prompt_format(config.policy, policy);
  const auto prompt = make_prompt(format, question, 0);
  const auto text = format.text(chat_messages(question));
  std::string names;
  for (std::size_t i = 0; i < std::min(kShownTokens, prompt.ids.size()); ++i) {
    names += (i == 0 ? "" : " ") + report::printable(policy.tokenizer().token_text(prompt.ids[i]));
  }
  item.say("the first prompt, " + report::printable(question.id) + ", as the policy reads it:");
  say_quoted(item, text);
  item.say(std::to_string(prompt.ids.size()) + " tokens: " + names + (prompt.ids.size() > kShownTokens ? " …" : ""));
  item.figures["first_prompt"] = {{"id", question.id}, {"text", text}, {"token_ids", prompt.ids}};
}

}  // namespace

void check_prompts(CheckItem& item, const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
                   PromptsFound& found) {
  const auto data = with_paths(config.data, paths.config_folder);
  item.figures["sets"] = nlohmann::ordered_json::array();
  double weights = 0.0;
  bool is_first = true;
  for (std::size_t i = 0; i < data.sources.size(); ++i) {
    const auto& source = data.sources[i];
    if (source.weight <= 0) {
      continue;
    }
    const auto asked = training_questions(config, paths, source, i);
    const auto lengths = describe(item, asked, config, policy);
    if (std::exchange(is_first, false)) {
      show_prompt(item, config, policy, asked.questions.front());
    }
    found.extent.longest_prompt = std::max(found.extent.longest_prompt, lengths.longest_fitting);
    extend(found.extent, asked, lengths, config.rollout.prompts_per_step * config.rollout.num_generations);
    found.mean_tokens = (found.mean_tokens * weights + lengths.mean * source.weight) / (weights + source.weight);
    weights += source.weight;
  }
  for (std::size_t i = 0; i < config.eval.sets.size(); ++i) {
    const auto asked = evaluation_questions(config, paths, i);
    const auto lengths = describe(item, asked, config, policy);
    extend(found.extent, asked, lengths,
           static_cast<std::int64_t>(asked.questions.size()) * config.eval.sets[i].num_generations);
  }
}

}  // namespace hone::rl
