#include <algorithm>
#include <set>

#include "rewards/rubric/checks.h"

namespace hone::rewards::rubric {
namespace {

constexpr std::size_t kMostEvidence = 16;  // places of one item; a text has no end of them
constexpr std::size_t kMostQuotes = 200;

void add(Outcome& outcome, Range at, bool is_good) {
  if (outcome.evidence.size() < kMostEvidence) outcome.evidence.push_back({at, is_good});
}

bool is_asked(const Item& item, std::size_t member) {
  return item.members.empty() || std::find(item.members.begin(), item.members.end(), member) != item.members.end();
}

/// The members of a group that a scope names.
std::set<std::size_t> named(const Item& item, const Looked& looked, std::size_t group, Outcome& outcome) {
  const Tokens scope = looked.text.scope(item.section);
  const bool is_citation = group == looked.prepared.rubric->authorities;
  std::set<std::size_t> members;
  for (const Match& match : looked.text.matches(group)) {
    if (match.first < scope.first || match.last > scope.last) continue;
    if (is_citation && goes_on(looked.text.tokens(), scope, match)) continue;
    const auto member = static_cast<std::size_t>(match.member);
    const bool is_new = members.insert(member).second;
    if (is_new && is_asked(item, member)) add(outcome, looked.text.range_of({match.first, match.last}), true);
  }
  return members;
}

std::string of(std::size_t count, std::size_t needed, const char* what) {
  return std::to_string(count) + " of " + std::to_string(needed) + " " + what;
}

/// Too many at once: everything is named so that something is right.
bool is_indiscriminate(const Item& item, std::size_t count) {
  return item.written.max && count > static_cast<std::size_t>(*item.written.max);
}

/// What stands in quotes: bytes between them.
std::vector<Range> quotations(std::string_view text, Range within) {
  static constexpr std::string_view kOpen[] = {"\"", "\xE2\x80\x9C", "\xE2\x80\x9E", "\xC2\xAB"};
  std::vector<Range> found;
  std::size_t open = std::string_view::npos;
  for (std::size_t at = within.begin; at < within.end && found.size() <= kMostQuotes;) {
    std::size_t size = 0;
    for (const std::string_view mark :
         {kOpen[0], kOpen[1], kOpen[2], kOpen[3], std::string_view("\xE2\x80\x9D"), std::string_view("\xC2\xBB")}) {
      if (text.substr(at, mark.size()) == mark) size = mark.size();
    }
    if (size == 0) {
      // An open quotation ends with its paragraph.
      if (text[at] == '\n' && at + 1 < within.end && text[at + 1] == '\n') open = std::string_view::npos;
      ++at;
      continue;
    }
    const std::string_view mark = text.substr(at, size);
    const bool opens_only = mark == kOpen[1] || mark == kOpen[2] || mark == kOpen[3];
    if (open != std::string_view::npos && !opens_only) {
      found.push_back({open, at});
      open = std::string_view::npos;
    } else {
      open = at + size;
    }
    at += size;
  }
  return found;
}

/// The words of a quotation, parted where words are left out: "the … book [...] was".
std::vector<std::vector<std::uint64_t>> quoted_parts(std::string_view quotation) {
  std::vector<std::vector<std::uint64_t>> parts(1);
  for (const Token& token : tokens_of(quotation)) {
    const bool is_ellipsis = token.kind == TokenKind::kMark && token.mark == '\x07';
    if (is_ellipsis) parts.emplace_back();
    if (is_spoken(token)) parts.back().push_back(token.word);
  }
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  return parts;
}

bool stands_in(const std::vector<std::vector<std::uint64_t>>& parts, const Texts& texts) {
  std::size_t from = 0;
  for (const auto& part : parts) {
    const std::size_t behind = texts.find(part, from);
    if (behind == 0 || (from != 0 && !texts.in_one_text(from, behind))) return false;
    from = behind;
  }
  return !parts.empty();
}

bool stands_in_sources(std::string_view quotation, const Item& item, const Looked& looked) {
  const Rubric& rubric = *looked.prepared.rubric;
  const auto parts = quoted_parts(quotation);
  static const std::vector<Source> kDefault = {Source::kRecord, Source::kAuthorities};
  for (const Source source : item.written.source.empty() ? kDefault : item.written.source) {
    const Texts& texts = source == Source::kRecord        ? rubric.record
                         : source == Source::kAuthorities ? rubric.provisions
                                                          : looked.prepared.prompt_words;
    if (stands_in(parts, texts)) return true;
  }
  return false;
}

}  // namespace

Outcome check_cites(const Item& item, const Looked& looked) {
  Outcome outcome;
  const auto cited = named(item, looked, looked.prepared.rubric->authorities, outcome);
  const auto right = static_cast<std::size_t>(
      std::count_if(cited.begin(), cited.end(), [&](std::size_t one) { return is_asked(item, one); }));
  const std::size_t needed =
      item.written.any.empty() ? item.members.size() : static_cast<std::size_t>(item.written.min.value_or(1));
  if (is_indiscriminate(item, cited.size())) {
    outcome = fails("it cites " + std::to_string(cited.size()) + " authorities, at most " +
                    std::to_string(*item.written.max) + " help");
  } else if (right >= needed) {
    outcome.score = 1.0;
  } else {
    outcome.score = static_cast<double>(right) / static_cast<double>(needed);
    outcome.reason = of(right, needed, needed == 1 ? "authority is cited" : "authorities are cited");
  }
  return outcome;
}

Outcome check_record_refs(const Item& item, const Looked& looked) {
  Outcome outcome;
  const auto facts = named(item, looked, looked.prepared.rubric->facts, outcome);
  const auto right = static_cast<std::size_t>(
      std::count_if(facts.begin(), facts.end(), [&](std::size_t one) { return is_asked(item, one); }));
  const auto needed = static_cast<std::size_t>(item.written.min.value_or(1));
  if (is_indiscriminate(item, facts.size())) {
    outcome = fails("it refers to " + std::to_string(facts.size()) + " facts, at most " +
                    std::to_string(*item.written.max) + " help");
  } else if (right >= needed) {
    outcome.score = 1.0;
  } else {
    outcome.score = static_cast<double>(right) / static_cast<double>(needed);
    outcome.reason = of(right, needed, needed == 1 ? "fact is referred to" : "facts are referred to");
  }
  return outcome;
}

Outcome check_citations_exist(const Item& item, const Looked& looked) {
  const Rubric& rubric = *looked.prepared.rubric;
  const Tokens scope = looked.text.scope(item.section);
  const Matches& matches = looked.text.matches(rubric.authorities);
  const auto faults = rubric.citations.false_citations(looked.text.text(), looked.text.tokens(), scope, matches,
                                                       looked.prepared.prompt_words);
  if (faults.empty()) {
    const bool any = std::any_of(matches.begin(), matches.end(), [&](const Match& match) {
      return match.first >= scope.first && match.last <= scope.last;
    });
    // Where it earns, something must be cited.
    return any || item.written.weight < 0 || item.written.class_ == Class::kGate ? holds() : fails("nothing is cited");
  }
  Outcome outcome =
      fails("\"" + std::string(looked.text.text_of(faults.front().at).substr(0, 80)) + "\" " + faults.front().why);
  for (const FalseCitation& fault : faults) add(outcome, looked.text.range_of(fault.at), false);
  return outcome;
}

Outcome check_quotes(const Item& item, const Looked& looked) {
  const auto quotes = quotations(looked.text.text(), looked.text.range(item.section));
  const std::size_t needed = static_cast<std::size_t>(item.written.min.value_or(item.written.weight < 0 ? 0 : 1));
  if (quotes.size() > kMostQuotes) return fails("it quotes more than " + std::to_string(kMostQuotes) + " times");
  std::size_t found = 0;
  Outcome outcome = holds();
  for (const Range quote : quotes) {
    if (quote.end - quote.begin < static_cast<std::size_t>(item.written.min_chars)) continue;
    const std::string_view text = looked.text.text().substr(quote.begin, quote.end - quote.begin);
    const bool is_true = stands_in_sources(text, item, looked);
    found += is_true ? 1 : 0;
    add(outcome, quote, is_true);
    if (!is_true && outcome.score > 0) {
      outcome.score = 0.0;
      outcome.reason = "\"" + std::string(text.substr(0, 60)) + "\" is quoted but stands nowhere";
    }
  }
  if (outcome.score > 0 && found < needed) {
    outcome.score = static_cast<double>(found) / static_cast<double>(needed);
    outcome.reason = of(found, needed, needed == 1 ? "quotation is there" : "quotations are there");
  }
  return outcome;
}

}  // namespace hone::rewards::rubric
