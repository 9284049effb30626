#include "rewards/math/words.h"

#include <algorithm>
#include <array>

#include "rewards/math/characters.h"

namespace hone::rewards::math {
namespace {

constexpr auto kShortWords = std::to_array<std::string_view>(
    {"a.m", "add", "all", "am",  "an",  "any", "are", "art", "as",  "at",  "bag", "ban", "bar", "bed", "bee", "big",
     "box", "boy", "but", "buy", "by",  "can", "car", "cat", "cow", "cup", "day", "do",  "dog", "due", "egg", "few",
     "for", "fri", "get", "go",  "had", "has", "hat", "he",  "her", "him", "his", "hot", "how", "if",  "ill", "in",
     "is",  "it",  "its", "job", "key", "kid", "law", "led", "leg", "let", "lie", "lot", "low", "man", "may", "men",
     "met", "mon", "neg", "new", "no",  "nor", "not", "now", "odd", "of",  "off", "old", "on",  "one", "our", "out",
     "own", "pay", "pen", "per", "pm",  "put", "red", "run", "sat", "say", "see", "set", "sex", "she", "six", "so",
     "son", "sum", "sun", "tan", "tax", "ten", "the", "tie", "to",  "too", "toy", "two", "up",  "us",  "use", "was",
     "way", "we",  "wed", "who", "why", "win", "yes", "yet", "you"});

constexpr auto kFunctions =
    std::to_array<std::string_view>({"arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "sqrt", "sin", "cos", "tan",
                                     "cot", "sec", "csc", "log", "exp", "ln"});

}  // namespace

bool is_short_word(std::string_view letters) {
  char folded[4] = {};
  if (letters.size() > 3) {
    return false;
  }
  std::transform(letters.begin(), letters.end(), folded, lower);
  return std::binary_search(kShortWords.begin(), kShortWords.end(), std::string_view(folded, letters.size()));
}

FunctionInRun function_in_run(std::string_view letters) {
  // Words of English that would pass for a function and its argument.
  constexpr auto kWords = std::to_array<std::string_view>({"sine", "cost", "tank", "sing", "logo", "logs", "using",
                                                           "sins", "cosy", "tang", "tans", "sect", "basin", "expo"});
  if (std::find(kWords.begin(), kWords.end(), letters) != kWords.end()) {
    return {};
  }
  for (std::size_t before = 0; before <= 1 && before < letters.size(); ++before) {
    for (const std::string_view name : kFunctions) {
      const std::string_view rest = letters.substr(before);
      const std::size_t after = rest.starts_with(name) ? rest.size() - name.size() : 2;
      if (after <= 1 || (after == 2 && rest.starts_with(name) && rest.ends_with("pi"))) {
        return {letters.substr(0, before), name, rest.substr(name.size())};
      }
    }
  }
  return {};
}

}  // namespace hone::rewards::math
