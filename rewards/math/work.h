#pragma once

#include <cstddef>
#include <cstdint>

namespace hone::rewards::math {

/// What one verdict may still cost. Caps instead of timeouts: what is refused is refused before it is computed.
class Work {
 public:
  explicit Work(std::uint64_t units) : left_(units) {}
  /// False when that much is not left; then nothing is left.
  bool spend(std::uint64_t units) {
    if (units > left_) {
      left_ = 0;
      return false;
    }
    left_ -= units;
    return true;
  }
  [[nodiscard]] bool is_spent() const { return left_ == 0; }

 private:
  std::uint64_t left_;  // of about a nanosecond
};

}  // namespace hone::rewards::math
