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
  const std::string_view a = expression_.text_of(above);
  const std::string_view b = expression_.text_of(below);
  const bool is_proper = above.kind == NodeKind::kInteger && below.kind == NodeKind::kInteger &&
                         (a.size() < b.size() || (a.size() == b.size() && a < b));
  if (is_proper && quotient.kind == NodeKind::kDivide) {
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

bool Parser::append_subscript(std::string& name) {
  ++at_;
  name += '_';
  const bool is_group = opens(Bracket::kGroup);
  at_ += is_group ? 1 : 0;
  do {
    switch (peek().kind) {
      case TokenKind::kNumber:
      case TokenKind::kSymbol:
      case TokenKind::kWord:
        name += text();
        break;
      case TokenKind::kConstant:
        name += peek().code == static_cast<std::uint8_t>(Constant::kE) ? "e" : "i";
        break;
      case TokenKind::kPlus:
        name += '+';
        break;
      case TokenKind::kMinus:
        name += '-';
        break;
      case TokenKind::kComma:
        name += ',';
        break;
      default:
        return false;
    }
    ++at_;
  } while (is_group && !closes(Bracket::kGroup) && !is(TokenKind::kEnd));
  at_ += is_group ? 1 : 0;
  return true;
}

Parser::Index Parser::symbol() {
  std::string name(text());
  if (is(TokenKind::kConstant)) {
    name = peek().code == static_cast<std::uint8_t>(Constant::kE) ? "e" : "i";
  }
  ++at_;
  while (is(TokenKind::kSubscript) || is(TokenKind::kPrime)) {
    if (take(TokenKind::kPrime)) {
      name += '\'';
    } else if (!append_subscript(name)) {
      return fail();
    }
  }
  return named(name);
}

/// V(r) = …: a letter, names or numbers in parentheses, and an equals sign.
bool Parser::defines_function() const {
  std::size_t next = 1;
  while (is(TokenKind::kSymbol, next) || is(TokenKind::kNumber, next) || is(TokenKind::kComma, next) ||
         is(TokenKind::kConstant, next)) {
    ++next;
  }
  return opens(Bracket::kRound) && next > 1 && closes(Bracket::kRound, next) && is(TokenKind::kRelation, next + 1) &&
         peek(next + 1).code == static_cast<std::uint8_t>(Relation::kEqual) &&
         (at_ == 1 || tokens_.list[at_ - 2].kind == TokenKind::kComma);
}

/// A symbol, or the value of a function f at what follows in parentheses.
Parser::Index Parser::named(std::string_view name) {
  const bool is_function = name[0] == 'f' || name[0] == 'g' || defines_function();
  if (opens(Bracket::kRound) && (is_function || name == "C")) {
    const State start = state();
    const Index inside = bracket();
    if (inside == kNone) {
      return kNone;
    }
    const Node& arguments = expression_.nodes[inside];
    const bool is_pair = arguments.kind == NodeKind::kTuple && arguments.child_count == 2;
    if (name == "C" && is_pair) {
      return add(NodeKind::kBinomial, {child_index(expression_, arguments, 0), child_index(expression_, arguments, 1)});
    }
    if (is_function && arguments.kind != NodeKind::kTuple) {
      return build_.function(Function::kNamed, {inside}, name);
    }
    if (is_function && is_pair) {
      return build_.function(Function::kNamed,
                             {child_index(expression_, arguments, 0), child_index(expression_, arguments, 1)}, name);
    }
    restore(start);
  }
  return add(NodeKind::kSymbol, {}, name);
}

namespace {

bool is_trigonometric(Function function) {
  return function <= Function::kCsc;
}
Function inverse(Function function) {
  return static_cast<Function>(static_cast<int>(function) + static_cast<int>(Function::kArcsin));
}

}  // namespace

Parser::Index Parser::function() {
  static_assert(static_cast<int>(Function::kSin) == 0 &&
                static_cast<int>(Function::kArccsc) == static_cast<int>(Function::kCsc) + 6);
  const Token& token = peek();
  const std::string_view name = tokens_.text_of(token);
  auto which = static_cast<Function>(token.code);
  ++at_;
  Index base = kNone;
  Index power = kNone;
  while (is(TokenKind::kSubscript) || is(TokenKind::kPower)) {
    if (take(TokenKind::kSubscript)) {
      base = command_argument();
      if (base == kNone) {
        return kNone;
      }
      continue;
    }
    const bool inverts =
        opens(Bracket::kGroup, 1) && is(TokenKind::kMinus, 2) && text(3) == "1" && closes(Bracket::kGroup, 4);
    const bool inverts_plainly = is(TokenKind::kMinus, 1) && text(2) == "1";
    if ((inverts || inverts_plainly) && is_trigonometric(which) && name.empty()) {
      which = inverse(which);
      at_ += inverts ? 5 : 3;
      continue;
    }
    ++at_;
    power = exponent();
    if (power == kNone) {
      return kNone;
    }
  }
  Token called = token;
  called.code = static_cast<std::uint8_t>(which);
  const Index value = function_value(called, base);
  return power == kNone ? value : add(NodeKind::kPower, {value, power});
}

Parser::Index Parser::function_value(const Token& token, Index base) {
  const std::string_view name = tokens_.text_of(token);
  const auto which = static_cast<Function>(token.code);
  const bool takes_list =
      which == Function::kGcd || which == Function::kLcm || which == Function::kMax || which == Function::kMin;
  if (takes_list && name.empty()) {
    const Index list = is(TokenKind::kOpen) ? bracket() : fail();
    if (list == kNone) {
      return kNone;
    }
    const Node arguments = expression_.nodes[list];
    if (arguments.kind != NodeKind::kTuple && arguments.kind != NodeKind::kSet) {
      return fail();
    }
    Node node;
    node.kind = NodeKind::kFunction;
    node.function = which;
    const std::vector<Index> children(expression_.children.begin() + arguments.first_child,
                                      expression_.children.begin() + arguments.first_child + arguments.child_count);
    return build_.add(node, children);
  }
  ++functions_;
  Index value = argument();
  --functions_;
  if (value == kNone) {
    return kNone;
  }
  if (name == "abs") {
    return add(NodeKind::kAbsolute, {value});
  }
  if (name == "cis") {  // cos x + i sin x
    const Index exponent = add(NodeKind::kMultiply, {build_.constant(Constant::kImaginaryUnit), value});
    return exponent == kNone ? kNone : build_.function(Function::kExp, {exponent});
  }
  if (!name.empty()) {
    if (name == "log" && base == kNone) {
      met_.log_is_decimal = true;
      base = choices_.log_is_decimal ? build_.integer("10") : kNone;
    } else if (name == "lg" || name == "lb") {
      base = build_.integer(name == "lg" ? "10" : "2");
    }
    return base == kNone ? build_.function(Function::kLog, {value}) : build_.function(Function::kLog, {value, base});
  }
  if (choices_.arguments_are_degrees && which <= Function::kCsc && walk(expression_, value, [](const Node& node) {
        return node.kind != NodeKind::kConstant || node.constant != Constant::kPi;
      })) {
    value = build_.radians(value);
  }
  return build_.function(which, {value});
}

Parser::Index Parser::argument() {
  if (is(TokenKind::kOpen) && !opens(Bracket::kSet) && !opens(Bracket::kAngle)) {
    return bracket();
  }
  return is(TokenKind::kBar) && bars_ == 0 ? absolute() : implicit_argument();
}

/// \cos x e^x is a product of two.
bool Parser::raises_e() const {
  return is(TokenKind::kConstant) && peek().code == static_cast<std::uint8_t>(Constant::kE) && is(TokenKind::kPower, 1);
}

/// \sin 2x: what is multiplied without a sign, up to the next function.
Parser::Index Parser::implicit_argument() {
  Index value = factor();
  while (value != kNone && starts_factor() && !is(TokenKind::kFunction) && !opens(Bracket::kRound) &&
         !opens(Bracket::kSquare) && !peek().is_parted && !raises_e()) {
    value = add(NodeKind::kMultiply, {value, factor()});
  }
  if (value != kNone && is(TokenKind::kSlash)) {
    met_.slash_takes_products = true;
    if (choices_.slash_takes_products) {
      ++at_;
      value = add(NodeKind::kDivide, {value, factor()});
    }
  }
  return value;
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
