#pragma once

#include "rewards/math/scalar/graph.h"
#include "rewards/math/scalars.h"

namespace hone::rewards::math::scalar {

/// The ladder over two vertices of a graph: form, numbers, enclosures, exact proofs for constants; residues, then
/// points of the domain for functions.
[[nodiscard]] Decision compare(Graph& graph, Id left, Id right);
[[nodiscard]] Order order(Graph& graph, Id left, Id right);

/// Are these functions equal at points of the real domain? Different is certain: at some point their enclosures lie
/// apart. Equal is not a proof, but five points at 128 bits and one at 512 agreed, the last at
/// more where the formulas hold constants that are smaller or larger than such precision shows.
[[nodiscard]] Truth compare_at_points(Graph& graph, Id left, Id right);

}  // namespace hone::rewards::math::scalar
