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

/// A unit's word or letter at that place: words, letters in \text{}, and where it is spaced from the number before and
/// ends the value ("5 m") a letter that is a unit's sign.
bool Parser::unit_follows(std::size_t ahead) const {
  const Token& token = peek(ahead);
  if (token.kind == TokenKind::kWord) {
    const std::string_view word = text(ahead);
    return word != "am" && word != "pm" && word != "to" && word != "AM" && word != "PM" && word != "Am";
  }
  if (token.kind != TokenKind::kSymbol || token.text_size != 1 ||
      !(token.is_upright ? is_upright_unit_letter(text(ahead)[0]) : is_unit_letter(text(ahead)[0]))) {
    return false;
  }
  const TokenKind before = at_ + ahead > 0 ? tokens_.list[at_ + ahead - 1].kind : TokenKind::kEnd;
  if (before == TokenKind::kSlash) {
    // 5 m/s: the letter before the slash was one, too.
    return at_ + ahead > 1 && (tokens_.list[at_ + ahead - 2].kind == TokenKind::kWord || ahead == 0);
  }
  const bool goes_on_before = token.is_upright && at_ + ahead > 0 && tokens_.list[at_ + ahead - 1].is_upright &&
                              (before == TokenKind::kWord || before == TokenKind::kSymbol);  // J s
  if (before != TokenKind::kNumber && before != TokenKind::kClose && !goes_on_before) {
    return false;
  }
  if (!token.is_upright &&
      std::any_of(tokens_.list.begin(), tokens_.list.begin() + static_cast<std::ptrdiff_t>(at_ + ahead),
                  [](const Token& other) { return other.kind == TokenKind::kSymbol && !other.is_upright; })) {
    return false;
  }
  const TokenKind after = peek(ahead + 1).kind;
  const bool goes_on = token.is_upright && peek(ahead + 1).is_upright &&
                       (after == TokenKind::kWord || after == TokenKind::kSymbol || after == TokenKind::kTimes);
  const bool ends = goes_on || after == TokenKind::kEnd || after == TokenKind::kSlash || after == TokenKind::kPower ||
                    after == TokenKind::kComma || after == TokenKind::kAnd || after == TokenKind::kOr;
  return ends && (token.is_upright || token.space_before || choices_.letters_are_units);
}

/// \frac{\text{m}}{\text{s}^2}
bool Parser::unit_fraction_follows() const {
  return is(TokenKind::kFraction) && opens(Bracket::kGroup, 1) && peek(2).is_upright &&
         (is(TokenKind::kWord, 2) || is(TokenKind::kSymbol, 2));
}

Parser::Index Parser::unit_fraction(Index value) {
  ++at_;
  std::string unit;
  for (int side = 0; side < 2; ++side) {
    if (!opens(Bracket::kGroup)) {
      return fail();
    }
    unit += side == 1 ? " /" : "";
    for (++at_; !closes(Bracket::kGroup); ++at_) {
      if (is(TokenKind::kPower) && is(TokenKind::kNumber, 1)) {
        unit += " ^" + std::string(text(1));
        ++at_;
      } else if (is(TokenKind::kWord) || is(TokenKind::kSymbol)) {
        unit += " " + std::string(text());
      } else if (!is(TokenKind::kTimes)) {
        return fail();
      }
    }
    ++at_;
  }
  return add(NodeKind::kQuantity, {value}, unit);
}

/// `value` followed by its unit or label, "5 cm", "5 m/s^2", "2 million dollars", and quantities in a row: 3 hours 20
/// minutes.
Parser::Index Parser::with_units(Index value) {
  if (value == kNone) {
    return kNone;
  }
  if (is(TokenKind::kCurrency)) {  // 5€
    const std::string_view currency = text();
    ++at_;
    return add(NodeKind::kQuantity, {value}, currency);
  }
  if (unit_fraction_follows()) {
    return unit_fraction(value);
  }
  if (!unit_follows(0)) {
    const Token& token = peek();
    const bool ends = is(TokenKind::kEnd, 1) || is(TokenKind::kSlash, 1) || is(TokenKind::kPower, 1);
    const bool touches = at_ > 0 && tokens_.list[at_ - 1].kind == TokenKind::kSymbol && is(TokenKind::kEnd) &&
                         !tokens_.list[at_ - 1].space_before;
    met_.letters_are_units =
        met_.letters_are_units || (touches && is_unit_letter(tokens_.text_of(tokens_.list[at_ - 1])[0]));
    if (!(token.kind == TokenKind::kSymbol && ends && choices_.letters_are_units)) {
      return value;
    }
  }
  struct Multiplier {
    std::string_view word;
    std::string_view digits;
  };
  static constexpr auto kMultipliers = std::to_array<Multiplier>({{"hundred", "100"},
                                                                  {"thousand", "1000"},
                                                                  {"million", "1000000"},
                                                                  {"billion", "1000000000"},
                                                                  {"trillion", "1000000000000"},
                                                                  {"dozen", "12"}});
  static constexpr auto kRefused = std::to_array<std::string_view>(
      {"not",   "no",    "nor",  "maybe", "wrong",  "incorrect", "is",    "are",   "plus",
       "minus", "times", "over", "if",    "when",   "but",       "than",  "least", "most",
       "more",  "less",  "or",   "and",   "either", "squared",   "cubed", "half",  "percent"});
  std::string unit;
  bool starts = true;
  for (int words = 0; words < 8; ++words) {
    if (starts && is(TokenKind::kWord)) {
      const auto* const multiplier = std::find_if(kMultipliers.begin(), kMultipliers.end(),
                                                  [&](const Multiplier& each) { return each.word == text(); });
      if (multiplier != kMultipliers.end()) {
        ++at_;
        const Index factor = add(NodeKind::kInteger, {}, multiplier->digits);
        value = add(NodeKind::kMultiply, {value, factor});
        if (value == kNone || !unit_follows(0)) {
          return value;
        }
        continue;
      }
    }
    starts = false;
    if (is(TokenKind::kWord) || is(TokenKind::kSymbol)) {
      if (std::find(kRefused.begin(), kRefused.end(), text()) != kRefused.end() && unit.empty()) {
        return fail();
      }
      unit += (unit.empty() ? "" : " ") + std::string(text());
      ++at_;
    }
    if (is(TokenKind::kPower) && is(TokenKind::kNumber, 1)) {
      unit += " ^" + std::string(text(1));
      at_ += 2;
    } else if (is(TokenKind::kPower) && opens(Bracket::kGroup, 1)) {
      const bool is_negative = is(TokenKind::kMinus, 2);
      const std::size_t digits = is_negative ? 3 : 2;
      if (!is(TokenKind::kNumber, digits) || !closes(Bracket::kGroup, digits + 1)) {
        return fail();
      }
      unit += (is_negative ? " ^-" : " ^") + std::string(text(digits));
      at_ += digits + 2;
    }
    const bool letter_next = is(TokenKind::kSymbol, 1) && peek(1).text_size == 1;
    if ((is(TokenKind::kSlash) || is(TokenKind::kTimes)) && (is(TokenKind::kWord, 1) || letter_next)) {
      unit += is(TokenKind::kSlash) ? " /" : " *";
      ++at_;
      continue;
    }
    if (!is(TokenKind::kWord) && !(is(TokenKind::kSymbol) && peek().is_upright)) {
      break;
    }
    if (!unit_follows(0)) {
      break;
    }
  }
  if (unit.empty()) {
    return fail();
  }
  if (!read_unit(unit).is_known && has_symbol(expression_, value)) {
    return fail();  // a sentence that begins with a formula
  }
  const Index quantity = add(NodeKind::kQuantity, {value}, unit);
  if (quantity == kNone || !is(TokenKind::kNumber)) {
    return quantity;
  }
  if (!read_unit(unit).is_known) {
    return fail();  // 3 by 4 is no sum
  }
  if (depth_ >= kMaxDepth) {
    return fail(ParseResult::kTooLarge);
  }
  ++depth_;
  const Index rest = product();
  --depth_;
  return add(NodeKind::kAdd, {quantity, rest});
}

}  // namespace hone::rewards::math
