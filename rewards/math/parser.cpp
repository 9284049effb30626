#include "rewards/math/parser.h"

#include <algorithm>
#include <array>

#include "rewards/math/characters.h"
#include "rewards/math/limits.h"
#include "rewards/math/units.h"

namespace hone::rewards::math {

ParseResult Parser::run() {
  expression_.nodes.reserve(tokens_.list.size());
  expression_.children.reserve(tokens_.list.size());
  const Index root = whole();
  if (root != kNone && !is(TokenKind::kEnd)) {
    fail();
  }
  if (result_ == ParseResult::kParsed && build_.is_full()) {
    result_ = ParseResult::kTooLarge;
  }
  if (result_ == ParseResult::kParsed) {
    expression_.nodes.resize(root + 1);
  }
  return result_;
}

Parser::Index Parser::add(NodeKind kind, std::initializer_list<Index> children, std::string_view text) {
  if (std::find(children.begin(), children.end(), kNone) != children.end()) {
    return kNone;
  }
  if (expression_.nodes.size() >= kMaxNodes) {
    return fail(ParseResult::kTooLarge);
  }
  return build_.add(kind, children, text);
}

Parser::Index Parser::add_pending(NodeKind kind, std::size_t mark) {
  const std::span<const Index> children(pending_.data() + mark, pending_.size() - mark);
  Index node = kNone;
  if (expression_.nodes.size() >= kMaxNodes) {
    fail(ParseResult::kTooLarge);
  } else if (result_ == ParseResult::kParsed) {
    Node made;
    made.kind = kind;
    node = children.size() == 1 && (kind == NodeKind::kAdd || kind == NodeKind::kMultiply) ? children[0]
                                                                                           : build_.add(made, children);
  }
  pending_.resize(mark);
  return node;
}

Parser::State Parser::state() const {
  return {at_, digits_taken_, expression_.nodes.size(), expression_.children.size(), expression_.text.size()};
}

void Parser::restore(const State& state) {
  at_ = state.at;
  digits_taken_ = state.digits_taken;
  expression_.nodes.resize(state.nodes);
  expression_.children.resize(state.children);
  expression_.text.resize(state.text);
}

Parser::Index Parser::sum() {
  const std::size_t mark = pending_.size();
  const Index first = product();
  if (first == kNone) {
    return kNone;
  }
  pending_.push_back(first);
  for (;;) {
    const TokenKind kind = peek().kind;
    if (kind != TokenKind::kPlus && kind != TokenKind::kMinus && kind != TokenKind::kPlusMinus &&
        kind != TokenKind::kMinusPlus) {
      break;
    }
    ++at_;
    Index term = product();
    if (term == kNone) {
      pending_.resize(mark);
      return kNone;
    }
    if (kind == TokenKind::kPlus) {
      pending_.push_back(term);
    } else if (kind == TokenKind::kMinus) {
      if (expression_.nodes[term].kind == NodeKind::kSet) {  // \mathbb{R} - \{0\}
        const Index left = add_pending(NodeKind::kAdd, mark);
        term = add(NodeKind::kDifference, {left, term});
      } else {
        term = add(NodeKind::kNegate, {term});
      }
      pending_.push_back(term);
    } else {
      const Index left = add_pending(NodeKind::kAdd, mark);
      pending_.push_back(
          add(kind == TokenKind::kPlusMinus ? NodeKind::kPlusMinus : NodeKind::kMinusPlus, {left, term}));
    }
    if (pending_.back() == kNone) {
      pending_.resize(mark);
      return kNone;
    }
  }
  const Index total = add_pending(NodeKind::kAdd, mark);
  if (total != kNone && take(TokenKind::kChoose)) {
    return add(NodeKind::kBinomial, {total, product()});
  }
  return total != kNone && take(TokenKind::kOver) ? add(NodeKind::kDivide, {total, product()}) : total;
}

Parser::Index Parser::product() {
  if (!is(TokenKind::kCurrency)) {
    return with_units(product_inside());
  }
  const std::string_view currency = text();
  ++at_;
  const Index amount = with_units(product_inside());
  return add(NodeKind::kQuantity, {amount}, currency);
}

Parser::Index Parser::product_inside() {
  const std::size_t mark = pending_.size();
  const Index first = factor();
  if (first == kNone) {
    return kNone;
  }
  pending_.push_back(first);
  for (;;) {
    Index next = kNone;
    if (is(TokenKind::kTimes)) {
      ++at_;
      next = factor();
    } else if (is(TokenKind::kSlash) || is(TokenKind::kDivide)) {
      if (is(TokenKind::kSlash) && unit_follows(1)) {
        break;
      }
      const bool is_slash = is(TokenKind::kSlash);
      ++at_;
      const Index left = add_pending(NodeKind::kMultiply, mark);
      next = divided(left, is_slash);
    } else if (is(TokenKind::kMod)) {
      ++at_;
      const Index left = add_pending(NodeKind::kMultiply, mark);
      const Index right = factor();
      next = left == kNone || right == kNone ? kNone : build_.function(Function::kMod, {left, right});
    } else if (starts_factor()) {
      next = factor();
    } else {
      break;
    }
    if (next == kNone) {
      pending_.resize(mark);
      return kNone;
    }
    pending_.push_back(next);
  }
  return add_pending(NodeKind::kMultiply, mark);
}

/// The denominator after a slash. Whether it takes the factors that follow it without a sign is not plain, but 1/2x is
/// half of x.
Parser::Index Parser::divided(Index left, bool is_slash) {
  const bool is_number = is(TokenKind::kNumber);
  Index right = factor();
  if (right == kNone || left == kNone) {
    return kNone;
  }
  const bool is_plain = is_number && !is(TokenKind::kOpen);
  if (is_slash && !is_plain && starts_factor()) {
    met_.slash_takes_products = true;
    while (choices_.slash_takes_products && starts_factor()) {
      right = add(NodeKind::kMultiply, {right, factor()});
      if (right == kNone) {
        return kNone;
      }
    }
  }
  const Index quotient = add(NodeKind::kDivide, {left, right});
  if (quotient != kNone) {
    expression_.nodes[quotient].form = is_slash ? Quotient::kSlash : Quotient::kDivision;
  }
  return quotient;
}

Parser::Index Parser::factor() {
  if (depth_ >= kMaxDepth) {
    return fail(ParseResult::kTooLarge);
  }
  ++depth_;
  const Index node = factor_inside();
  --depth_;
  return node;
}

Parser::Index Parser::factor_inside() {
  int minuses = 0;
  while (is(TokenKind::kMinus) || is(TokenKind::kPlus)) {
    minuses += is(TokenKind::kMinus) ? 1 : 0;
    ++at_;
  }
  if (is(TokenKind::kPlusMinus) || is(TokenKind::kMinusPlus)) {
    const NodeKind kind = is(TokenKind::kPlusMinus) ? NodeKind::kPlusMinus : NodeKind::kMinusPlus;
    ++at_;
    return add(kind, {product_inside()});
  }
  if (is(TokenKind::kCurrency) && minuses > 0) {  // -$5
    Index amount = product();
    for (; minuses > 0 && amount != kNone; minuses -= minuses > 3 ? 2 : 1) {
      amount = add(NodeKind::kNegate, {amount});
    }
    return amount;
  }
  Index node = raised(atom());
  // Many signs are as good as three or two: no number is spelt so, and the tree stays flat.
  for (; minuses > 0 && node != kNone; minuses -= minuses > 3 ? 2 : 1) {
    node = add(NodeKind::kNegate, {node});
  }
  return node;
}

Parser::Index Parser::raised(Index base) {
  base = postfix(base);
  if (base != kNone && expression_.nodes[base].kind == NodeKind::kInteger && is(TokenKind::kPower) &&
      opens(Bracket::kGroup, 1) && is(TokenKind::kWord, 2) && closes(Bracket::kGroup, 3) &&
      (text(2) == "st" || text(2) == "nd" || text(2) == "rd" || text(2) == "th")) {
    at_ += 4;  // 21^{\text{st}}
    return base;
  }
  if (base != kNone && take(TokenKind::kPower)) {
    return postfix(add(NodeKind::kPower, {base, exponent()}));
  }
  return base;
}

Parser::Index Parser::exponent() {
  if (depth_ >= kMaxDepth) {
    return fail(ParseResult::kTooLarge);
  }
  ++depth_;
  const bool is_negative = take(TokenKind::kMinus);
  take(TokenKind::kPlus);
  Index node = kNone;
  if (opens(Bracket::kGroup)) {
    node = bracket();
  } else {
    node = atom();
  }
  if (node != kNone && is(TokenKind::kPower) && !degree_follows()) {
    ++at_;
    node = add(NodeKind::kPower, {node, exponent()});
  }
  --depth_;
  return is_negative ? add(NodeKind::kNegate, {node}) : node;
}

bool Parser::degree_follows() const {
  if (is(TokenKind::kDegree)) {
    return true;
  }
  if (!is(TokenKind::kPower)) {
    return false;
  }
  return is(TokenKind::kDegree, 1) ||
         (opens(Bracket::kGroup, 1) && is(TokenKind::kDegree, 2) && closes(Bracket::kGroup, 3));
}

Parser::Index Parser::postfix(Index base) {
  while (base != kNone) {
    if (is(TokenKind::kFactorial)) {
      ++at_;
      if (is(TokenKind::kFactorial)) {
        return fail();  // a double factorial
      }
      base = add(NodeKind::kFactorial, {base});
    } else if (is(TokenKind::kPercent)) {
      ++at_;
      base = add(NodeKind::kPercent, {base});
    } else if (is(TokenKind::kSubscript) && expression_.nodes[base].kind == NodeKind::kInteger) {
      base = based(base, {});  // (1011)_2
    } else if (degree_follows()) {
      at_ += is(TokenKind::kDegree) ? 1 : is(TokenKind::kDegree, 1) ? 2 : 4;
      base = degrees(base);
    } else {
      break;
    }
  }
  return base;
}

Parser::Index Parser::degrees(Index value) {
  if (is(TokenKind::kSymbol) || is(TokenKind::kWord)) {
    const std::string_view scale = text();
    const bool is_celsius = scale == "C" || scale == "Celsius" || scale == "celsius";
    if (is_celsius || scale == "F" || scale == "Fahrenheit" || scale == "fahrenheit") {
      ++at_;
      return add(NodeKind::kQuantity, {value}, is_celsius ? "celsius" : "fahrenheit");
    }
  }
  return functions_ > 0 ? build_.radians(value) : add(NodeKind::kQuantity, {value}, "degree");
}

namespace {

/// After these a number is a factor of its own: (2)3, 3!7!, i4.
bool ends_operand(const Token& token) {
  return token.kind == TokenKind::kClose || token.kind == TokenKind::kFactorial ||
         (token.kind == TokenKind::kConstant && token.code == static_cast<std::uint8_t>(Constant::kImaginaryUnit));
}

}  // namespace

/// Does the next token begin a factor that is multiplied without a sign?
bool Parser::starts_factor() const {
  switch (peek().kind) {
    case TokenKind::kNumber:
      return digits_taken_ > 0 || (at_ > 0 && ends_operand(tokens_.list[at_ - 1]));
    case TokenKind::kSymbol:
      return !unit_follows(0);
    case TokenKind::kConstant:
    case TokenKind::kFunction:
    case TokenKind::kFraction:
      return !unit_fraction_follows();
    case TokenKind::kBinomial:
    case TokenKind::kRoot:
    case TokenKind::kMatrix:
    case TokenKind::kOverline:
      return true;
    case TokenKind::kBar:
      return bars_ == 0 && !stops_at_bar_ && !is(TokenKind::kEnd, 1);
    case TokenKind::kOpen: {
      if (opens(Bracket::kSet) || opens(Bracket::kAngle)) {
        return false;
      }
      const TokenKind next = peek(1).kind;  // the end of [1,2[ begins nothing
      return next != TokenKind::kEnd && next != TokenKind::kUnion && next != TokenKind::kIntersection &&
             next != TokenKind::kComma && next != TokenKind::kClose && next != TokenKind::kRelation &&
             next != TokenKind::kAnd && next != TokenKind::kOr && next != TokenKind::kSemicolon;
    }
    default:
      return false;
  }
}

}  // namespace hone::rewards::math
