#pragma once

#include <cstdint>

#include "rewards/math/expression.h"
#include "rewards/math/work.h"

namespace hone::rewards::math {

enum class Truth : std::uint8_t { kEqual, kDifferent, kUndecided };

/// Which step of the ladder decided.
enum class Rung : std::uint8_t {
  kNone,
  kText,        // the same spelling after normalisation
  kRational,    // exact rational numbers
  kPolynomial,  // rational functions, by an identity test modulo a prime just below 2^61 at several points
  kAlgebraic,   // algebraic numbers, exactly
  kElementary,  // constants with exp, log, pi and the functions made of them, exactly
  kBalls,       // rigorous balls at rising precision, at several points of the domain
  kStructure,   // the parts of a structure, or its kind
};

struct Decision {
  Truth truth = Truth::kUndecided;
  Rung rung = Rung::kNone;
};

/// Do two scalar nodes have the same value, or are they the same function of their free symbols where both are defined
/// over the reals? Never throws, never takes longer than `work` allows: past it the answer is undecided.
[[nodiscard]] Decision compare_scalars(const Expression& left, std::uint32_t left_node, const Expression& right,
                                       std::uint32_t right_node, Work& work);

/// The order of two real constants, for intervals, inequalities and sorting: kLess, kEqual, kGreater, or kUnknown when
/// it cannot be told, one is not real, or one is not constant. Infinity is a value here.
enum class Order : std::uint8_t { kLess, kEqual, kGreater, kUnknown };
[[nodiscard]] Order order(const Expression& left, std::uint32_t left_node, const Expression& right,
                          std::uint32_t right_node, Work& work);

}  // namespace hone::rewards::math
