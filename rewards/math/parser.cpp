#include "rewards/math/parser.h"

#include <optional>
#include <utility>

#include "rewards/math/lexer.h"
#include "rewards/math/limits.h"

namespace hone::rewards::math {
namespace {

/// Recursive descent. A method returns its node's index, or nothing once `result_` says why not.
class Parser {
 public:
  Parser(const std::vector<Token>& tokens, Tree& tree) : tokens_(tokens), tree_(tree) {}

  ParseResult run() {
    if (sum() && at_ != tokens_.size()) {
      result_ = ParseResult::kNotAFormula;
    }
    return result_;
  }

 private:
  using Index = std::optional<int>;

  [[nodiscard]] bool is(TokenKind kind) const { return at_ < tokens_.size() && tokens_[at_].kind == kind; }
  bool take(TokenKind kind) {
    const bool found = is(kind);
    at_ += found ? 1 : 0;
    return found;
  }
  Index fail(ParseResult why) {
    result_ = why;
    return std::nullopt;
  }
  Index add(Node node) {
    if (tree_.nodes.size() >= kMaxNodes) {
      return fail(ParseResult::kTooLarge);
    }
    tree_.nodes.push_back(std::move(node));
    return static_cast<int>(tree_.nodes.size()) - 1;
  }
  Index binary(NodeKind kind, Index left, Index right) {
    return left && right ? add({kind, *left, *right, {}, 0}) : Index{};
  }

  Index sum() {
    Index left = product();
    while (left && (is(TokenKind::kPlus) || is(TokenKind::kMinus))) {
      const NodeKind kind = tokens_[at_++].kind == TokenKind::kPlus ? NodeKind::kAdd : NodeKind::kSubtract;
      left = binary(kind, left, product());
    }
    return left;
  }

  Index product() {
    Index left = signed_power();
    while (left && (is(TokenKind::kTimes) || is(TokenKind::kSlash) || is(TokenKind::kDivide))) {
      const TokenKind sign = tokens_[at_++].kind;
      const NodeKind kind = sign == TokenKind::kTimes   ? NodeKind::kMultiply
                            : sign == TokenKind::kSlash ? NodeKind::kFraction
                                                        : NodeKind::kDivide;
      left = binary(kind, left, signed_power());
    }
    return left;
  }

  // Every way to nest passes here, so this is where depth is counted.
  Index signed_power() {
    if (depth_ >= kMaxDepth) {
      return fail(ParseResult::kTooLarge);
    }
    ++depth_;
    const Index node = signed_power_inside();
    --depth_;
    return node;
  }

  Index signed_power_inside() {
    if (take(TokenKind::kMinus)) {
      const Index operand = signed_power();
      return operand ? add({NodeKind::kNegate, *operand, -1, {}, 0}) : Index{};
    }
    if (take(TokenKind::kPlus)) {
      return signed_power();
    }
    Index base = primary();
    if (base && take(TokenKind::kPercent)) {
      base = add({NodeKind::kPercent, *base, -1, {}, 0});
    }
    if (base && take(TokenKind::kPower)) {
      return binary(NodeKind::kPower, base, signed_power());
    }
    return base;
  }

  Index primary() {
    if (is(TokenKind::kNumber)) {
      return number();
    }
    if (is(TokenKind::kFraction)) {
      return fraction();
    }
    if (is(TokenKind::kOpen)) {
      return group();
    }
    return fail(ParseResult::kNotAFormula);
  }

  Index number() {
    const Token& token = tokens_[at_++];
    const Index whole = add({NodeKind::kNumber, -1, -1, token.digits, token.decimals});
    if (!whole || token.decimals > 0 || !is(TokenKind::kFraction)) {
      return whole;
    }
    const Index part = fraction();
    if (part && !is_simple_fraction(*part)) {
      return fail(ParseResult::kNotAFormula);
    }
    return binary(NodeKind::kMixed, whole, part);
  }

  [[nodiscard]] bool is_simple_fraction(int index) const {
    const Node& node = tree_.nodes[static_cast<std::size_t>(index)];
    const auto is_whole = [&](int child) {
      const Node& operand = tree_.nodes[static_cast<std::size_t>(child)];
      return operand.kind == NodeKind::kNumber && operand.decimals == 0;
    };
    return node.kind == NodeKind::kFraction && is_whole(node.left) && is_whole(node.right);
  }

  Index fraction() {
    ++at_;
    const Index numerator = argument();
    return numerator ? binary(NodeKind::kFraction, numerator, argument()) : numerator;
  }

  Index argument() {
    if (is(TokenKind::kOpen) && tokens_[at_].bracket == '}') {
      return group();
    }
    if (is(TokenKind::kNumber) && tokens_[at_].digits.size() == 1 && tokens_[at_].decimals == 0) {
      return add({NodeKind::kNumber, -1, -1, tokens_[at_++].digits, 0});
    }
    return fail(ParseResult::kNotAFormula);
  }

  Index group() {
    const char closing = tokens_[at_++].bracket;
    const Index inside = sum();
    if (!inside) {
      return inside;
    }
    if (!is(TokenKind::kClose) || tokens_[at_].bracket != closing) {
      return fail(ParseResult::kNotAFormula);
    }
    ++at_;
    return inside;
  }

  const std::vector<Token>& tokens_;
  Tree& tree_;
  std::size_t at_ = 0;
  int depth_ = 0;
  ParseResult result_ = ParseResult::kParsed;
};

const Node& child(const Tree& tree, int index) {
  return tree.nodes[static_cast<std::size_t>(index)];
}

bool is_signed(const Tree& tree, const Node& node, bool (*unsigned_form)(const Tree&, const Node&)) {
  return unsigned_form(tree, node) || (node.kind == NodeKind::kNegate && unsigned_form(tree, child(tree, node.left)));
}
bool is_decimal(const Tree&, const Node& node) {
  return node.kind == NodeKind::kNumber;
}
bool is_integer(const Tree&, const Node& node) {
  return node.kind == NodeKind::kNumber && node.decimals == 0;
}
bool is_unsigned_literal(const Tree& tree, const Node& node) {
  switch (node.kind) {
    case NodeKind::kNumber:
    case NodeKind::kMixed:
      return true;
    case NodeKind::kFraction:
      return is_signed(tree, child(tree, node.left), is_integer) &&
             is_signed(tree, child(tree, node.right), is_integer);
    case NodeKind::kPercent:
      return is_signed(tree, child(tree, node.left), is_decimal);
    default:
      return false;
  }
}

std::string spelling(const Tree& tree, const Node& node) {
  switch (node.kind) {
    case NodeKind::kNumber: {
      std::string text = node.digits;
      if (node.decimals > 0) {
        text.insert(text.size() - static_cast<std::size_t>(node.decimals), ".");
      }
      return text;
    }
    case NodeKind::kNegate:
      return "-" + spelling(tree, child(tree, node.left));
    case NodeKind::kFraction:
      return spelling(tree, child(tree, node.left)) + "/" + spelling(tree, child(tree, node.right));
    case NodeKind::kMixed:
      return spelling(tree, child(tree, node.left)) + " " + spelling(tree, child(tree, node.right));
    case NodeKind::kPercent:
      return spelling(tree, child(tree, node.left)) + "%";
    default:
      return {};
  }
}

}  // namespace

ParseResult parse(std::string_view text, Tree& tree) {
  tree.nodes.clear();
  if (text.size() > kMaxInputBytes) {
    return ParseResult::kTooLarge;
  }
  std::vector<Token> tokens;
  if (!tokenize(text, tokens)) {
    return ParseResult::kNotAFormula;
  }
  return Parser(tokens, tree).run();
}

bool is_number_literal(const Tree& tree) {
  return is_signed(tree, tree.nodes.back(), is_unsigned_literal);
}

bool is_plain_number(const Tree& tree) {
  return is_signed(tree, tree.nodes.back(), is_decimal);
}

std::string literal_spelling(const Tree& tree) {
  return spelling(tree, tree.nodes.back());
}

}  // namespace hone::rewards::math
