#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/chat/jinja/lexer.h"
#include "policies/chat/jinja/syntax.h"

namespace hone::policies::jinja {

/// Reads expressions from a template's tokens. Every function throws Failure with its line. Source: jinja2/parser.py.
class ExpressionParser {
 public:
  /// `tokens` ends with kEnd.
  explicit ExpressionParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  [[nodiscard]] const Token& now() const { return tokens_[at_]; }
  [[nodiscard]] bool at_name(std::string_view name) const { return is(TokenKind::kName, name); }
  [[nodiscard]] bool at_operator(std::string_view text) const { return is(TokenKind::kOperator, text); }
  Token take();
  bool skip_name(std::string_view name);
  bool skip_operator(std::string_view text);
  void expect_operator(std::string_view text);
  std::string expect_name();
  [[noreturn]] void fail_here(std::string_view wanted) const;

  enum class Conditional { kAllowed, kNotAllowed };
  /// One expression; kNotAllowed where a following `if` belongs to the statement.
  ExpressionPtr expression(Conditional conditional = Conditional::kAllowed);
  /// One expression, or a tuple without parentheses.
  ExpressionPtr tuple(Conditional conditional = Conditional::kAllowed);
  /// What stands left of an `=` or `in`: a name, names in a tuple, or an attribute.
  ExpressionPtr target();
  /// The filters of a block, beginning at the first's name or at `|`, over kCaptured.
  ExpressionPtr filters_of_block();

  /// Guards against recursion without end; one a level.
  class Level {
   public:
    explicit Level(ExpressionParser& parser);
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --parser_.level_; }

   private:
    ExpressionParser& parser_;
  };

 private:
  [[nodiscard]] bool is(TokenKind kind, std::string_view text) const {
    return now().kind == kind && now().text == text;
  }
  ExpressionPtr make(ExpressionKind kind, int line, std::string name, std::vector<ExpressionPtr> parts) const;
  ExpressionPtr finished(Expression expression) const;
  ExpressionPtr logical_or();
  ExpressionPtr logical_and();
  ExpressionPtr logical_not();
  ExpressionPtr comparison();
  ExpressionPtr sum();
  ExpressionPtr concatenation();
  ExpressionPtr product();
  ExpressionPtr power();
  ExpressionPtr unary(bool with_filters);
  ExpressionPtr primary();
  ExpressionPtr constant_of_name();
  ExpressionPtr number();
  ExpressionPtr list();
  ExpressionPtr dict();
  ExpressionPtr parentheses();
  ExpressionPtr with_postfixes(ExpressionPtr expression);
  ExpressionPtr with_filters(ExpressionPtr expression);
  ExpressionPtr subscript(ExpressionPtr object);
  ExpressionPtr filter(ExpressionPtr input);
  ExpressionPtr test(ExpressionPtr input);
  void arguments(Expression& call);
  bool begins_test_argument() const;

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int level_ = 0;
};

}  // namespace hone::policies::jinja
