#pragma once

#include "rewards/math/scalar/graph.h"
#include "rewards/math/scalars.h"

namespace hone::rewards::math::scalar {

/// Are two formulas the same rational function of the symbols and of everything in them that is not a rational
/// function? They are evaluated at three fixed points modulo a 61-bit prime, at which √2, √3, … and i exist. Equal
/// values at all three are no proof: two different quotients of degree d meet with a probability of at most
/// (2d/2^61)^3, below 1e-40 for d <= 1000. Different values prove a difference where nothing but symbols, numbers and i
/// are in the formulas; with other parts, which may depend on each other, they say nothing.
[[nodiscard]] Truth compare_residues(const Graph& graph, Id left, Id right);

}  // namespace hone::rewards::math::scalar
