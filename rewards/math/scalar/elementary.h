#pragma once

#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

/// Proves that two constants made of π, e, powers, logarithms and trigonometric functions are equal; false says
/// nothing.
///
/// All is written with exponentials and logarithms, the difference becomes a sum of monomials in π, e^a and log a with
/// algebraic coefficients, and each coefficient is proved to be zero. What is left of the logarithms is a linear form:
/// it is zero if the product of their arguments' powers is 1 and its enclosure lies within 2π of zero.
[[nodiscard]] bool proves_equal(Graph& graph, Id left, Id right);

}  // namespace hone::rewards::math::scalar
