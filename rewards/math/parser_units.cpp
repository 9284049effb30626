#include <algorithm>
#include <array>
#include <string>

#include "rewards/math/limits.h"
#include "rewards/math/parser.h"
#include "rewards/math/units.h"

namespace hone::rewards::math {

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

namespace {

struct Multiplier {
  std::string_view word;
  std::string_view digits;
};
constexpr auto kMultipliers = std::to_array<Multiplier>({{"hundred", "100"},
                                                         {"thousand", "1000"},
                                                         {"million", "1000000"},
                                                         {"billion", "1000000000"},
                                                         {"trillion", "1000000000000"},
                                                         {"dozen", "12"}});

/// Words that begin no unit: what follows them says more than a label does.
constexpr auto kRefused = std::to_array<std::string_view>(
    {"not",   "no",    "nor",  "maybe", "wrong",  "incorrect", "is",    "are",   "plus",
     "minus", "times", "over", "if",    "when",   "but",       "than",  "least", "most",
     "more",  "less",  "or",   "and",   "either", "squared",   "cubed", "half",  "percent"});

}  // namespace

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
  if (!unit_follows(0) && !letter_is_chosen_as_unit()) {
    return value;
  }
  const std::size_t start = at_;
  value = multiplied(value);
  if (value == kNone || (at_ > start && !unit_follows(0))) {
    return value;
  }
  std::string unit;
  if (!unit_text(unit) || unit.empty()) {
    return fail();
  }
  const bool is_known = read_unit(unit).is_known;
  if (!is_known && has_symbol(expression_, value)) {
    return fail();  // a sentence that begins with a formula
  }
  const Index quantity = add(NodeKind::kQuantity, {value}, unit);
  if (quantity == kNone || !is(TokenKind::kNumber)) {
    return quantity;
  }
  return is_known ? plus_next_quantity(quantity) : fail();  // 3 by 4 is no sum
}

/// In the reading that takes 5m for metres. Otherwise notes that there would be one.
bool Parser::letter_is_chosen_as_unit() {
  const bool ends = is(TokenKind::kEnd, 1) || is(TokenKind::kSlash, 1) || is(TokenKind::kPower, 1);
  if (at_ > 0 && is(TokenKind::kEnd)) {
    const Token& last = tokens_.list[at_ - 1];
    met_.letters_are_units = met_.letters_are_units || (last.kind == TokenKind::kSymbol && !last.space_before &&
                                                        is_unit_letter(tokens_.text_of(last)[0]));
  }
  return is(TokenKind::kSymbol) && ends && choices_.letters_are_units;
}

/// "2 million".
Parser::Index Parser::multiplied(Index value) {
  while (value != kNone && is(TokenKind::kWord)) {
    const auto* const multiplier = std::find_if(kMultipliers.begin(), kMultipliers.end(),
                                                [&](const Multiplier& each) { return each.word == text(); });
    if (multiplier == kMultipliers.end()) {
      break;
    }
    ++at_;
    const Index factor = add(NodeKind::kInteger, {}, multiplier->digits);
    value = add(NodeKind::kMultiply, {value, factor});
  }
  return value;
}

/// The words, letters, powers and signs of one unit, each parted by a space: "m / s ^2".
bool Parser::unit_text(std::string& unit) {
  constexpr int kMostWords = 8;
  for (int words = 0; words < kMostWords; ++words) {
    if (is(TokenKind::kWord) || is(TokenKind::kSymbol)) {
      if (unit.empty() && std::find(kRefused.begin(), kRefused.end(), text()) != kRefused.end()) {
        return false;
      }
      unit += (unit.empty() ? "" : " ") + std::string(text());
      ++at_;
    }
    if (!unit_power(unit)) {
      return false;
    }
    const bool letter_next = is(TokenKind::kSymbol, 1) && peek(1).text_size == 1;
    if ((is(TokenKind::kSlash) || is(TokenKind::kTimes)) && (is(TokenKind::kWord, 1) || letter_next)) {
      unit += is(TokenKind::kSlash) ? " /" : " *";
      ++at_;
      continue;
    }
    const bool goes_on = is(TokenKind::kWord) || (is(TokenKind::kSymbol) && peek().is_upright);
    if (!goes_on || !unit_follows(0)) {
      return true;
    }
  }
  return true;
}

/// ^2 and ^{-1}, if there is one.
bool Parser::unit_power(std::string& unit) {
  if (is(TokenKind::kPower) && is(TokenKind::kNumber, 1)) {
    unit += " ^" + std::string(text(1));
    at_ += 2;
  } else if (is(TokenKind::kPower) && opens(Bracket::kGroup, 1)) {
    const bool is_negative = is(TokenKind::kMinus, 2);
    const std::size_t digits = is_negative ? 3 : 2;
    if (!is(TokenKind::kNumber, digits) || !closes(Bracket::kGroup, digits + 1)) {
      return false;
    }
    unit += (is_negative ? " ^-" : " ^") + std::string(text(digits));
    at_ += digits + 2;
  }
  return true;
}

Parser::Index Parser::plus_next_quantity(Index quantity) {
  if (depth_ >= kMaxDepth) {
    return fail(ParseResult::kTooLarge);
  }
  ++depth_;
  const Index rest = product();
  --depth_;
  return add(NodeKind::kAdd, {quantity, rest});
}

}  // namespace hone::rewards::math
