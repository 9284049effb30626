#include <algorithm>
#include <vector>

#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

/// Copies a part with each ± and ∓ made plus or minus, by the bits of `signs` in the order of the tree. Joined signs
/// all go together.
class SignedCopy {
 public:
  SignedCopy(Part from, bool are_joined, unsigned signs) : from_(from), are_joined_(are_joined), signs_(signs) {}

  std::uint32_t into(Expression& to) {
    Builder build(to);
    return build.copy(*from_.expression, from_.node,
                      [&](const Expression& expression, std::uint32_t index, std::uint32_t& made) {
                        return replace(build, expression, index, made);
                      });
  }

 private:
  bool replace(Builder& build, const Expression& expression, std::uint32_t index, std::uint32_t& made) {
    const Node& node = expression.nodes[index];
    if (node.kind != NodeKind::kPlusMinus && node.kind != NodeKind::kMinusPlus) {
      return false;
    }
    const unsigned bit = are_joined_ ? 0 : next_++;
    const bool is_minus = (((signs_ >> bit) & 1U) != 0) != (node.kind == NodeKind::kMinusPlus);
    const auto copy = [&](std::size_t child) {
      return build.copy(expression, child_index(expression, node, child),
                        [&](const Expression& inner, std::uint32_t at, std::uint32_t& inner_made) {
                          return replace(build, inner, at, inner_made);
                        });
    };
    const std::uint32_t left = node.child_count == 2 ? copy(0) : 0;
    std::uint32_t right = copy(node.child_count - 1U);
    if (is_minus) {
      right = build.add(NodeKind::kNegate, {right});
    }
    made = node.child_count == 2 ? build.add(NodeKind::kAdd, {left, right}) : right;
    return true;
  }

  Part from_;
  bool are_joined_;
  unsigned signs_;
  unsigned next_ = 0;
};

}  // namespace

Part without_plus_minus(Context& context, Part part) {
  unsigned count = 0;
  bool are_joined = false;
  // The whole expression is looked at, not the part: to look is cheaper than to walk, and to copy harms nothing.
  for (const Node& node : part.expression->nodes) {
    count += node.kind == NodeKind::kPlusMinus || node.kind == NodeKind::kMinusPlus ? 1 : 0;
    are_joined = are_joined || node.kind == NodeKind::kMinusPlus;
  }
  if (count == 0) {
    return part;
  }
  count = 0;
  walk(*part.expression, part.node, [&](const Node& node) {
    count += node.kind == NodeKind::kPlusMinus || node.kind == NodeKind::kMinusPlus ? 1 : 0;
    return true;
  });
  if (count == 0 || (count > 3 && !are_joined)) {
    return part;
  }
  Expression& list = context.make();
  std::vector<std::uint32_t> values;
  const bool is_list =
      is_collection(part.kind()) && part.kind() != NodeKind::kTuple && part.kind() != NodeKind::kMatrix;
  const auto spread = [&](Part item) {
    unsigned signs = 0;
    walk(*item.expression, item.node, [&](const Node& node) {
      signs += node.kind == NodeKind::kPlusMinus || node.kind == NodeKind::kMinusPlus ? 1 : 0;
      return true;
    });
    for (unsigned i = 0; i < 1U << (are_joined ? std::min(signs, 1U) : signs); ++i) {
      values.push_back(SignedCopy(item, are_joined, i).into(list));
    }
  };
  if (is_list) {  // 0, ±1 has three members
    for (std::size_t i = 0; i < part.size(); ++i) {
      spread(part.child(i));
    }
  } else {
    spread(part);
  }
  Node node;
  node.kind = is_list ? part.kind() : NodeKind::kSet;
  return {&list, Builder(list).add(node, values)};
}

}  // namespace hone::rewards::math
