#include "rollout/generator.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "core/error.h"
#include "rollout/batch.h"

namespace hone::rollout {
namespace {

void check_prompts(const policies::Policy& policy, const std::vector<Prompt>& prompts, const SamplingConfig& sampling) {
  const auto context = policy.config().max_position_embeddings;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const auto length = static_cast<std::int64_t>(prompts[i].ids.size());
    if (length == 0) {
      throw core::DataError("prompt " + std::to_string(i) + " has no tokens");
    }
    for (const auto id : prompts[i].ids) {
      if (id < 0 || id >= policy.config().vocab_size) {
        throw core::DataError("prompt " + std::to_string(i) + " holds token " + std::to_string(id) +
                              ", which is not in the policy's vocabulary of " +
                              std::to_string(policy.config().vocab_size));
      }
    }
    if (length + sampling.max_completion_length > context) {
      throw core::DataError("prompt " + std::to_string(i) + " has " + std::to_string(length) +
                            " tokens, which with max_completion_length " +
                            std::to_string(sampling.max_completion_length) + " passes the policy's context of " +
                            std::to_string(context));
    }
  }
}

}  // namespace

Generator::Generator(const policies::Policy& policy, std::int64_t slots) : policy_(policy), slots_(slots) {
  if (slots < 1) {
    throw core::ConfigError("rollout: slots is " + std::to_string(slots) + ", needs at least 1");
  }
}

RolloutWork Generator::generate(const std::vector<Prompt>& prompts, std::int64_t samples,
                                const SamplingConfig& sampling, const StreamName& stream,
                                const OnCompletion& on_completion) {
  if (prompts.empty() || samples <= 0) {
    return {};
  }
  check_prompts(policy_, prompts, sampling);
  const c10::InferenceMode inference;
  const policies::Decoder::Packed packed(policy_.decoder(),
                                         std::min(slots_, static_cast<std::int64_t>(prompts.size()) * samples));
  Batch batch(policy_, prompts, samples, sampling, stream, slots_, on_completion);
  while (batch.has_waiting() || batch.is_running()) {
    if (batch.should_admit()) {
      batch.admit();
    }
    if (batch.is_running()) {
      batch.decode();
    }
  }
  return batch.work();
}

std::string completion_text(const policies::Policy& policy, const Completion& completion,
                            const std::vector<std::string>& stop) {
  auto ids = completion.ids;
  const auto& ends = policy.config().eos_token_ids;
  if (!ids.empty() && std::find(ends.begin(), ends.end(), ids.back()) != ends.end()) {
    ids.pop_back();
  }
  auto text = policy.tokenizer().decode_written(ids);
  return text.substr(0, find_stop(text, stop));
}

std::size_t find_stop(const std::string& text, const std::vector<std::string>& stop) {
  auto first = std::string::npos;
  for (const auto& string : stop) {
    first = std::min(first, text.find(string));
  }
  return first;
}

}  // namespace hone::rollout
