#include "rewards/math/builder.h"

#include <charconv>
#include <vector>

#include "rewards/math/limits.h"

namespace hone::rewards::math {

std::uint32_t Builder::add(Node node, std::span<const std::uint32_t> children, std::string_view text) {
  // Copies are made of expressions that are within the cap; twice of it leaves room for what is added to them.
  if (expression_.nodes.size() >= 2 * kMaxNodes) {
    is_full_ = true;
    return static_cast<std::uint32_t>(expression_.nodes.size() - 1);
  }
  node.first_child = static_cast<std::uint32_t>(expression_.children.size());
  node.child_count = static_cast<std::uint32_t>(children.size());
  expression_.children.insert(expression_.children.end(), children.begin(), children.end());
  node.text_begin = static_cast<std::uint32_t>(expression_.text.size());
  node.text_size = static_cast<std::uint32_t>(text.size());
  expression_.text += text;
  expression_.nodes.push_back(node);
  return root_index(expression_);
}

std::uint32_t Builder::add(NodeKind kind, std::initializer_list<std::uint32_t> children, std::string_view text) {
  Node node;
  node.kind = kind;
  return add(node, std::span(children.begin(), children.size()), text);
}

std::uint32_t Builder::integer(std::int64_t value) {
  char digits[24];
  const std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  const auto end = std::to_chars(digits, digits + sizeof digits, size).ptr;
  const std::uint32_t node = integer(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  return value < 0 ? add(NodeKind::kNegate, {node}) : node;
}

std::uint32_t Builder::constant(Constant constant) {
  Node node;
  node.kind = NodeKind::kConstant;
  node.constant = constant;
  return add(node, {});
}

std::uint32_t Builder::function(Function function, std::initializer_list<std::uint32_t> children,
                                std::string_view name) {
  Node node;
  node.kind = NodeKind::kFunction;
  node.function = function;
  return add(node, std::span(children.begin(), children.size()), name);
}

std::uint32_t Builder::relation(Relation relation, std::uint32_t left, std::uint32_t right) {
  Node node;
  node.kind = NodeKind::kRelation;
  node.relation = relation;
  const std::uint32_t sides[] = {left, right};
  return add(node, sides);
}

std::uint32_t Builder::radians(std::uint32_t degrees) {
  const std::uint32_t half_turn = integer("180");
  const std::uint32_t unit = add(NodeKind::kDivide, {constant(Constant::kPi), half_turn});
  return add(NodeKind::kMultiply, {degrees, unit});
}

// Recursion is as deep as the tree, which the parser bounds.
std::uint32_t Builder::copy(const Expression& from, std::uint32_t index, const Replacement& replace) {
  std::uint32_t replaced = 0;
  if (replace && replace(from, index, replaced)) {
    return replaced;
  }
  const Node& node = from.nodes[index];
  std::uint32_t few[8];
  std::vector<std::uint32_t> many;
  std::span<std::uint32_t> children(few, node.child_count);
  if (node.child_count > 8) {
    many.resize(node.child_count);
    children = many;
  }
  for (std::size_t i = 0; i < node.child_count; ++i) {
    children[i] = copy(from, child_index(from, node, i), replace);
  }
  return add(node, children, from.text_of(node));
}

bool walk(const Expression& expression, std::uint32_t root, const std::function<bool(const Node&)>& visit) {
  const Node& node = expression.nodes[root];
  for (std::size_t i = 0; i < node.child_count; ++i) {
    if (!walk(expression, child_index(expression, node, i), visit)) {
      return false;
    }
  }
  return visit(node);
}

bool contains(const Expression& expression, std::uint32_t root, NodeKind kind) {
  return !walk(expression, root, [kind](const Node& node) { return node.kind != kind; });
}

bool has_symbol(const Expression& expression, std::uint32_t root) {
  return contains(expression, root, NodeKind::kSymbol);
}

bool same_tree(const Expression& left, std::uint32_t left_root, const Expression& right, std::uint32_t right_root) {
  const Node& a = left.nodes[left_root];
  const Node& b = right.nodes[right_root];
  if (a.kind != b.kind || a.child_count != b.child_count || a.columns != b.columns || a.decimals != b.decimals ||
      a.repeating != b.repeating || left.text_of(a) != right.text_of(b) ||
      (a.detail != b.detail && a.kind != NodeKind::kDivide)) {
    return false;
  }
  for (std::size_t i = 0; i < a.child_count; ++i) {
    if (!same_tree(left, child_index(left, a, i), right, child_index(right, b, i))) {
      return false;
    }
  }
  return true;
}

}  // namespace hone::rewards::math
