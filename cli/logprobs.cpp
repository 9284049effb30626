#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/policy_options.h"
#include "core/error.h"
#include "policies/packed_batch.h"

namespace hone::cli {
namespace {

// Tokens that go through the decoder at once, and those for which logits exist at once: enough to keep the products
// busy.
constexpr std::int64_t kBatchTokens = 4096;
constexpr std::int64_t kChunkTokens = 1024;

struct LogprobsOptions {
  PolicyOptions policy;
  std::string input;
  double temperature = 1.0;
};

struct Sequence {
  nlohmann::json id;  // as it was written
  std::vector<std::int32_t> ids;
  std::size_t completion_start = 0;
};

Sequence read_sequence(const InputLine& line, const policies::DecoderConfig& config) {
  Sequence sequence{line.id(), line.token_ids(config.vocab_size), 0};
  const auto length = static_cast<std::int64_t>(sequence.ids.size());
  if (length < 2 || length > config.max_position_embeddings) {
    throw core::DataError(line.place() + ": \"token_ids\" needs 2 to " +
                          std::to_string(config.max_position_embeddings) + " tokens, the policy's context, found " +
                          std::to_string(length));
  }
  const auto start = line.whole_number("completion_start");
  if (start < 1 || start >= length) {
    throw core::DataError(line.place() + ": \"completion_start\" needs 1 to " + std::to_string(length - 1) +
                          ", as a token has one before it that predicts it, found " + std::to_string(start));
  }
  sequence.completion_start = static_cast<std::size_t>(start);
  return sequence;
}

/// Computes sequences [begin, end) in one packed pass and writes their lines.
void write_batch(const policies::Policy& policy, const std::vector<Sequence>& sequences, std::size_t begin,
                 std::size_t end, double temperature) {
  policies::PackedBatchBuilder builder;
  for (auto i = begin; i < end; ++i) builder.add_sequence(sequences[i].ids, sequences[i].completion_start);
  const auto batch = std::move(builder).build(policy.device());
  const auto result = policies::packed_logprobs(policy, batch, temperature, kChunkTokens).logprobs.cpu().contiguous();
  const auto* logprobs = result.const_data_ptr<float>();
  for (auto i = begin; i < end; ++i) {
    const auto count = sequences[i].ids.size() - sequences[i].completion_start;
    OutputLine line;
    line["id"] = sequences[i].id;
    line["logprobs"] = std::vector<float>(logprobs, logprobs + count);
    logprobs += count;
    write_line(line);
  }
}

void logprobs(const LogprobsOptions& options) {
  end_at_interrupt();
  const auto policy = load_policy(options.policy);
  std::vector<Sequence> sequences;
  for_each_input_line(options.input,
                      [&](const InputLine& line) { sequences.push_back(read_sequence(line, policy.config())); });
  const c10::InferenceMode inference;
  for (std::size_t begin = 0; begin < sequences.size();) {
    auto end = begin;
    for (std::int64_t tokens = 0; end < sequences.size() && tokens < kBatchTokens; ++end) {
      tokens += static_cast<std::int64_t>(sequences[end].ids.size());
    }
    write_batch(policy, sequences, begin, end, options.temperature);
    begin = end;
  }
}

}  // namespace

void add_logprobs_command(CLI::App& app) {
  auto options = std::make_shared<LogprobsOptions>();
  auto* command = app.add_subcommand("logprobs", "Log-probabilities that a policy gives to tokens");
  add_policy_options(*command, options->policy);
  command->add_option("--input", options->input, "JSONL: id, token_ids, completion_start")
      ->required()
      ->type_name("FILE");
  command->add_option("--temperature", options->temperature, "Divides the logits")
      ->check(CLI::Range(1e-6, 1e6))
      ->capture_default_str();
  command->callback([options] { logprobs(*options); });
}

}  // namespace hone::cli
