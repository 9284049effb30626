#include <algorithm>
#include <array>
#include <cctype>

#include "rewards/judge/scorer.h"

namespace hone::rewards {
namespace {

/// Lower case, one space between words.
constexpr std::array<std::string_view, 20> kOpeners = {"solution",
                                                       "the solution",
                                                       "my solution",
                                                       "answer",
                                                       "the answer",
                                                       "final answer",
                                                       "the final answer is",
                                                       "the answer is",
                                                       "thought process",
                                                       "my thought process",
                                                       "reasoning",
                                                       "explanation",
                                                       "analysis",
                                                       "here is my answer",
                                                       "here is the solution",
                                                       "let s think step by step",
                                                       "let s solve this step by step",
                                                       "let s solve this problem step by step",
                                                       "step by step",
                                                       "step 1"};

/// Bytes of other alphabets count as letters.
bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string lacks_content(std::string_view answer, int min_words) {
  constexpr std::size_t kLongestOpener = 64;
  std::string words;  // the first of them
  int count = 0;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (!is_letter(answer[i])) {
      continue;
    }
    const bool begins = i == 0 || !is_letter(answer[i - 1]);
    count += begins ? 1 : 0;
    if (words.size() < kLongestOpener) {
      words += begins && !words.empty() ? " " : "";
      words += static_cast<char>(std::tolower(static_cast<unsigned char>(answer[i])));
    }
  }
  if (count < min_words) {
    return count == 0 ? "the answer is empty"
                      : "the answer has " + std::to_string(count) + " words, needs " + std::to_string(min_words);
  }
  return std::find(kOpeners.begin(), kOpeners.end(), words) != kOpeners.end()
             ? "the answer only announces one: " + words
             : "";
}

}  // namespace hone::rewards
