#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>

#include "rewards/math/parser.h"

namespace hone::rewards::math {

/// Of any size; without expression templates, which compile slowly and draw false warnings from GCC 12.
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

/// An exact rational number, not in lowest terms: sizes stay near the input's without a greatest common divisor, and
/// two are compared by cross-multiplication. The denominator is positive.
struct Rational {
  Integer numerator = 0;
  Integer denominator = 1;
};

[[nodiscard]] bool operator==(const Rational& left, const Rational& right);
[[nodiscard]] bool is_integer(const Rational& value);

enum class EvaluationResult { kEvaluated, kUndefined, kTooLarge };

/// The exact value of a tree, without floating point. kUndefined: division by zero, 0^0, an exponent that is not whole.
/// kTooLarge: a result or the work would pass the caps in limits.h; nothing of that size is ever computed.
EvaluationResult evaluate(const Tree& tree, Rational& value);

}  // namespace hone::rewards::math
