#include "rewards/math/printer.h"

#include <array>
#include <string_view>

#include "rewards/math/builder.h"

namespace hone::rewards::math {
namespace {

constexpr std::array<std::string_view, 10> kConstants{"pi", "e", "i", "infinity", "phi", "R", "Z", "N", "Q", "C"};
constexpr std::array<std::string_view, 31> kFunctions{
    "sin",    "cos",  "tan",  "cot",  "sec", "csc",       "arcsin", "arccos",  "arctan", "arccot", "arcsec",
    "arccsc", "sinh", "cosh", "tanh", "exp", "log",       "floor",  "ceiling", "sign",   "gcd",    "lcm",
    "max",    "min",  "mod",  "Re",   "Im",  "conjugate", "arg",    "det",     ""};
constexpr std::array<std::string_view, 10> kRelations{" = ",  " != ", " < ",      " <= ", " > ",
                                                      " >= ", " in ", " not in ", " ~ ",  " == "};

class Printer {
 public:
  Printer(const Expression& expression, std::string& text) : expression_(expression), text_(text) {}

  void print(std::uint32_t index) {
    if (text_.size() > kLongest) {
      return;
    }
    const Node& node = expression_.nodes[index];
    switch (node.kind) {
      case NodeKind::kInteger:
      case NodeKind::kSymbol:
        text_ += expression_.text_of(node);
        return;
      case NodeKind::kText:
        text_ += '"';
        text_ += expression_.text_of(node);
        text_ += '"';
        return;
      case NodeKind::kDecimal:
        decimal(node);
        return;
      case NodeKind::kConstant:
        text_ += kConstants[static_cast<std::size_t>(node.constant)];
        return;
      case NodeKind::kEllipsis:
        text_ += "...";
        return;
      case NodeKind::kNegate:
        text_ += '-';
        operand(node, 0);
        return;
      case NodeKind::kAdd:
        joined(node, " + ");
        return;
      case NodeKind::kMultiply:
        joined(node, "*");
        return;
      case NodeKind::kDivide:
        joined(node, "/");
        return;
      case NodeKind::kPower:
        joined(node, "^");
        return;
      case NodeKind::kPlusMinus:
      case NodeKind::kMinusPlus:
        plus_minus(node);
        return;
      case NodeKind::kRoot:
        call("root", node);
        return;
      case NodeKind::kFunction:
        call(node.function == Function::kNamed ? expression_.text_of(node)
                                               : kFunctions[static_cast<std::size_t>(node.function)],
             node);
        return;
      case NodeKind::kAbsolute:
        call("abs", node);
        return;
      case NodeKind::kBinomial:
        call("binomial", node);
        return;
      case NodeKind::kFactorial:
        operand(node, 0);
        text_ += '!';
        return;
      case NodeKind::kPercent:
        operand(node, 0);
        text_ += '%';
        return;
      case NodeKind::kMixed:
        joined(node, " ");
        return;
      case NodeKind::kQuantity:
        operand(node, 0);
        text_ += " [";
        text_ += expression_.text_of(node);
        text_ += ']';
        return;
      case NodeKind::kBased:
        text_ += expression_.text_of(node);
        text_ += "_";
        operand(node, 0);
        return;
      default:
        structure(node);
    }
  }

 private:
  static constexpr std::size_t kLongest = 600;

  void structure(const Node& node) {
    switch (node.kind) {
      case NodeKind::kList:
        members("", node, ", ", "");
        return;
      case NodeKind::kTuple:
        members("(", node, ", ", ")");
        return;
      case NodeKind::kBracketed:
        members("[", node, ", ", "]");
        return;
      case NodeKind::kSet:
        members("{", node, ", ", "}");
        return;
      case NodeKind::kInterval: {
        const bool low = node.ends == Ends::kClosed || node.ends == Ends::kClosedLow;
        const bool high = node.ends == Ends::kClosed || node.ends == Ends::kClosedHigh;
        members(low ? "interval [" : "interval (", node, ", ", high ? "]" : ")");
        return;
      }
      case NodeKind::kUnion:
        joined(node, " union ");
        return;
      case NodeKind::kIntersection:
        joined(node, " intersection ");
        return;
      case NodeKind::kDifference:
        joined(node, " without ");
        return;
      case NodeKind::kMatrix:
        matrix(node);
        return;
      case NodeKind::kRelation:
        joined(node, kRelations[static_cast<std::size_t>(node.relation)]);
        return;
      case NodeKind::kChain:
        joined(node, " and ");
        return;
      case NodeKind::kRatio:
        joined(node, ":");
        return;
      default:
        text_ += '?';
    }
  }

  void decimal(const Node& node) {
    std::string digits(expression_.text_of(node));
    if (digits.size() <= node.decimals) {
      digits.insert(0, node.decimals + 1U - digits.size(), '0');
    }
    if (node.repeating > 0) {
      digits.insert(digits.size() - node.repeating, "(");
      digits += ')';
      digits.insert(digits.size() - node.decimals - 2, ".");
    } else {
      digits.insert(digits.size() - node.decimals, ".");
    }
    text_ += digits;
  }

  void plus_minus(const Node& node) {
    if (node.child_count == 2) {
      operand(node, 0);
    }
    text_ += node.kind == NodeKind::kPlusMinus ? " +- " : " -+ ";
    operand(node, node.child_count - 1);
  }

  void matrix(const Node& node) {
    text_ += "matrix [";
    for (std::size_t i = 0; i < node.child_count; ++i) {
      text_ += i == 0 ? "" : i % node.columns == 0 ? "; " : ", ";
      print(child_index(expression_, node, i));
    }
    text_ += ']';
  }

  void members(std::string_view open, const Node& node, std::string_view between, std::string_view close) {
    text_ += open;
    for (std::size_t i = 0; i < node.child_count; ++i) {
      text_ += i == 0 ? "" : between;
      print(child_index(expression_, node, i));
    }
    text_ += close;
  }

  void call(std::string_view name, const Node& node) {
    text_ += name;
    members("(", node, ", ", ")");
  }

  void joined(const Node& node, std::string_view sign) {
    for (std::size_t i = 0; i < node.child_count; ++i) {
      text_ += i == 0 ? std::string_view() : sign;
      operand(node, i);
    }
  }

  void operand(const Node& node, std::size_t which) {
    const std::uint32_t index = child_index(expression_, node, which);
    const NodeKind kind = expression_.nodes[index].kind;
    const bool is_plain = expression_.nodes[index].child_count == 0 || kind == NodeKind::kFunction ||
                          kind == NodeKind::kRoot || kind == NodeKind::kAbsolute || kind == NodeKind::kBinomial ||
                          kind == NodeKind::kTuple || kind == NodeKind::kSet || kind == NodeKind::kBracketed ||
                          kind == NodeKind::kInterval || kind == NodeKind::kMatrix || kind == NodeKind::kBased;
    const bool is_statement = node.kind == NodeKind::kChain || node.kind == NodeKind::kRelation ||
                              node.kind == NodeKind::kUnion || node.kind == NodeKind::kIntersection;
    if (is_plain || (is_statement && kind != NodeKind::kUnion && kind != NodeKind::kIntersection)) {
      print(index);
      return;
    }
    text_ += '(';
    print(index);
    text_ += ')';
  }

  const Expression& expression_;
  std::string& text_;
};

}  // namespace

std::string to_text(const Expression& expression, std::uint32_t root) {
  std::string text;
  Printer(expression, text).print(root);
  return text;
}

std::string to_text(const Expression& expression) {
  return expression.nodes.empty() ? std::string() : to_text(expression, root_index(expression));
}

}  // namespace hone::rewards::math
