// Literals, and what stands behind an expression: .attribute, [item], (call), |filter, is test.
#include <algorithm>
#include <array>
#include <charconv>

#include "policies/chat/jinja/expression_parser.h"

namespace hone::policies::jinja {
namespace {

std::vector<ExpressionPtr> parts_of(ExpressionPtr first) {
  std::vector<ExpressionPtr> parts;
  parts.push_back(std::move(first));
  return parts;
}

}  // namespace

ExpressionPtr ExpressionParser::primary() {
  const auto kind = now().kind;
  if (kind == TokenKind::kName) return constant_of_name();
  if (kind == TokenKind::kInteger || kind == TokenKind::kReal) return number();
  if (kind == TokenKind::kString) {
    Expression text;
    text.line = now().line;
    std::string joined;
    while (now().kind == TokenKind::kString) joined += take().text;
    text.constant = trusted_text(joined);
    return finished(std::move(text));
  }
  if (at_operator("(")) return parentheses();
  if (at_operator("[")) return list();
  if (at_operator("{")) return dict();
  fail_here("an expression");
}

ExpressionPtr ExpressionParser::constant_of_name() {
  const auto token = take();
  Expression value;
  value.line = token.line;
  if (token.text == "true" || token.text == "True") {
    value.constant = Value::boolean(true);
  } else if (token.text == "false" || token.text == "False") {
    value.constant = Value::boolean(false);
  } else if (token.text == "none" || token.text == "None") {
    value.constant = Value::none();
  } else {
    value.kind = ExpressionKind::kName;
    value.name = token.text;
  }
  return finished(std::move(value));
}

ExpressionPtr ExpressionParser::number() {
  const auto token = take();
  Expression value;
  value.line = token.line;
  const auto* end = token.text.data() + token.text.size();
  if (token.kind == TokenKind::kReal) {
    double real = 0;
    if (std::from_chars(token.text.data(), end, real).ec != std::errc{})
      throw Failure("a number is too large", token.line);
    value.constant = Value::real(real);
  } else {
    std::int64_t integer = 0;
    const auto read = std::from_chars(token.text.data(), end, integer);
    if (read.ec != std::errc{}) throw Failure("a number is too large", token.line);
    value.constant = Value::integer(integer);
  }
  return finished(std::move(value));
}

ExpressionPtr ExpressionParser::list() {
  const auto line = take().line;
  std::vector<ExpressionPtr> parts;
  while (!at_operator("]")) {
    if (!parts.empty()) expect_operator(",");
    if (at_operator("]")) break;
    parts.push_back(expression());
  }
  take();
  return make(ExpressionKind::kList, line, "", std::move(parts));
}

ExpressionPtr ExpressionParser::dict() {
  const auto line = take().line;
  std::vector<ExpressionPtr> parts;
  while (!at_operator("}")) {
    if (!parts.empty()) expect_operator(",");
    if (at_operator("}")) break;
    parts.push_back(expression());
    expect_operator(":");
    parts.push_back(expression());
  }
  take();
  return make(ExpressionKind::kDict, line, "", std::move(parts));
}

ExpressionPtr ExpressionParser::parentheses() {
  const auto line = take().line;
  if (skip_operator(")")) return make(ExpressionKind::kTuple, line, "", {});
  auto inner = tuple();
  expect_operator(")");
  return inner;
}

ExpressionPtr ExpressionParser::with_postfixes(ExpressionPtr value) {
  while (true) {
    if (at_operator(".") || at_operator("[")) {
      value = subscript(std::move(value));
    } else if (at_operator("(")) {
      Expression call;
      call.kind = ExpressionKind::kCall;
      call.line = now().line;
      call.parts = parts_of(std::move(value));
      arguments(call);
      value = finished(std::move(call));
    } else {
      return value;
    }
  }
}

ExpressionPtr ExpressionParser::with_filters(ExpressionPtr value) {
  while (true) {
    if (skip_operator("|")) {
      value = filter(std::move(value));
    } else if (at_name("is")) {
      value = test(std::move(value));
    } else if (at_operator("(")) {
      value = with_postfixes(std::move(value));
    } else {
      return value;
    }
  }
}

ExpressionPtr ExpressionParser::subscript(ExpressionPtr object) {
  const auto line = now().line;
  if (skip_operator(".")) {
    if (now().kind == TokenKind::kName) {
      return make(ExpressionKind::kAttribute, line, take().text, parts_of(std::move(object)));
    }
    if (now().kind != TokenKind::kInteger) fail_here("a name or a number");
    auto parts = parts_of(std::move(object));
    parts.push_back(number());
    return make(ExpressionKind::kItem, line, "", std::move(parts));
  }
  expect_operator("[");
  auto parts = parts_of(std::move(object));
  parts.push_back(at_operator(":") ? nullptr : expression());
  if (!at_operator(":")) {
    expect_operator("]");
    return make(ExpressionKind::kItem, line, "", std::move(parts));
  }
  while (parts.size() < 4 && skip_operator(":")) {
    parts.push_back(at_operator(":") || at_operator("]") ? nullptr : expression());
  }
  parts.resize(4);
  expect_operator("]");
  return make(ExpressionKind::kSlice, line, "", std::move(parts));
}

void ExpressionParser::arguments(Expression& call) {
  expect_operator("(");
  bool is_first = true;
  while (!at_operator(")")) {
    if (!is_first) expect_operator(",");
    is_first = false;
    if (at_operator(")")) break;
    if (at_operator("*") || at_operator("**")) throw Failure("*args and **kwargs are not supported", now().line);
    const auto& next = tokens_[std::min(at_ + 1, tokens_.size() - 1)];
    if (now().kind == TokenKind::kName && next.kind == TokenKind::kOperator && next.text == "=") {
      auto name = take().text;
      take();
      call.named.emplace_back(std::move(name), expression());
    } else {
      if (!call.named.empty()) throw Failure("a positional argument follows a named one", now().line);
      call.parts.push_back(expression());
    }
  }
  take();
}

ExpressionPtr ExpressionParser::filter(ExpressionPtr input) {
  Expression call;
  call.kind = ExpressionKind::kFilter;
  call.line = now().line;
  call.name = expect_name();
  call.parts = parts_of(std::move(input));
  if (at_operator("(")) arguments(call);
  return finished(std::move(call));
}

bool ExpressionParser::begins_test_argument() const {
  const auto kind = now().kind;
  if (kind == TokenKind::kString || kind == TokenKind::kInteger || kind == TokenKind::kReal) return true;
  if (at_operator("[") || at_operator("{")) return true;
  return kind == TokenKind::kName && !at_name("else") && !at_name("or") && !at_name("and");
}

ExpressionPtr ExpressionParser::test(ExpressionPtr input) {
  Expression call;
  call.kind = ExpressionKind::kTest;
  call.line = take().line;
  const bool is_negated = skip_name("not");
  call.name = expect_name();
  call.parts = parts_of(std::move(input));
  if (at_operator("(")) {
    arguments(call);
  } else if (begins_test_argument()) {
    if (at_name("is")) throw Failure("tests with is cannot be chained", now().line);
    call.parts.push_back(with_postfixes(primary()));
  }
  const auto line = call.line;
  auto result = finished(std::move(call));
  return is_negated ? make(ExpressionKind::kNot, line, "", parts_of(std::move(result))) : std::move(result);
}

ExpressionPtr ExpressionParser::filters_of_block() {
  auto value = make(ExpressionKind::kCaptured, now().line, "", {});
  do {
    value = filter(std::move(value));
  } while (skip_operator("|"));
  return value;
}

}  // namespace hone::policies::jinja
