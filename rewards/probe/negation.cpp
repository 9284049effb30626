#include "rewards/probe/negation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace hone::rewards::probe {
namespace {

struct Turn {
  std::string from;
  std::string to;
};

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool stands_at(std::string_view text, std::size_t at, std::string_view phrase) {
  if (phrase.empty() || text.size() - at < phrase.size()) {
    return false;
  }
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    if (lower(text[at + i]) != lower(phrase[i])) {
      return false;
    }
  }
  const std::size_t end = at + phrase.size();
  const bool begins = at == 0 || !is_word(text[at - 1]) || !is_word(phrase.front());
  return begins && (end == text.size() || !is_word(text[end]) || !is_word(phrase.back()));
}

/// Both ways, the longer wording first where one begins with the other.
std::vector<Turn> turns(const Material& material) {
  std::vector<Turn> all;
  const auto add = [&](const std::string& left, const std::string& right) {
    all.push_back({left, right});
    all.push_back({right, left});
  };
  for (const auto& [met, not_met] : material.opposites) {
    add(met, not_met);
  }
  constexpr std::array<std::pair<const char*, const char*>, 27> kPairs = {{{"is not", "is"},
                                                                           {"are not", "are"},
                                                                           {"was not", "was"},
                                                                           {"were not", "were"},
                                                                           {"did not", "did"},
                                                                           {"does not", "does"},
                                                                           {"do not", "do"},
                                                                           {"has not", "has"},
                                                                           {"had not", "had"},
                                                                           {"cannot", "can"},
                                                                           {"could not", "could"},
                                                                           {"will not", "will"},
                                                                           {"not met", "met"},
                                                                           {"not satisfied", "satisfied"},
                                                                           {"not established", "established"},
                                                                           {"not present", "present"},
                                                                           {"not proved", "proved"},
                                                                           {"not shown", "shown"},
                                                                           {"is lacking", "is there"},
                                                                           {"does not hold", "holds"},
                                                                           {"does not apply", "applies"},
                                                                           {"fails", "succeeds"},
                                                                           {"fulfilled", "unfulfilled"},
                                                                           {"false", "true"},
                                                                           {"never", "always"},
                                                                           {"no", "yes"},
                                                                           {"≠", "="}}};
  for (const auto& [left, right] : kPairs) {
    add(left, right);
  }
  all.push_back({"absent", "present"});
  all.push_back({"lacking", "present"});
  all.push_back({"missing", "present"});
  all.push_back({"unmet", "met"});
  all.push_back({"unsatisfied", "satisfied"});
  all.push_back({"undetermined", "met"});
  all.push_back({"unclear", "clear"});
  std::stable_sort(all.begin(), all.end(), [](const Turn& a, const Turn& b) { return a.from.size() > b.from.size(); });
  return all;
}

bool ends_clause(char c) {
  return c == '.' || c == ',' || c == ';' || c == '\n' || c == '!' || c == '?';
}

}  // namespace

std::string negated(std::string_view text, const Material& material) {
  const std::vector<Turn> all = turns(material);
  std::string result;
  bool was_turned = false;  // in this clause
  for (std::size_t i = 0; i < text.size();) {
    const bool begins_word = i == 0 || !is_word(text[i - 1]) || !is_word(text[i]);
    const auto turn =
        was_turned || !begins_word
            ? all.end()
            : std::find_if(all.begin(), all.end(), [&](const Turn& one) { return stands_at(text, i, one.from); });
    if (turn != all.end()) {
      result += turn->to;
      i += turn->from.size();
      was_turned = true;
      continue;
    }
    was_turned = was_turned && !ends_clause(text[i]);
    result += text[i++];
  }
  return result;
}

}  // namespace hone::rewards::probe
