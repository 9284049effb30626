#include "rewards/math/parameters.h"

#include <algorithm>
#include <initializer_list>

#include "rewards/math/characters.h"
#include "rewards/math/limits.h"
#include "rewards/math/reading.h"

namespace hone::rewards::math {
namespace {

bool drop_end(std::string_view& text, std::initializer_list<std::string_view> ends) {
  text = trim(text);
  for (const std::string_view end : ends) {
    if (text.size() > end.size() && text.ends_with(end)) {
      text.remove_suffix(end.size());
      text = trim(text);
      return true;
    }
  }
  return false;
}

bool names(const Expression& expression, const Node& node, char letter) {
  const std::string_view text = expression.text_of(node);
  return node.kind == NodeKind::kSymbol && text.size() == 1 && text[0] == letter;
}

bool holds(const Expression& expression, char letter) {
  return std::any_of(expression.nodes.begin(), expression.nodes.end(),
                     [&](const Node& node) { return names(expression, node, letter); });
}

/// The letter that is said, or else the first usual one that only this expression holds.
char letter_in(const Expression& expression, char said, const Expression& other) {
  if (said != 0) {
    return said;
  }
  for (const char letter : {'k', 'n', 'm', 'l'}) {
    if (holds(expression, letter) && !holds(other, letter)) {
      return letter;
    }
  }
  return 0;
}

}  // namespace

char take_parameter(std::string_view& text) {
  if (text.size() > kMaxInputBytes) {
    return 0;
  }
  std::string_view rest = unwrapped(text);
  const bool is_set = rest.starts_with("\\{") && drop_end(rest, {"\\}"});
  const bool is_bracketed = !is_set && drop_end(rest, {")"});
  const bool says_integer =
      drop_end(rest, {"\\text{ is an integer}", "\\text{ is any integer}", "is an integer", "is any integer"});
  if (!says_integer && !(drop_end(rest, {"\\mathbb{Z}", "\\mathbb Z", "\\mathbf{Z}", "\\mathbb{N}", "\\Z", "Z", "ℤ"}) &&
                         drop_end(rest, {"\\in", "∈"}))) {
    return 0;
  }
  const char letter = rest.empty() ? '\0' : rest.back();
  rest.remove_suffix(rest.empty() ? 0 : 1);
  if (!is_letter(letter) || (!rest.empty() && (is_letter(rest.back()) || rest.back() == '_'))) {
    return 0;
  }
  // $k\pi$, $k \in \mathbb{Z}$
  const bool has_word = drop_end(rest, {"\\text{where }", "\\text{ where }", "\\text{for }", "\\text{ for }",
                                        "\\text{where}", "\\text{for}", "where", "for", "with", "$"});
  bool is_parted = drop_end(rest, {is_set         ? "\\mid"
                                   : is_bracketed ? "("
                                                  : ",",
                                   is_set ? "|" : ",", is_set ? ":" : ";", is_bracketed ? "(" : "\\quad"}) ||
                   has_word;
  while (drop_end(rest, {",", ";", "\\quad", "\\qquad", "$"})) {
    is_parted = true;
  }
  if (!is_parted || rest.empty()) {
    return 0;
  }
  if (is_set) {
    rest.remove_prefix(2);
  } else if (rest.front() == '$' && std::count(rest.begin(), rest.end(), '$') == 1) {
    rest.remove_prefix(1);
  }
  text = rest;
  return letter;
}

void rename_parameter(const Expression& first, char first_letter, Expression& second, char second_letter) {
  const char to = letter_in(first, first_letter, second);
  const char from = letter_in(second, second_letter, first);
  if (to == 0 || from == 0 || to == from || holds(second, to)) {
    return;
  }
  const auto at = static_cast<std::uint32_t>(second.text.size());
  second.text += to;
  for (Node& node : second.nodes) {
    if (names(second, node, from)) {
      node.text_begin = at;
    }
  }
}

}  // namespace hone::rewards::math
