#pragma once

#include <cstdint>
#include <vector>

namespace hone::rollout {

/// What the policy is asked, as tokens.
struct Prompt {
  std::vector<std::int32_t> ids;  // not empty
  /// Names the random streams of its samples: the same number, seed and step draw the same, in whatever company.
  std::uint64_t stream = 0;
};

enum class Finish {
  kStop,    // an end-of-sequence token, or a stop string
  kLength,  // max_new_tokens reached
};

/// One sampled answer: token in, token out; text is derived from it, never the other way round.
struct Completion {
  std::int64_t prompt = 0;        // index into the prompts
  std::int64_t sample = 0;        // 0 .. num_generations-1
  std::vector<std::int32_t> ids;  // the end-of-sequence token included
  std::vector<float> logprobs;    // of each token, under softmax(logits / temperature) of the whole vocabulary
  Finish finish = Finish::kLength;
};

}  // namespace hone::rollout
