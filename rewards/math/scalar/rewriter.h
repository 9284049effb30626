#pragma once

#include <unordered_map>
#include <vector>

#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

/// Writes constants with exponentials and logarithms alone: sine, cosine and their inverses go, and the graph then
/// simplifies what they became.
class Rewriter {
 public:
  explicit Rewriter(Graph& graph) : graph_(graph) {}
  Id rewrite(Id id);

 private:
  Id apply(Id id);
  /// One form for arguments of one value: e^{√(3 + 2√2)} is to be e^{1 + √2}.
  Id representative(Id id);
  Id times_imaginary(Id id);

  Graph& graph_;
  std::unordered_map<Id, Id> known_;
  std::vector<Id> arguments_;
};

}  // namespace hone::rewards::math::scalar
