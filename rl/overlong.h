#pragma once

#include <cstdint>

namespace hone::rl {

/// Soft overlong punishment, added to an answer's reward: 0 up to `max_length - buffer` tokens, then falling
/// linearly to -penalty at `max_length` and beyond. Needs 1 <= buffer <= max_length.
/// Source: DAPO (2503.14476) equation 13, there with penalty 1.
[[nodiscard]] double overlong_reward(std::int64_t length, std::int64_t max_length, std::int64_t buffer, double penalty);

}  // namespace hone::rl
