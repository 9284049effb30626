#include <algorithm>
#include <string>
#include <utility>

#include "rewards/math/characters.h"
#include "rewards/math/limits.h"
#include "rewards/math/parser.h"
#include "rewards/math/words.h"

namespace hone::rewards::math {

Parser::Index Parser::atom() {
  switch (peek().kind) {
    case TokenKind::kNumber:
      return number();
    case TokenKind::kSymbol:
      return symbol();
    case TokenKind::kConstant: {
      if (is(TokenKind::kSubscript, 1)) {
        return symbol();  // e_1
      }
      const auto constant = static_cast<Constant>(peek().code);
      ++at_;
      return build_.constant(constant);
    }
    case TokenKind::kFunction:
      return function();
    case TokenKind::kFraction:
    case TokenKind::kBinomial:
      return fraction();
    case TokenKind::kRoot:
      return root();
    case TokenKind::kOpen:
      return bracket();
    case TokenKind::kClose:
      return closes(Bracket::kSquare) ? french_interval() : fail();
    case TokenKind::kBar:
      return absolute();
    case TokenKind::kMatrix:
      return matrix();
    case TokenKind::kEmptySet:
      ++at_;
      return add(NodeKind::kSet, {});
    case TokenKind::kEllipsis:
      ++at_;
      return add(NodeKind::kEllipsis, {});
    case TokenKind::kOverline:
      return accented();
    case TokenKind::kSubscript:
    case TokenKind::kPower:
      return combination();
    case TokenKind::kWord:
      return short_word();
    default:
      return fail();
  }
}

Parser::Index Parser::number() {
  const Token& token = peek();
  const std::string_view digits = tokens_.text_of(token).substr(digits_taken_);
  ++at_;
  digits_taken_ = 0;
  if (is(TokenKind::kSubscript)) {
    return token.decimals == 0 && !token.has_exponent ? based(kNone, digits) : fail();
  }
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) {
    return fail();
  }
  const bool is_decimal = token.decimals > 0;
  Index node = add(is_decimal ? NodeKind::kDecimal : NodeKind::kInteger, {}, digits);
  if (node == kNone) {
    return kNone;
  }
  expression_.nodes[node].decimals = token.decimals;
  expression_.nodes[node].repeating = token.repeating;
  if (token.has_exponent) {
    const Index ten = build_.integer("10");
    const Index power = add(NodeKind::kPower, {ten, build_.integer(token.exponent)});
    return add(NodeKind::kMultiply, {node, power});
  }
  return is_decimal ? node : mixed(node);
}

/// 2\frac{1}{3} and 2 1/3; the whole number by itself when no proper fraction follows.
Parser::Index Parser::mixed(Index whole) {
  const bool is_fraction = is(TokenKind::kFraction);
  const bool is_slashed = is(TokenKind::kNumber) && is(TokenKind::kSlash, 1) && is(TokenKind::kNumber, 2) &&
                          peek().decimals == 0 && peek(2).decimals == 0;
  if (!is_fraction && !is_slashed) {
    return whole;
  }
  const State start = state();
  Index part = kNone;
  if (is_fraction) {
    part = fraction();
  } else {
    const Index numerator = add(NodeKind::kInteger, {}, text());
    const Index denominator = add(NodeKind::kInteger, {}, text(2));
    at_ += 3;
    part = add(NodeKind::kDivide, {numerator, denominator});
    if (part != kNone) {
      expression_.nodes[part].form = Quotient::kSlash;
    }
  }
  if (part == kNone) {
    return kNone;
  }
  const Node& quotient = expression_.nodes[part];
  const Node& above = expression_.child(quotient, 0);
  const Node& below = expression_.child(quotient, quotient.child_count - 1);
  // Improper ones too, 1\frac32: nobody multiplies two numbers so.
  const bool is_mixed = above.kind == NodeKind::kInteger && below.kind == NodeKind::kInteger;
  if (is_mixed && quotient.kind == NodeKind::kDivide) {
    return add(NodeKind::kMixed, {whole, part});
  }
  if (is_slashed) {
    return fail();
  }
  restore(start);
  return whole;
}

/// The base after the digits of a number: 1011_2, 1011_{2}, 1011_{\text{two}}.
Parser::Index Parser::based(Index digits_node, std::string_view digits) {
  if (digits_node != kNone) {
    digits = expression_.text_of(expression_.nodes[digits_node]);
  }
  ++at_;
  const bool is_group = opens(Bracket::kGroup);
  at_ += is_group ? 1 : 0;
  std::string_view base = text();
  const std::string_view kWords[] = {"two",   "three", "four", "five",   "six",   "seven",
                                     "eight", "nine",  "ten",  "eleven", "twelve"};
  const std::string_view kDigits[] = {"2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
  if (is(TokenKind::kWord)) {
    const auto* const found = std::find(std::begin(kWords), std::end(kWords), base);
    base = found == std::end(kWords) ? "" : kDigits[found - std::begin(kWords)];
  } else if (!is(TokenKind::kNumber) || peek().decimals > 0) {
    return fail();
  }
  ++at_;
  if (base.empty() || base.size() > 2 || (is_group && !closes(Bracket::kGroup))) {
    return fail();
  }
  at_ += is_group ? 1 : 0;
  const int radix = base.size() == 1 ? base[0] - '0' : (base[0] - '0') * 10 + (base[1] - '0');
  const auto fits = [radix](char c) { return (is_digit(c) ? c - '0' : c - 'A' + 10) < radix; };
  if (radix < 2 || radix > 36 || !std::all_of(digits.begin(), digits.end(), fits)) {
    return fail();
  }
  const std::string copy(digits);
  return add(NodeKind::kBased, {build_.integer(radix)}, copy);
}

Parser::Index Parser::fraction() {
  const bool is_binomial = is(TokenKind::kBinomial);
  ++at_;
  const Index above = command_argument();
  const Index below = above == kNone ? kNone : command_argument();
  const Index node = add(is_binomial ? NodeKind::kBinomial : NodeKind::kDivide, {above, below});
  if (node != kNone && !is_binomial) {
    expression_.nodes[node].form = Quotient::kFraction;
  }
  return node;
}

/// One argument of a command: a group, one digit, one token.
Parser::Index Parser::command_argument() {
  if (!is(TokenKind::kNumber)) {
    if (depth_ >= kMaxDepth) {
      return fail(ParseResult::kTooLarge);
    }
    ++depth_;
    const Index node = is(TokenKind::kMinus) ? factor() : atom();
    --depth_;
    return node;
  }
  const Token& token = peek();
  const std::string_view digits = tokens_.text_of(token);
  if (token.decimals > 0 || token.has_exponent || digits_taken_ >= digits.size()) {
    return fail();
  }
  const Index digit = add(NodeKind::kInteger, {}, digits.substr(digits_taken_, 1));
  ++digits_taken_;
  if (digits_taken_ == digits.size()) {
    digits_taken_ = 0;
    ++at_;
  }
  return digit;
}

Parser::Index Parser::root() {
  const Token& token = peek();
  ++at_;
  Index index = kNone;
  if (opens(Bracket::kSquare) && token.code == 2) {
    index = bracket();
    if (index == kNone) {
      return kNone;
    }
  }
  // \sqrt12 is meant as the root of 12.
  if (depth_ >= kMaxDepth) {
    return fail(ParseResult::kTooLarge);
  }
  ++depth_;
  const Index radicand = is(TokenKind::kNumber) ? number() : is(TokenKind::kMinus) ? factor() : atom();
  --depth_;
  if (radicand == kNone) {
    return kNone;
  }
  if (index == kNone) {
    index = build_.integer(token.code == 3 ? "3" : "2");
  }
  return add(NodeKind::kRoot, {radicand, index});
}

Parser::Index Parser::absolute() {
  ++at_;
  ++bars_;
  const bool stops = std::exchange(stops_at_bar_, false);
  const Index inside = sum();
  --bars_;
  stops_at_bar_ = stops;
  if (inside == kNone || !take(TokenKind::kBar)) {
    return fail();
  }
  return add(NodeKind::kAbsolute, {inside});
}

/// \bar{x} is a symbol of its own; \overline{AB} the product that it looks like.
Parser::Index Parser::accented() {
  const std::string_view accent = text();
  ++at_;
  const Index inside = command_argument();
  const auto is_imaginary = [](const Node& node) {
    return node.kind == NodeKind::kConstant && node.constant == Constant::kImaginaryUnit;
  };
  if (inside != kNone && accent != "dot" && accent != "hat" && accent != "tilde" &&
      !walk(expression_, inside, [&](const Node& node) { return !is_imaginary(node); })) {
    return build_.function(Function::kConjugate, {inside});
  }
  if (inside == kNone || expression_.nodes[inside].kind != NodeKind::kSymbol) {
    return inside != kNone && expression_.nodes[inside].kind == NodeKind::kInteger ? fail() : inside;
  }
  const std::string name = std::string(accent) + "_" + std::string(expression_.text_of(expression_.nodes[inside]));
  return add(NodeKind::kSymbol, {}, name);
}

/// _nC_k, {}_nC_k and ^nC_k.
Parser::Index Parser::combination() {
  ++at_;
  const Index above = command_argument();
  if (above == kNone || !is(TokenKind::kSymbol) || text() != "C" || !is(TokenKind::kSubscript, 1)) {
    return fail();
  }
  at_ += 2;
  const Index below = command_argument();
  return add(NodeKind::kBinomial, {above, below});
}

/// A unit's sign or an upright name where a factor is wanted: mi is m·i there.
Parser::Index Parser::short_word() {
  const std::string_view word = text();
  if (word.size() > 3 || is_short_word(word) || !std::all_of(word.begin(), word.end(), is_letter)) {
    return fail();
  }
  ++at_;
  const std::size_t mark = pending_.size();
  for (const char c : word) {
    pending_.push_back(c == 'e'   ? build_.constant(Constant::kE)
                       : c == 'i' ? build_.constant(Constant::kImaginaryUnit)
                                  : add(NodeKind::kSymbol, {}, std::string_view(&c, 1)));
  }
  return add_pending(NodeKind::kMultiply, mark);
}

}  // namespace hone::rewards::math
