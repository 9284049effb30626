// One GRPO step on work of a fixed size: prompts × samples × tokens, random weights, no answer ends early, no group is
// skipped. Prints a JSON line a step with the seconds of each phase, and a closing line with medians, the
// matrix-product peak measured on this machine, and the share of it that each phase reached.
//   bench_grpo_step [--dtype bfloat16] [--steps 5] [--prompts 32] [--samples 16] [--prompt-tokens 16] [--new-tokens 64]
//   …                   the sizes of a random Llama
//   --policy DIR        instead: the sizes and the tokenizer of a Hugging Face folder, which must have a token for each
//                       digit; its weights stay random, and no token ends an answer
#include <ATen/Parallel.h>
#include <malloc.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include "cli/run_options.h"
#include "cost/hardware.h"
#include "cost/stopwatch.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"
#include "policies/tokenizers/sentencepiece_training.h"
#include "rl/peak.h"
#include "rl/trainer.h"

namespace {

using hone::cost::Phase;
using hone::cost::phase_name;

struct Options {
  std::int64_t steps = 5, prompts = 32, samples = 16, prompt_tokens = 16, new_tokens = 64, micro_batch_tokens = 4096,
               chunk_tokens = 2304;
  std::int64_t vocab = 512, hidden = 256, intermediate = 704, layers = 6, heads = 4, kv_heads = 4, slots = 512;
  std::string dtype = "bfloat16";
  std::string policy;
  bool recompute = false;
  int threads = 0;
};

/// Some reward that differs between random answers.
class CharacterSum : public hone::rewards::Scorer {
 public:
  [[nodiscard]] hone::rewards::Score score(const hone::datasets::Question&,
                                           const hone::rewards::Answer& answer) const override {
    std::int64_t sum = 0;
    for (const char c : answer.text) {
      sum += static_cast<unsigned char>(c);
    }
    hone::rewards::Score score;
    score.score = static_cast<double>(sum % 17) / 17.0;
    return score;
  }
};

/// A symbol that is always one token, so that prompts have exactly the length that is asked for.
std::string symbol(std::int64_t i) {
  return "<x" + std::to_string(i) + ">";
}
constexpr std::int64_t kSymbols = 150;

std::shared_ptr<const hone::policies::Tokenizer> make_tokenizer(std::int64_t vocab) {
  std::vector<std::string> texts;
  for (int i = 0; i < 4000; ++i) {
    texts.push_back("Question " + std::to_string(i * 7919 % 10007) + ": what is " + std::to_string(i * 7 % 97) +
                    " plus " + std::to_string(i * 13 % 89) + " times the number of words in this text?");
  }
  hone::policies::SentencePieceOptions options;
  options.vocab_size = vocab;
  options.split_digits = false;
  for (std::int64_t i = 0; i < kSymbols; ++i) {
    options.user_defined_symbols.push_back(symbol(i));
  }
  return hone::policies::SentencePieceTokenizer::from_bytes(hone::policies::train_sentencepiece(texts, options),
                                                            "the benchmark's tokenizer");
}

std::string symbols_prompt(std::int64_t question, std::int64_t tokens) {
  std::string prompt;
  for (std::int64_t k = 0; k + 2 < tokens; ++k) {  // the begin-of-sequence token and the template's newline come to it
    prompt += symbol((question * 31 + k * (1 + question % 7)) % kSymbols);
  }
  return prompt;
}

std::string digits_prompt(std::int64_t question, std::int64_t tokens) {
  std::string prompt;
  for (std::int64_t k = 0; k + 1 < tokens; ++k) {
    prompt += static_cast<char>('0' + (question * 31 + k * (1 + question % 7)) % 10);
  }
  return prompt;
}

/// Questions of exactly `prompt_tokens` tokens.
std::filesystem::path write_questions(const Options& options) {
  const auto path = std::filesystem::temp_directory_path() / "hone_bench_questions.jsonl";
  std::ofstream file(path);
  for (std::int64_t i = 0; i < 1024; ++i) {
    const auto prompt =
        options.policy.empty() ? symbols_prompt(i, options.prompt_tokens) : digits_prompt(i, options.prompt_tokens);
    file << nlohmann::json{{"id", std::to_string(i)}, {"prompt", prompt}, {"answer", "0"}}.dump() << "\n";
  }
  return path;
}

hone::policies::DecoderConfig decoder_config(const Options& options, const hone::policies::Tokenizer& tokenizer) {
  hone::policies::DecoderConfig config;
  if (!options.policy.empty()) {
    config = hone::policies::load_decoder_config(options.policy);
    config.eos_token_ids.clear();
    return config;
  }
  config.vocab_size = tokenizer.vocab_size();
  config.hidden_size = options.hidden;
  config.intermediate_size = options.intermediate;
  config.num_hidden_layers = options.layers;
  config.num_attention_heads = options.heads;
  config.num_key_value_heads = options.kv_heads;
  config.head_dim = options.hidden / options.heads;
  config.max_position_embeddings = 512;
  config.tie_word_embeddings = true;
  return config;
}

hone::rl::RunConfig run_config(const Options& options, const std::filesystem::path& questions) {
  hone::rl::RunConfig config;
  config.policy.path = "unused: the weights are random";
  config.policy.chat_template = "plain";
  config.policy.recompute_activations = options.recompute;
  config.policy.dtype = hone::core::enum_from_name<hone::policies::ComputeType>(options.dtype).value();
  config.data.sources.push_back({.name = "bench", .domain = "", .path = questions.string(), .options = {}, .seed = {}});
  config.scorers["sum"].type = "character_sum";
  config.rollout.num_generations = options.samples;
  config.rollout.prompts_per_step = options.prompts;
  config.rollout.slots = options.slots;
  config.rollout.sampling.max_completion_length = options.new_tokens;
  config.train.max_steps = options.steps + 1;
  config.train.micro_batch_tokens = options.micro_batch_tokens;
  config.policy.logprob_chunk_tokens = options.chunk_tokens;
  config.train.schedule.learning_rate = 1e-6;
  return hone::rl::resolve(config, "bench");
}

struct Measured {
  double total = 0.0;
  std::map<std::string, hone::cost::Work> phases;
};

nlohmann::ordered_json to_json(const Measured& step, double peak) {
  nlohmann::ordered_json json = {{"total_s", step.total}};
  double flops = 0.0;
  for (const auto& [name, work] : step.phases) {
    json[name + "_s"] = work.seconds;
    flops += work.model_flops;
    if (work.model_flops > 0 && work.seconds > 0) {
      json[name + "_share_of_peak"] = work.hardware_flops / work.seconds / peak;
    }
  }
  json["gflop"] = flops / 1e9;
  json["share_of_peak"] = flops / step.total / peak;
  return json;
}

Measured difference(const hone::cost::Ledger& before, const hone::cost::Ledger& after, double total) {
  Measured measured;
  measured.total = total;
  for (int i = 0; i < hone::cost::kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    const auto &a = after.work(phase), &b = before.work(phase);
    if (a.seconds > b.seconds) {
      measured.phases[std::string(phase_name(phase))] = {a.seconds - b.seconds, a.tokens - b.tokens,
                                                         a.model_flops - b.model_flops,
                                                         a.hardware_flops - b.hardware_flops};
    }
  }
  return measured;
}

double peak_memory_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1 << 20);
}

void measure(const Options& options) {
  hone::cli::use_threads(options.threads);
  hone::rewards::register_scorer("character_sum", [](const nlohmann::json&, const hone::rewards::ScorerSetting&) {
    return std::make_shared<CharacterSum>();
  });
  std::shared_ptr<const hone::policies::Tokenizer> tokenizer =
      options.policy.empty() ? make_tokenizer(options.vocab) : hone::policies::load_tokenizer(options.policy);
  const auto config = run_config(options, write_questions(options));
  const auto decoder = decoder_config(options, *tokenizer);
  auto policy = hone::policies::Policy::create(decoder, tokenizer, 0, config.policy.dtype, at::kCPU);
  hone::cost::Ledger ledger;
  hone::rl::Trainer trainer(config, {.config_file = "bench"}, policy, config.data, {}, ledger);
  const double peak = hone::rl::measure_matmul_peak(config.policy.dtype, policy.device());
  std::vector<Measured> steps;
  for (std::int64_t i = 0; i <= options.steps; ++i) {
    const auto before = ledger;
    hone::cost::Stopwatch watch;
    trainer.step();
    const auto measured = difference(before, ledger, watch.seconds());
    if (i > 0) {  // the first one warms up
      steps.push_back(measured);
      std::cout << to_json(measured, peak).dump() << std::endl;
    }
  }
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.total < b.total; });
  nlohmann::ordered_json summary = {{"parameters", hone::cost::total_parameters(policy.shape())},
                                    {"dtype", options.dtype},
                                    {"peak_gflops_per_s", peak / 1e9},
                                    {"machine", hone::cost::in_words(hone::cost::describe_machine())},
                                    {"peak_memory_gib", peak_memory_gib()},
                                    {"min_s", steps.front().total},
                                    {"median_s", steps[steps.size() / 2].total},
                                    {"median_step", to_json(steps[steps.size() / 2], peak)}};
  std::cout << summary.dump() << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  Options options;
  CLI::App app{"One GRPO step on work of a fixed size"};
  app.add_option("--dtype", options.dtype);
  app.add_option("--steps", options.steps);
  app.add_option("--prompts", options.prompts);
  app.add_option("--samples", options.samples);
  app.add_option("--prompt-tokens", options.prompt_tokens);
  app.add_option("--new-tokens", options.new_tokens);
  app.add_option("--micro-batch-tokens", options.micro_batch_tokens);
  app.add_option("--chunk-tokens", options.chunk_tokens);
  app.add_option("--slots", options.slots);
  app.add_option("--vocab", options.vocab);
  app.add_option("--hidden", options.hidden);
  app.add_option("--intermediate", options.intermediate);
  app.add_option("--layers", options.layers);
  app.add_option("--heads", options.heads);
  app.add_option("--kv-heads", options.kv_heads);
  app.add_option("--policy", options.policy);
  app.add_flag("--recompute", options.recompute);
  app.add_option("--threads", options.threads);
  CLI11_PARSE(app, argc, argv);
  measure(options);
  return 0;
}
