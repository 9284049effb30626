#include "rewards/math/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rewards/math/builder.h"
#include "rewards/math/characters.h"
#include "rewards/math/lexer.h"
#include "rewards/math/limits.h"
#include "rewards/math/parser.h"
#include "rewards/math/unicode.h"

namespace hone::rewards::math {
namespace {

/// The choices that one reading is made with.
struct Choices {
  LexerChoices lexer;
  ParserChoices parser;
};

std::string_view without_pair(std::string_view text, std::string_view open, std::string_view close) {
  const bool wraps = text.size() >= open.size() + close.size() && text.starts_with(open) && text.ends_with(close);
  return wraps ? text.substr(open.size(), text.size() - open.size() - close.size()) : text;
}

bool has_separator(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == ',' || text[i] == ';') && text[i - 1] != '\\') {
      return true;
    }
  }
  return false;
}

/// {…} around all of it, which only groups; with a comma it may write a set.
std::string_view without_braces(std::string_view text) {
  if (text.size() < 3 || text.front() != '{' || text.back() != '}' || text[text.size() - 2] == '\\' ||
      has_separator(text)) {
    return text;
  }
  int depth = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      continue;
    }
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0) {
      return text;
    }
  }
  return text.substr(1, text.size() - 2);
}

std::string spelling_of(std::string_view text) {
  std::string spelling;
  spelling.reserve(text.size());
  bool has_space = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (is_space(text[i]) || text[i] == '$') {
      has_space = true;
      continue;
    }
    if (has_space && is_digit(text[i]) && !spelling.empty() && is_digit(spelling.back())) {
      spelling += ' ';  // 1 2 is not 12
    }
    has_space = false;
    // x^{2} as x^2
    if (text[i] == '{' && rest.size() > 2 && rest[2] == '}' && !spelling.empty() &&
        (spelling.back() == '^' || spelling.back() == '_')) {
      spelling += rest[1];
      i += 2;
      continue;
    }
    if (rest.starts_with("\\left") && rest.size() > 5 && !is_letter(rest[5])) {
      i += 4;
    } else if (rest.starts_with("\\right") && rest.size() > 6 && !is_letter(rest[6])) {
      i += 5;
    } else if (rest.starts_with("\\dfrac") || rest.starts_with("\\tfrac")) {
      spelling += '\\';
      i += 1;
    } else if (rest.size() > 1 && text[i] == '\\' &&
               (rest[1] == '!' || rest[1] == ',' || rest[1] == ';' || rest[1] == ' ')) {
      has_space = rest[1] != '!';
      i += 1;
    } else {
      spelling += text[i];
    }
  }
  return spelling;
}

/// Words in lower case with single spaces, or "" when the text holds signs that sentences do not.
std::string sentence(std::string_view text) {
  constexpr std::string_view kEnds = ".,;:!?'\"`*_()[]{} \t\n\r\f\v";
  std::string words;
  bool has_word = false;
  int letters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      for (const std::string_view command : {"\\text", "\\textbf", "\\textit", "\\mathrm", "\\mbox", "\\textrm"}) {
        if (text.substr(i).starts_with(command) && text.substr(i + command.size()).starts_with('{')) {
          i += command.size();
          break;
        }
      }
      if (text[i] == '\\') {
        return {};
      }
      continue;
    }
    if (c == '{' || c == '}' || c == '$') {
      continue;
    }
    const bool is_word_letter = is_letter(c) || is_beyond_ascii(c);
    if (!is_word_letter && !is_space(c) && std::string_view("-'.,;:/()!?\"`*_").find(c) == std::string_view::npos) {
      return {};
    }
    letters = is_word_letter ? letters + 1 : 0;
    has_word = has_word || letters > 1;
    if (is_space(c)) {
      words += words.empty() || words.back() == ' ' ? "" : " ";
    } else {
      words += lower(c);
    }
  }
  const std::size_t first = words.find_first_not_of(kEnds);
  if (!has_word || first == std::string::npos) {
    return {};
  }
  return words.substr(first, words.find_last_not_of(kEnds) - first + 1);
}

Expression text_expression(std::string_view words) {
  Expression expression;
  Builder(expression).add(NodeKind::kText, {}, words);
  return expression;
}

/// ABC and BAC are answers of letters in a row, and no products.
bool is_letter_sequence(std::string_view text) {
  return text.size() > 1 && std::all_of(text.begin(), text.end(), is_upper);
}

class Reader {
 public:
  explicit Reader(Readings& readings) : readings_(readings) {}

  void run(std::string_view text, const ReadOptions& options) {
    Choices first;
    first.parser.arguments_are_degrees = options.arguments_are_degrees;
    Choices met;
    met.parser = {};
    const ParseResult result = read_once(text, first, &met);
    if (result == ParseResult::kTooLarge) {
      readings_.problem = ReadProblem::kTooLarge;
      return;
    }
    const auto also = [&](bool applies, auto&& change) {
      if (applies && readings_.list.size() < kMaxReadings) {
        Choices other = first;
        change(other);
        read_once(text, other, nullptr);
      }
    };
    also(met.lexer.decimal_comma, [](Choices& choices) { choices.lexer.decimal_comma = true; });
    also(met.lexer.bracketed_thousands, [](Choices& choices) { choices.lexer.bracketed_thousands = true; });
    also(met.lexer.thousands_are_lists, [](Choices& choices) { choices.lexer.thousands_are_lists = true; });
    also(met.parser.log_is_decimal, [](Choices& choices) { choices.parser.log_is_decimal = true; });
    also(met.parser.slash_takes_products, [](Choices& choices) { choices.parser.slash_takes_products = true; });
    also(met.parser.letters_are_units, [](Choices& choices) { choices.parser.letters_are_units = true; });
  }

 private:
  ParseResult read_once(std::string_view text, const Choices& choices, Choices* met) {
    const Tokens tokens = tokenize(text, choices.lexer);
    if (!tokens.is_readable) {
      return ParseResult::kNotAFormula;
    }
    Reading reading;
    Parser parser(tokens, choices.parser, reading.expression);
    const ParseResult result = parser.run();
    if (met != nullptr) {
      met->lexer = tokens.met;
      met->parser = parser.met();
    }
    if (result == ParseResult::kParsed) {
      reading.has_bare_log = parser.met().log_is_decimal;
      reading.log_is_decimal = choices.parser.log_is_decimal;
      reading.has_letters_as_units = choices.parser.letters_are_units;
      readings_.list.push_back(std::move(reading));
    }
    return result;
  }

  Readings& readings_;
};

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::array<std::string_view, 6> kSpacing{{"\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad"}};
  const auto shorter = [&](std::string_view from) {
    if (!from.empty() && (is_space(from.front()) || from.front() == '~')) {
      return from.substr(1);
    }
    if (!from.empty() && (is_space(from.back()) || from.back() == '~') && !from.ends_with("\\ ")) {
      return from.substr(0, from.size() - 1);
    }
    if (from.empty() ||
        (from.front() != '\\' && from.size() > 1 && from[from.size() - 2] != '\\' && from.back() != 'd')) {
      return from;
    }
    for (const std::string_view space : kSpacing) {
      if (from.starts_with(space)) {
        return from.substr(space.size());
      }
      if (from.ends_with(space)) {
        return from.substr(0, from.size() - space.size());
      }
    }
    return from;
  };
  for (std::string_view next = shorter(text); next.size() != text.size(); next = shorter(text)) {
    text = next;
  }
  return text;
}

std::string_view unwrapped(std::string_view text) {
  const auto shorter = [](std::string_view from) {
    from = trim(from);
    const std::pair<std::string_view, std::string_view> kPairs[] = {
        {"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}, {"**", "**"}, {"__", "__"}, {"\"", "\""}};
    for (const auto& [open, close] : kPairs) {
      from = without_pair(from, open, close);
    }
    const bool ends_in_point = from.ends_with('.') && !from.ends_with("...");
    if (ends_in_point || from.ends_with(',') || from.ends_with(';') || from.ends_with('?')) {
      from.remove_suffix(1);
    }
    return from;
  };
  // Looking for the closing brace is linear, so that is done a few times only.
  for (int braces = 0; braces < 3; ++braces) {
    for (std::string_view next = shorter(text); next.size() != text.size(); next = shorter(text)) {
      text = next;
    }
    const std::string_view inside = text.size() <= kMaxInputBytes ? without_braces(text) : text;
    if (inside.size() == text.size()) {
      break;
    }
    text = inside;
  }
  return text;
}

Readings read(std::string_view text, const ReadOptions& options) {
  Readings readings;
  if (text.size() > kMaxInputBytes) {
    readings.problem = ReadProblem::kTooLarge;
    return readings;
  }
  text = unwrapped(text);
  std::string folded;
  if (std::any_of(text.begin(), text.end(), is_beyond_ascii)) {
    if (!fold_unicode(text, folded)) {
      readings.problem = ReadProblem::kUnreadable;
      return readings;
    }
    text = unwrapped(folded);
  }
  if (text.empty()) {
    readings.problem = ReadProblem::kEmpty;
    return readings;
  }
  readings.spelling = spelling_of(text);
  if (!is_letter_sequence(text)) {
    Reader(readings).run(text, options);
  }
  if (readings.list.empty() && readings.problem == ReadProblem::kNone) {
    const std::string words = sentence(text);
    if (words.empty()) {
      readings.problem = ReadProblem::kUnreadable;
    } else {
      readings.list.push_back({text_expression(words)});
    }
  }
  return readings;
}

}  // namespace hone::rewards::math
