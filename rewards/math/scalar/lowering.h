#pragma once

#include "rewards/math/expression.h"
#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

/// Brings a scalar node into the graph; 0 for what is no scalar, has no value, or is past the caps.
[[nodiscard]] Id lower(const Expression& expression, std::uint32_t node, Graph& graph);

}  // namespace hone::rewards::math::scalar
