#pragma once

#include <optional>

#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

/// An algebraic number that is not zero has a size of at least 2^-bits. Nothing for what is not written with rational
/// numbers, roots, i, roots of unity and cosines of rational parts of π.
///
/// Source: Burnikel, Funke, Mehlhorn, Schirra, Schmitt, "A separation bound for real algebraic expressions" (ESA 2001).
/// A value is U/L with algebraic integers U and L of a field of degree at most D, all conjugates of U below 2^u and of
/// L below 2^l. The norm of U is a whole number, so |U| >= 2^-(D-1)u and |U/L| >= 2^-((D-1)u + l). It holds for any
/// choice of the roots, so also for complex ones; a root of unity of order n adds the factor φ(n) to D.
[[nodiscard]] std::optional<double> separation_bits(const Graph& graph, Id id);

enum class Zero { kYes, kNo, kUnknown };
/// Is this algebraic constant zero? By its enclosure when that is away from zero, or when it lies closer to zero than
/// the separation bound allows. Cost is bounded by the precision cap; kUnknown past it and for what is not algebraic.
[[nodiscard]] Zero zero_test(Graph& graph, Id id);
/// Not zero, by an enclosure at rising precision.
[[nodiscard]] bool is_surely_not_zero(Graph& graph, Id id);
/// The sign of a real constant whose 64-bit enclosure holds zero.
[[nodiscard]] Sign proven_sign(Graph& graph, Id id);

}  // namespace hone::rewards::math::scalar
