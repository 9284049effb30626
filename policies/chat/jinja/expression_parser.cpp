#include "policies/chat/jinja/expression_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace hone::policies::jinja {
namespace {

template <typename... Parts>
std::vector<ExpressionPtr> parts_of(Parts... parts) {
  std::vector<ExpressionPtr> all;
  (all.push_back(std::move(parts)), ...);
  return all;
}

}  // namespace

ExpressionParser::Level::Level(ExpressionParser& parser) : parser_(parser) {
  if (++parser_.level_ > kMaxSyntaxDepth) {
    --parser_.level_;
    throw Failure("nested deeper than " + std::to_string(kMaxSyntaxDepth), parser_.now().line);
  }
}

Token ExpressionParser::take() {
  auto token = tokens_[at_];
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool ExpressionParser::skip_name(std::string_view name) {
  const bool found = at_name(name);
  if (found) take();
  return found;
}

bool ExpressionParser::skip_operator(std::string_view text) {
  const bool found = at_operator(text);
  if (found) take();
  return found;
}

void ExpressionParser::fail_here(std::string_view wanted) const {
  static constexpr std::array<std::string_view, 11> kKinds = {
      "text", "{{", "}}", "{%", "%}", "", "a string", "", "", "", "the template's end"};
  const auto kind = kKinds[static_cast<std::size_t>(now().kind)];
  throw Failure(
      "expected " + std::string(wanted) + ", got " + (kind.empty() ? "\"" + now().text + "\"" : std::string(kind)),
      now().line);
}

void ExpressionParser::expect_operator(std::string_view text) {
  if (!skip_operator(text)) fail_here("\"" + std::string(text) + "\"");
}

std::string ExpressionParser::expect_name() {
  if (now().kind != TokenKind::kName) fail_here("a name");
  return take().text;
}

ExpressionPtr ExpressionParser::finished(Expression expression) const {
  const auto count = [&](const ExpressionPtr& part) {
    if (part != nullptr) expression.depth = std::max(expression.depth, part->depth + 1);
  };
  for (const auto& part : expression.parts) count(part);
  for (const auto& one : expression.named) count(one.second);
  if (expression.depth > kMaxSyntaxDepth) {
    throw Failure("an expression is nested deeper than " + std::to_string(kMaxSyntaxDepth), expression.line);
  }
  return std::make_unique<const Expression>(std::move(expression));
}

ExpressionPtr ExpressionParser::make(ExpressionKind kind, int line, std::string name,
                                     std::vector<ExpressionPtr> parts) const {
  Expression expression;
  expression.kind = kind;
  expression.line = line;
  expression.name = std::move(name);
  expression.parts = std::move(parts);
  return finished(std::move(expression));
}

ExpressionPtr ExpressionParser::expression(Conditional conditional) {
  const Level level(*this);
  auto value = logical_or();
  while (conditional == Conditional::kAllowed && at_name("if")) {
    const auto line = take().line;
    auto condition = logical_or();
    auto otherwise = skip_name("else") ? expression() : nullptr;
    value = make(ExpressionKind::kConditional, line, "",
                 parts_of(std::move(value), std::move(condition), std::move(otherwise)));
  }
  return value;
}

ExpressionPtr ExpressionParser::tuple(Conditional conditional) {
  const auto line = now().line;
  auto first = expression(conditional);
  if (!at_operator(",")) return first;
  auto parts = parts_of(std::move(first));
  while (skip_operator(",")) {
    const auto kind = now().kind;
    if (kind == TokenKind::kBlockEnd || kind == TokenKind::kVariableEnd || at_operator(")")) break;
    parts.push_back(expression(conditional));
  }
  return make(ExpressionKind::kTuple, line, "", std::move(parts));
}

ExpressionPtr ExpressionParser::target() {
  const Level level(*this);
  const auto line = now().line;
  const auto one = [&]() -> ExpressionPtr {
    if (skip_operator("(")) {
      auto inner = target();
      expect_operator(")");
      return inner;
    }
    auto name = make(ExpressionKind::kName, now().line, expect_name(), {});
    if (skip_operator(".")) return make(ExpressionKind::kAttribute, line, expect_name(), parts_of(std::move(name)));
    return name;
  };
  auto parts = parts_of(one());
  bool is_tuple = false;
  while (skip_operator(",")) {
    is_tuple = true;
    if (at_operator("=") || at_name("in") || at_operator(")")) break;
    parts.push_back(one());
  }
  return is_tuple ? make(ExpressionKind::kTuple, line, "", std::move(parts)) : std::move(parts[0]);
}

ExpressionPtr ExpressionParser::logical_or() {
  auto left = logical_and();
  while (at_name("or")) {
    const auto line = take().line;
    left = make(ExpressionKind::kOr, line, "", parts_of(std::move(left), logical_and()));
  }
  return left;
}

ExpressionPtr ExpressionParser::logical_and() {
  auto left = logical_not();
  while (at_name("and")) {
    const auto line = take().line;
    left = make(ExpressionKind::kAnd, line, "", parts_of(std::move(left), logical_not()));
  }
  return left;
}

ExpressionPtr ExpressionParser::logical_not() {
  if (!at_name("not")) return comparison();
  const Level level(*this);
  const auto line = take().line;
  return make(ExpressionKind::kNot, line, "", parts_of(logical_not()));
}

ExpressionPtr ExpressionParser::comparison() {
  static constexpr std::array<std::string_view, 6> kOperators = {"==", "!=", "<", "<=", ">", ">="};
  const auto line = now().line;
  auto parts = parts_of(sum());
  std::vector<std::string> operators;
  while (true) {
    const bool is_symbol = now().kind == TokenKind::kOperator &&
                           std::find(kOperators.begin(), kOperators.end(), now().text) != kOperators.end();
    if (is_symbol || at_name("in")) {
      operators.push_back(take().text);
    } else if (at_name("not") && tokens_[at_ + 1].kind == TokenKind::kName && tokens_[at_ + 1].text == "in") {
      take();
      take();
      operators.emplace_back("not in");
    } else {
      break;
    }
    parts.push_back(sum());
  }
  if (operators.empty()) return std::move(parts[0]);
  Expression compare;
  compare.kind = ExpressionKind::kCompare;
  compare.line = line;
  compare.parts = std::move(parts);
  compare.operators = std::move(operators);
  return finished(std::move(compare));
}

ExpressionPtr ExpressionParser::sum() {
  auto left = concatenation();
  while (at_operator("+") || at_operator("-")) {
    const auto sign = take();
    left = make(ExpressionKind::kBinary, sign.line, sign.text, parts_of(std::move(left), concatenation()));
  }
  return left;
}

ExpressionPtr ExpressionParser::concatenation() {
  const auto line = now().line;
  auto parts = parts_of(product());
  while (skip_operator("~")) parts.push_back(product());
  if (parts.size() == 1) return std::move(parts[0]);
  return make(ExpressionKind::kConcat, line, "", std::move(parts));
}

ExpressionPtr ExpressionParser::product() {
  auto left = power();
  while (at_operator("*") || at_operator("/") || at_operator("//") || at_operator("%")) {
    const auto sign = take();
    left = make(ExpressionKind::kBinary, sign.line, sign.text, parts_of(std::move(left), power()));
  }
  return left;
}

ExpressionPtr ExpressionParser::power() {
  auto left = unary(true);
  while (at_operator("**")) {
    const auto sign = take();
    left = make(ExpressionKind::kBinary, sign.line, sign.text, parts_of(std::move(left), unary(true)));
  }
  return left;
}

ExpressionPtr ExpressionParser::unary(bool has_filters) {
  const Level level(*this);
  const auto line = now().line;
  ExpressionPtr value;
  if (skip_operator("-")) {
    value = make(ExpressionKind::kNegative, line, "", parts_of(unary(false)));
  } else if (skip_operator("+")) {
    value = make(ExpressionKind::kPositive, line, "", parts_of(unary(false)));
  } else {
    value = primary();
  }
  value = with_postfixes(std::move(value));
  return has_filters ? with_filters(std::move(value)) : std::move(value);
}

}  // namespace hone::policies::jinja
