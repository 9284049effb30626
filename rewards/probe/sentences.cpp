#include "rewards/probe/sentences.h"

#include <algorithm>
#include <array>

namespace hone::rewards::probe {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// True where the full stop at `at` belongs to an abbreviation.
bool is_abbreviation(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && is_letter(text[begin - 1])) {
    --begin;
  }
  const std::string_view word = text.substr(begin, at - begin);
  constexpr std::array<std::string_view, 12> kShort = {"v",   "vs",  "No", "no",  "Art", "art",
                                                       "Sec", "sec", "Mr", "Mrs", "Dr",  "cl"};
  const bool stands_alone = begin == 0 || is_space(text[begin - 1]) || text[begin - 1] == '(';
  return stands_alone && (std::find(kShort.begin(), kShort.end(), word) != kShort.end() ||
                          (word.size() == 1 && word.front() >= 'A' && word.front() <= 'Z'));
}

}  // namespace

std::vector<std::string> sentences_of(std::string_view text) {
  std::vector<std::string> sentences;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends_line = text[i] == '\n';
    const bool is_stop = text[i] == '.' || text[i] == '!' || text[i] == '?' || text[i] == ';';
    const bool ends_sentence =
        is_stop && (i + 1 == text.size() || is_space(text[i + 1])) && !(text[i] == '.' && is_abbreviation(text, i));
    if (!ends_line && !ends_sentence) {
      continue;
    }
    std::size_t end = i + 1;
    while (end < text.size() && is_space(text[end])) {
      ++end;
    }
    sentences.emplace_back(text.substr(begin, end - begin));
    begin = end;
    i = end - 1;
  }
  if (begin < text.size()) {
    sentences.emplace_back(text.substr(begin));
  }
  return sentences;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    while (begin < text.size() && is_space(text[begin])) {
      ++begin;
    }
    std::size_t end = begin;
    while (end < text.size() && !is_space(text[end])) {
      ++end;
    }
    if (end > begin) {
      words.emplace_back(text.substr(begin, end - begin));
    }
    begin = end;
  }
  return words;
}

std::string join(const std::vector<std::string>& texts, std::string_view between) {
  std::string joined;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    joined += i > 0 ? between : "";
    joined += texts[i];
  }
  return joined;
}

std::string repeated(std::string_view text, std::string_view between, std::size_t bytes) {
  std::string result(text);
  while (!text.empty() && result.size() + between.size() + text.size() <= bytes) {
    result += between;
    result += text;
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace hone::rewards::probe
