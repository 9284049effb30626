#pragma once

#include "rewards/math/scalar/flint.h"

namespace hone::rewards::math::scalar {

/// A disc of complex numbers that surely holds a value; not finite where the value is undefined or could not be
/// enclosed.
class Ball {
 public:
  Ball() { acb_init(value_); }
  Ball(const Ball& other) {
    acb_init(value_);
    acb_set(value_, other.value_);
  }
  Ball(Ball&& other) noexcept {
    acb_init(value_);
    acb_swap(value_, other.value_);
  }
  Ball& operator=(const Ball& other) {
    acb_set(value_, other.value_);
    return *this;
  }
  Ball& operator=(Ball&& other) noexcept {
    acb_swap(value_, other.value_);
    return *this;
  }
  ~Ball() { acb_clear(value_); }

  [[nodiscard]] acb_ptr get() { return value_; }
  [[nodiscard]] acb_srcptr get() const { return value_; }
  [[nodiscard]] arb_ptr real() { return acb_realref(value_); }
  [[nodiscard]] arb_srcptr real() const { return &value_->real; }
  [[nodiscard]] arb_ptr imaginary() { return acb_imagref(value_); }
  [[nodiscard]] arb_srcptr imaginary() const { return &value_->imag; }
  [[nodiscard]] bool is_finite() const { return acb_is_finite(value_) != 0; }
  [[nodiscard]] bool is_real() const { return acb_is_real(value_) != 0; }
  [[nodiscard]] bool is_positive() const { return is_real() && arb_is_positive(real()) != 0; }
  [[nodiscard]] bool is_negative() const { return is_real() && arb_is_negative(real()) != 0; }

 private:
  acb_t value_;
};

}  // namespace hone::rewards::math::scalar
