#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rewards/math/builder.h"
#include "rewards/math/expression.h"
#include "rewards/math/lexer.h"

namespace hone::rewards::math {

/// How spellings that have two readings are taken.
struct ParserChoices {
  bool slash_takes_products = false;   // 1/2(3) is 1/(2·3), sin x/2 is sin(x/2)
  bool log_is_decimal = false;         // \log without a base
  bool letters_are_units = false;      // 5m, and not 5 m, which is one anyway
  bool arguments_are_degrees = false;  // sin 30 is 1/2: an option, not a reading
};

enum class ParseResult : std::uint8_t { kParsed, kNotAFormula, kTooLarge };

/// Recursive descent over tokens into a tree in post-order. Each way to nest passes through factor(), where depth is
/// counted. A method gives its node, or kNone once result_ says why not.
class Parser {
 public:
  Parser(const Tokens& tokens, const ParserChoices& choices, Expression& expression)
      : tokens_(tokens), choices_(choices), expression_(expression), build_(expression) {}

  ParseResult run();
  /// Which of the choices make a difference to this text.
  [[nodiscard]] const ParserChoices& met() const { return met_; }

 private:
  using Index = std::uint32_t;
  static constexpr Index kNone = 0xFFFFFFFF;

  /// What parts the members of a list.
  struct Separators {
    bool has_comma = false;
    bool has_and = false;
    bool has_or = false;
  };
  struct State {
    std::size_t at;
    std::size_t digits_taken;
    std::size_t nodes;
    std::size_t children;
    std::size_t text;
  };

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_.list[at_ + ahead < tokens_.list.size() ? at_ + ahead : tokens_.list.size() - 1];
  }
  [[nodiscard]] bool is(TokenKind kind, std::size_t ahead = 0) const { return peek(ahead).kind == kind; }
  [[nodiscard]] bool opens(Bracket bracket, std::size_t ahead = 0) const {
    return is(TokenKind::kOpen, ahead) && peek(ahead).code == static_cast<std::uint8_t>(bracket);
  }
  [[nodiscard]] bool closes(Bracket bracket, std::size_t ahead = 0) const {
    return is(TokenKind::kClose, ahead) && peek(ahead).code == static_cast<std::uint8_t>(bracket);
  }
  [[nodiscard]] bool is_relation(Relation relation) const {
    return is(TokenKind::kRelation) && peek().code == static_cast<std::uint8_t>(relation);
  }
  [[nodiscard]] std::string_view text(std::size_t ahead = 0) const { return tokens_.text_of(peek(ahead)); }
  bool take(TokenKind kind) {
    const bool found = is(kind);
    at_ += found ? 1 : 0;
    return found;
  }
  Index fail(ParseResult why = ParseResult::kNotAFormula) {
    result_ = result_ == ParseResult::kParsed ? why : result_;
    return kNone;
  }
  Index add(NodeKind kind, std::initializer_list<Index> children, std::string_view text = {});
  /// A node of what was pushed to pending_ since `mark`; of a single child that child, if `may_unwrap`.
  Index add_pending(NodeKind kind, std::size_t mark);
  [[nodiscard]] State state() const;
  void restore(const State& state);

  // parser_lists.cpp: statements, lists, brackets, matrices
  Separators items();  // pushes to pending_
  Index whole();
  Index statement();
  Index words();
  [[nodiscard]] bool closes_next(std::size_t ahead) const;
  Index relations(Index left);
  Index set_operations();
  Index ratio();
  Index bracket();
  Index french_interval();
  Index closed_list(Bracket open, std::size_t mark, bool is_french);
  Index set_builder(std::size_t mark);
  Index matrix();
  [[nodiscard]] bool is_inequality(Index node) const;

  // parser.cpp: sums down to powers
  Index sum();
  Index product();
  Index product_inside();
  Index divided(Index left, bool is_slash);
  Index factor();
  Index factor_inside();
  Index raised(Index base);
  Index exponent();
  Index postfix(Index base);
  Index degrees(Index value);
  [[nodiscard]] bool degree_follows() const;
  [[nodiscard]] bool starts_factor() const;

  // parser_units.cpp
  Index with_units(Index value);
  bool letter_is_chosen_as_unit();
  Index multiplied(Index value);
  bool unit_text(std::string& unit);
  bool unit_power(std::string& unit);
  Index plus_next_quantity(Index quantity);
  Index unit_fraction(Index value);
  [[nodiscard]] bool unit_fraction_follows() const;
  [[nodiscard]] bool unit_follows(std::size_t ahead) const;

  // parser_atoms.cpp
  Index atom();
  Index number();
  Index mixed(Index whole);
  Index based(Index digits_node, std::string_view digits);
  Index symbol();
  Index named(std::string_view name);
  [[nodiscard]] bool defines_function() const;
  bool append_subscript(std::string& name);
  Index function();
  Index function_value(const Token& token, Index base);
  Index call(Function function, std::string_view name);
  Index argument();
  Index implicit_argument();
  [[nodiscard]] bool raises_e() const;
  Index fraction();
  Index command_argument();
  Index root();
  Index absolute();
  Index accented();
  Index combination();
  Index short_word();

  const Tokens& tokens_;
  ParserChoices choices_;
  ParserChoices met_;
  Expression& expression_;
  Builder build_;
  std::vector<Index> pending_;
  std::size_t at_ = 0;
  std::size_t digits_taken_ = 0;  // of the number at at_: \frac12 takes one digit at a time
  int depth_ = 0;
  int bars_ = 0;               // |…| that are open
  bool stops_at_bar_ = false;  // in the first member of a set-builder
  int functions_ = 0;          // arguments that are open
  ParseResult result_ = ParseResult::kParsed;
};

}  // namespace hone::rewards::math
