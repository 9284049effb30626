#include <re2/re2.h>

#include <algorithm>
#include <unordered_map>

#include "rewards/rubric/checks.h"
#include "rewards/rubric/fold.h"

namespace hone::rewards::rubric {
namespace {

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t spoken(std::span<const Token> tokens, Tokens scope) {
  return static_cast<std::size_t>(std::count_if(tokens.begin() + static_cast<std::ptrdiff_t>(scope.first),
                                                tokens.begin() + static_cast<std::ptrdiff_t>(scope.last), is_spoken));
}

std::string percent(double value) {
  return std::to_string(static_cast<int>(value * 100 + 0.5)) + " %";
}

}  // namespace

Outcome check_contains(const Item& item, const Looked& looked) {
  const Tokens scope = looked.text.scope(item.section);
  std::vector<bool> is_found(item.written.phrases.size());
  Outcome outcome;
  const bool is_none = item.written.check == Check::kContainsNone;
  for (const Match& match : looked.text.matches(item.group)) {
    if (match.first < scope.first || match.last > scope.last) continue;
    if (!is_found[static_cast<std::size_t>(match.member)]) {
      outcome.evidence.push_back({looked.text.range_of({match.first, match.last}), !is_none});
    }
    is_found[static_cast<std::size_t>(match.member)] = true;
  }
  const auto found = static_cast<std::size_t>(std::count(is_found.begin(), is_found.end(), true));
  const auto first = [&](bool wanted) {
    const auto at = std::find(is_found.begin(), is_found.end(), wanted);
    return "\"" + item.written.phrases[static_cast<std::size_t>(at - is_found.begin())] + "\"";
  };
  if (is_none) {
    outcome.score = found == 0 ? 1.0 : 0.0;
    if (found > 0) outcome.reason = first(true) + " stands there";
    return outcome;
  }
  const std::size_t needed = item.written.check == Check::kContainsAll
                                 ? is_found.size()
                                 : static_cast<std::size_t>(std::max<std::int64_t>(1, item.written.min.value_or(1)));
  outcome.score = std::min(1.0, share(found, needed));
  if (found < needed) outcome.reason = first(false) + " is missing";
  return outcome;
}

Outcome check_regex(const Item& item, const Looked& looked) {
  const Range range = looked.text.range(item.section);
  const std::string_view text = looked.text.text().substr(range.begin, range.end - range.begin);
  const auto least =
      static_cast<std::size_t>(item.written.min.value_or(item.written.max && *item.written.max == 0 ? 0 : 1));
  const std::size_t most =
      item.written.max ? static_cast<std::size_t>(*item.written.max) : static_cast<std::size_t>(-1);
  // One place more than is needed decides.
  const std::size_t enough = item.written.max ? most + 1 : std::max<std::size_t>(least, 1);
  Outcome outcome;
  std::size_t count = 0;
  std::size_t at = 0;
  re2::StringPiece place;
  const re2::StringPiece whole(text.data(), text.size());
  while (count < enough && count < 1000 && at <= text.size() &&
         item.pattern->Match(whole, at, text.size(), re2::RE2::UNANCHORED, &place, 1)) {
    const auto begin = static_cast<std::size_t>(place.data() - text.data());
    if (outcome.evidence.size() < 16)
      outcome.evidence.push_back({{range.begin + begin, range.begin + begin + place.size()}, true});
    at = begin + std::max<std::size_t>(1, place.size());
    ++count;
  }
  outcome.score = count >= least && count <= most ? 1.0 : 0.0;
  if (outcome.score < 1) {
    outcome.reason = count > most ? "the pattern stands there too often" : "the pattern is not there";
    for (Evidence& one : outcome.evidence) one.is_good = false;
  }
  return outcome;
}

Outcome check_sections(const Item& item, const Looked& looked) {
  const Rubric& rubric = *looked.prepared.rubric;
  const Sections& sections = looked.text.sections();
  std::vector<std::size_t> needed = rubric.required;
  if (needed.empty()) {
    for (std::size_t i = 0; i < sections.of.size(); ++i) needed.push_back(i);
  }
  for (const std::size_t i : needed) {
    const std::string name = "section " + rubric.written.sections.names[i];
    if (!sections.of[i].is_there()) return fails(name + " " + sections.of[i].fault);
    if (spoken(looked.text.tokens(), looked.text.scope(i)) <
        static_cast<std::size_t>(item.written.min_words.value_or(1))) {
      return fails(name + " has too few words");
    }
  }
  for (std::size_t i = 0; i < sections.of.size(); ++i) {
    if (sections.of[i].times > 1)
      return fails("section " + rubric.written.sections.names[i] + " " + sections.of[i].fault);
  }
  return sections.is_in_order ? holds() : fails("the sections are not in their order");
}

Outcome check_format(const Item& item, const Looked& looked) {
  const std::string_view text = looked.text.text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t character = next_character(text, at);
    if (!is_hidden(character) && !(character == 0xFFFD && at == begin + 1)) continue;
    Outcome outcome = fails("it holds characters that cannot be seen");
    outcome.evidence.push_back({{begin, at}, false});
    return outcome;
  }
  std::size_t words = 0;
  Outcome outcome = holds();
  if (looked.prepared.rubric->section_names.names.empty()) return outcome;
  for (const Range range : looked.text.sections().outside) {
    const std::size_t there = words_of(text.substr(range.begin, range.end - range.begin)).size();
    words += there;
    if (there > 0 && outcome.evidence.size() < 16) outcome.evidence.push_back({range, false});
  }
  if (words <= static_cast<std::size_t>(item.written.max_words.value_or(0))) return holds();
  outcome.score = 0.0;
  outcome.reason = std::to_string(words) + " words stand outside the sections";
  return outcome;
}

Outcome check_length(const Item& item, const Looked& looked) {
  const std::size_t words = spoken(looked.text.tokens(), looked.text.scope(item.section));
  const auto& least = item.written.min_words;
  const auto& most = item.written.max_words;
  Outcome outcome = holds();
  if (least && words < static_cast<std::size_t>(*least)) {
    outcome.score = share(words, static_cast<std::size_t>(*least));
    outcome.reason = "it has " + std::to_string(words) + " words, needs " + std::to_string(*least);
  }
  if (most && words > static_cast<std::size_t>(*most)) {
    // Nothing is left at twice the length.
    outcome.score = *most == 0 ? 0.0 : std::max(0.0, 2.0 - share(words, static_cast<std::size_t>(*most)));
    outcome.reason = "it has " + std::to_string(words) + " words, " + std::to_string(*most) + " are enough";
  }
  return outcome;
}

Outcome check_repetition(const Item& item, const Looked& looked) {
  const auto words = looked.text.words(looked.text.scope(item.section));
  const std::size_t length = item.written.words == 0 ? 3 : static_cast<std::size_t>(item.written.words);
  auto runs = runs_of(words, length);
  Outcome outcome = holds();
  if (item.written.max_share && !words.empty()) {
    std::unordered_map<std::uint64_t, std::size_t> times;
    std::size_t most = 0;
    for (const std::uint64_t word : words) most = std::max(most, ++times[word]);
    const double one = share(most, words.size());
    if (words.size() >= 10 && one > *item.written.max_share) {
      outcome.score = *item.written.max_share / one;
      outcome.reason = "one word is " + percent(one) + " of it";
    }
  }
  if (runs.empty()) return outcome;
  std::sort(runs.begin(), runs.end());
  const auto distinct = static_cast<std::size_t>(std::unique(runs.begin(), runs.end()) - runs.begin());
  const double least = item.written.min_share.value_or(0.6);
  const double is = share(distinct, runs.size());
  if (is < least && is / least < outcome.score) {
    outcome.score = is / least;
    outcome.reason =
        "it repeats itself: " + percent(is) + " of its runs of " + std::to_string(length) + " words are distinct";
  }
  return outcome;
}

Outcome check_no_copy(const Item& item, std::size_t index, const Looked& looked) {
  const auto words = looked.text.words(looked.text.scope(item.section));
  const std::size_t length = item.written.words == 0 ? 8 : static_cast<std::size_t>(item.written.words);
  const auto runs = runs_of(words, length);
  const auto& sources = looked.prepared.copied[index];
  const auto copied = static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [&](std::uint64_t run) {
    return std::binary_search(sources.begin(), sources.end(), run);
  }));
  const double most = item.written.max_share.value_or(0.5);
  const double is = share(copied, runs.size());
  if (is <= most) return holds();
  Outcome outcome;
  outcome.score = most >= 1.0 ? 1.0 : (1.0 - is) / (1.0 - most);
  outcome.reason = percent(is) + " of it is copied";
  return outcome;
}

}  // namespace hone::rewards::rubric
