#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::math {

enum class NodeKind {
  kNumber,
  kNegate,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,    // ÷: an operation
  kFraction,  // a/b and \frac{a}{b}: an operation, or a number's own spelling
  kMixed,     // 2\frac{1}{3}: left is the whole part, right the fraction
  kPower,
  kPercent,
};

struct Node {
  NodeKind kind = NodeKind::kNumber;
  int left = -1;   // an operand stands before its operator in Tree::nodes
  int right = -1;  // of binary kinds
  std::string digits;
  int decimals = 0;
};

/// A formula, in post-order: the root is the last node, so it is evaluated by one loop without recursion.
struct Tree {
  std::vector<Node> nodes;
};

enum class ParseResult { kParsed, kNotAFormula, kTooLarge };

/// Reads a formula of rational numbers: + - * / ^, parentheses, \frac, percent. There is no product by mere
/// juxtaposition, for 1/2(3) has two readings. -2^2 is -4; 2^3^2 is 2^9. Refuses what passes the caps in limits.h.
ParseResult parse(std::string_view text, Tree& tree);

/// True of what a person calls a number: 12, -3.5, 3/4, \frac{3}{4}, 2\frac{1}{3}, 50%; false of 3+4, 2*6, 2^3, --7.
[[nodiscard]] bool is_number_literal(const Tree& tree);
/// True of a literal without fraction bar or percent sign: 12, -3.5.
[[nodiscard]] bool is_plain_number(const Tree& tree);
/// The spelling of a literal, the same for all ways to typeset it: "-3/4", "2 1/3", "50%". Needs is_number_literal.
[[nodiscard]] std::string literal_spelling(const Tree& tree);

}  // namespace hone::rewards::math
