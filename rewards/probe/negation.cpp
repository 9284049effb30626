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

void add_both(std::vector<Turn>& turns, const std::string& left, const std::string& right) {
  turns.push_back({left, right});
  turns.push_back({right, left});
}

/// The longer wording first, where one begins with the other.
void sort_by_length(std::vector<Turn>& turns) {
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.from.size() > b.from.size(); });
}

std::vector<Turn> turns_of(const Material& material) {
  std::vector<Turn> all;
  for (const auto& [met, not_met] : material.opposites) {
    add_both(all, met, not_met);
  }
  sort_by_length(all);
  return all;
}

std::vector<Turn> general_turns() {
  std::vector<Turn> all;
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
    add_both(all, left, right);
  }
  all.push_back({"absent", "present"});
  all.push_back({"lacking", "present"});
  all.push_back({"missing", "present"});
  all.push_back({"unmet", "met"});
  all.push_back({"unsatisfied", "satisfied"});
  all.push_back({"undetermined", "met"});
  all.push_back({"unclear", "clear"});
  sort_by_length(all);
  return all;
}

bool ends_clause(char c) {
  return c == '.' || c == ',' || c == ';' || c == '\n' || c == '!' || c == '?';
}

/// The clause with the first of its wordings turned; false where it has none.
bool turn(std::string& clause, const std::vector<Turn>& turns) {
  for (std::size_t i = 0; i < clause.size(); ++i) {
    const auto found =
        std::find_if(turns.begin(), turns.end(), [&](const Turn& one) { return stands_at(clause, i, one.from); });
    if (found != turns.end()) {
      clause.replace(i, found->from.size(), found->to);
      return true;
    }
  }
  return false;
}

}  // namespace

std::string negated(std::string_view text, const Material& material) {
  static const std::vector<Turn> kGeneral = general_turns();
  const std::vector<Turn> own = turns_of(material);
  std::string result;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = begin;
    while (end < text.size() && !ends_clause(text[end])) {
      ++end;
    }
    end = std::min(end + 1, text.size());
    std::string clause(text.substr(begin, end - begin));
    // The rubric's own wordings tell more than an "is".
    if (!turn(clause, own)) {
      turn(clause, kGeneral);
    }
    result += clause;
    begin = end;
  }
  return result;
}

}  // namespace hone::rewards::probe
