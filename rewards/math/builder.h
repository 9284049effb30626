#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>

#include "rewards/math/expression.h"

namespace hone::rewards::math {

/// Appends nodes to an expression, children before parents. Past kMaxNodes it adds nothing more and `is_full`.
class Builder {
 public:
  explicit Builder(Expression& expression) : expression_(expression) {}

  std::uint32_t add(Node node, std::span<const std::uint32_t> children, std::string_view text = {});
  std::uint32_t add(NodeKind kind, std::initializer_list<std::uint32_t> children, std::string_view text = {});
  std::uint32_t integer(std::string_view digits) { return add(NodeKind::kInteger, {}, digits); }
  std::uint32_t integer(std::int64_t value);  // a negative one is a kNegate
  std::uint32_t constant(Constant constant);
  std::uint32_t function(Function function, std::initializer_list<std::uint32_t> children, std::string_view name = {});
  std::uint32_t relation(Relation relation, std::uint32_t left, std::uint32_t right);
  /// value · numerator / denominator · pi, the factor left out where it is one.
  std::uint32_t radians(std::uint32_t degrees);

  /// What stands in the place of a node that is copied; nothing: a plain copy.
  using Replacement = std::function<bool(const Expression&, std::uint32_t node, std::uint32_t& replaced)>;
  std::uint32_t copy(const Expression& from, std::uint32_t node, const Replacement& replace = {});

  [[nodiscard]] bool is_full() const { return is_full_; }
  [[nodiscard]] Expression& expression() { return expression_; }

 private:
  Expression& expression_;
  bool is_full_ = false;
};

/// Calls `visit` with each node of the subtree, the root last, until it returns false. False then.
bool walk(const Expression& expression, std::uint32_t root, const std::function<bool(const Node&)>& visit);
[[nodiscard]] bool contains(const Expression& expression, std::uint32_t root, NodeKind kind);
[[nodiscard]] bool has_symbol(const Expression& expression, std::uint32_t root);
/// The same tree, spelt in the same way.
[[nodiscard]] bool same_tree(const Expression& left, std::uint32_t left_root, const Expression& right,
                             std::uint32_t right_root);
[[nodiscard]] inline std::uint32_t root_index(const Expression& expression) {
  return static_cast<std::uint32_t>(expression.nodes.size() - 1);
}
[[nodiscard]] inline std::uint32_t child_index(const Expression& expression, const Node& node, std::size_t index) {
  return expression.children[node.first_child + index];
}

}  // namespace hone::rewards::math
