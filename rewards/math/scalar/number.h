#pragma once

#include <cstdint>
#include <utility>

#include "rewards/math/scalar/flint.h"

namespace hone::rewards::math::scalar {

/// An exact rational number in lowest terms. One that fits in a word costs no allocation.
class Number {
 public:
  Number() { fmpq_init(value_); }
  explicit Number(std::int64_t numerator, std::int64_t denominator = 1) {
    fmpq_init(value_);
    fmpz_set_si(fmpq_numref(value_), numerator);
    fmpz_set_si(fmpq_denref(value_), denominator);
    fmpq_canonicalise(value_);
  }
  Number(const Number& other) {
    fmpq_init(value_);
    fmpq_set(value_, other.value_);
  }
  Number(Number&& other) noexcept {
    fmpq_init(value_);
    fmpq_swap(value_, other.value_);
  }
  Number& operator=(const Number& other) {
    fmpq_set(value_, other.value_);
    return *this;
  }
  Number& operator=(Number&& other) noexcept {
    fmpq_swap(value_, other.value_);
    return *this;
  }
  ~Number() { fmpq_clear(value_); }

  [[nodiscard]] fmpq* get() { return value_; }
  [[nodiscard]] const fmpq* get() const { return value_; }
  [[nodiscard]] fmpz* numerator() { return fmpq_numref(value_); }
  [[nodiscard]] const fmpz* numerator() const { return &value_->num; }
  [[nodiscard]] fmpz* denominator() { return fmpq_denref(value_); }
  [[nodiscard]] const fmpz* denominator() const { return &value_->den; }

  [[nodiscard]] int sign() const { return fmpq_sgn(value_); }
  [[nodiscard]] bool is_integer() const { return fmpz_is_one(denominator()) != 0; }
  [[nodiscard]] bool is(std::int64_t value) const { return is_integer() && fmpz_equal_si(numerator(), value); }
  /// An integer that a long holds with room to spare.
  [[nodiscard]] bool is_small() const { return is_integer() && fmpz_bits(numerator()) <= 31; }
  [[nodiscard]] std::int64_t small() const { return fmpz_get_si(numerator()); }
  [[nodiscard]] std::uint64_t bits() const { return fmpz_bits(numerator()) + fmpz_bits(denominator()); }

 private:
  fmpq_t value_;
};

inline bool operator==(const Number& left, const Number& right) {
  return fmpq_equal(left.get(), right.get()) != 0;
}
inline Number operator+(const Number& left, const Number& right) {
  Number sum;
  fmpq_add(sum.get(), left.get(), right.get());
  return sum;
}
inline Number operator-(const Number& left, const Number& right) {
  Number difference;
  fmpq_sub(difference.get(), left.get(), right.get());
  return difference;
}
inline Number operator*(const Number& left, const Number& right) {
  Number product;
  fmpq_mul(product.get(), left.get(), right.get());
  return product;
}
inline Number operator-(const Number& value) {
  Number negative;
  fmpq_neg(negative.get(), value.get());
  return negative;
}
/// Needs value != 0.
inline Number inverse(const Number& value) {
  Number result;
  fmpq_inv(result.get(), value.get());
  return result;
}

}  // namespace hone::rewards::math::scalar
