#include "rewards/rubric/findings.h"

#include <algorithm>

#include "rewards/rubric/finding_values.h"
#include "rewards/rubric/words.h"

namespace hone::rewards::rubric {
namespace {

constexpr std::size_t kReach = 25;      // tokens from an element's name to its finding
constexpr std::size_t kNearReach = 4;   // to a finding that must stand near
constexpr std::size_t kAheadReach = 8;  // from a finding to a name behind it
constexpr std::size_t kGap = 4;         // between the names of a list

std::optional<Finding> turned(Finding finding, Assertion assertion) {
  if (assertion == Assertion::kOpen) return std::nullopt;
  if (assertion == Assertion::kAsserted) return finding;
  if (finding == Finding::kUndetermined) return std::nullopt;  // "not unclear" finds nothing
  return finding == Finding::kMet ? Finding::kNotMet : Finding::kMet;
}

class FindingsReader {
 public:
  FindingsReader(std::span<const Token> tokens, Tokens scope, const Matches& matches, std::size_t elements,
                 std::span<const std::size_t> edges)
      : tokens_(tokens), scope_(scope), matches_(matches), edges_(edges) {
    findings_.of.resize(elements);
    findings_.is_contradicted.resize(elements);
  }

  Findings run() {
    auto next = std::lower_bound(matches_.begin(), matches_.end(), scope_.first,
                                 [](const Match& match, std::size_t first) { return match.first < first; });
    for (std::size_t at = scope_.first; at < scope_.last;) {
      pass_edges(at);
      sentence_ = sentence_at(tokens_, scope_, at);
      const auto begin = next;
      while (next != matches_.end() && next->first < sentence_.last) ++next;
      read_sentence({begin, next});
      if (sentence_.last < scope_.last && tokens_[sentence_.last].mark == 'P') end_paragraph();
      at = sentence_.last + 1;
    }
    settle();
    return std::move(findings_);
  }

 private:
  void state(std::size_t element, Finding finding, std::size_t first, std::size_t last) {
    findings_.stated.push_back({element, finding, {first, last}});
  }

  void settle() {
    for (const StatedFinding& one : findings_.stated) {
      auto& of = findings_.of[one.element];
      if (of && *of != one.finding) findings_.is_contradicted[one.element] = true;
      if (!of) of = one.finding;
    }
    for (std::size_t i = 0; i < findings_.of.size(); ++i) {
      if (findings_.is_contradicted[i]) findings_.of[i].reset();
    }
  }

  void read_sentence(std::span<const Match> matches) {
    if (is_question(tokens_, sentence_)) {
      set_focus(matches);
      return;
    }
    names_.clear();
    free_from_ = sentence_.first;
    clause_ = sentence_.first;
    last_given_.clear();
    for (std::size_t i = 0; i < matches.size(); ++i) {
      const Match& match = matches[i];
      if (match.member != kNoElement) {
        if (match.value == kTerm) {
          names_.push_back({&match, false});
          continue;
        }
        const auto found = turned(finding_of(match), assertion(match));
        if (found) state(static_cast<std::size_t>(match.member), *found, match.first, match.last);
        clause_ = match.last;
      } else if (stands_right(match)) {
        read_finding(match, matches.subspan(i + 1));
      }
    }
    read_determiners();
    set_focus(matches);
  }

  [[nodiscard]] Assertion assertion(const Match& match) const {
    const bool is_open = match.value % 10 == value_of(Finding::kUndetermined);
    return assertion_of(tokens_, sentence_, match.first, match.last, clause_,
                        is_open ? Whether::kNames : Whether::kOpens);
  }

  [[nodiscard]] bool is_clause_end(std::size_t at) const {
    return at >= sentence_.last || tokens_[at].kind == TokenKind::kMark || (tokens_[at].roles & kContrast) != 0;
  }
  [[nodiscard]] bool is_clause_begin(std::size_t at) const {
    return at == sentence_.first || tokens_[at - 1].kind == TokenKind::kMark;
  }

  [[nodiscard]] bool stands_right(const Match& match) const {
    static const std::uint64_t to = word_hash("to");
    switch (manner_of(match)) {
      case Manner::kVerdict:
        return is_clause_begin(match.first) && is_clause_end(match.last) && !concedes(match);
      case Manner::kEnd:
        return is_clause_end(match.last);
      case Manner::kNear:
        return match.last >= sentence_.last || tokens_[match.last].word != to;
      case Manner::kCopula:
        return has_copula(match);
      default:
        return true;
    }
  }

  /// "True, he spoke out of court": no finding.
  [[nodiscard]] bool concedes(const Match& match) const {
    static const std::uint64_t true_ = word_hash("true");
    return match.first == sentence_.first && match.last < sentence_.last && tokens_[match.first].word == true_;
  }

  [[nodiscard]] bool has_copula(const Match& match) const {
    for (std::size_t i = match.first, steps = 0; steps < 5; ++steps) {
      if (is_clause_begin(i)) return steps == 0 || (tokens_[i].roles & kNegator) != 0 || is_anaphoric(i);
      if (i == free_from_ && !last_given_.empty()) return true;  // "met and not met"
      --i;
      if ((tokens_[i].roles & kCopula) != 0) return true;
    }
    return false;
  }
  [[nodiscard]] bool is_anaphoric(std::size_t at) const { return (tokens_[at].roles & kAnaphor) != 0; }

  void read_finding(const Match& match, std::span<const Match> behind) {
    const auto found = turned(finding_of(match), assertion(match));
    const Manner manner = manner_of(match);
    const bool done = manner == Manner::kActive ? find_behind(match, behind, found) || find_before(match, found)
                                                : find_before(match, found) || find_behind(match, behind, found);
    if (!done && !find_again(match, found) && found && manner != Manner::kNear) find_focus(match, *found);
    free_from_ = match.last;
    clause_ = match.last;
  }

  struct Name {
    const Match* match = nullptr;
    bool has_finding = false;
  };

  void give(Name& name, const Match& match, std::optional<Finding> found) {
    name.has_finding = true;
    last_given_.push_back(static_cast<std::size_t>(name.match->member));
    // "What is missing is the report: whether one was made is unknown."
    const bool is_second = name.match == given_ahead_ && !findings_.stated.empty() &&
                           findings_.stated.back().element == static_cast<std::size_t>(name.match->member);
    if (found == Finding::kUndetermined && is_second) {
      findings_.stated.pop_back();
    }
    if (found) {
      state(static_cast<std::size_t>(name.match->member), *found, std::min(name.match->first, match.first),
            std::max(name.match->last, match.last));
    }
  }

  /// "Seal, notice and consent are met": the nearest name before it, and those that form a list with it.
  bool find_before(const Match& match, std::optional<Finding> found) {
    const auto before = last_given_;
    last_given_.clear();
    const std::size_t reach = manner_of(match) == Manner::kNear ? kNearReach : kReach;
    std::size_t behind = match.first;
    bool any = false;
    for (std::size_t i = names_.size(); i-- > 0;) {
      const Match& name = *names_[i].match;
      if (name.first < free_from_ || name.last > behind || behind - name.last > (any ? kGap : reach)) break;
      if (any && !is_list(name.last, behind)) break;
      give(names_[i], match, found);
      behind = name.first;
      any = true;
    }
    if (!any) last_given_ = before;
    return any;
  }

  /// "met and not met": a second finding of what the first one was about.
  bool find_again(const Match& match, std::optional<Finding> found) {
    constexpr unsigned kJoins = kConnector | kNegator | kContrast | kCopula | kModal | kAnaphor;
    if (last_given_.empty() || match.first - free_from_ > kGap + 1) return false;
    for (std::size_t i = free_from_; i < match.first; ++i) {
      if (tokens_[i].kind != TokenKind::kMark && (tokens_[i].roles & kJoins) == 0) return false;
    }
    for (const std::size_t element : last_given_) {
      if (found) state(element, *found, match.first, match.last);
    }
    return true;
  }

  [[nodiscard]] bool is_list(std::size_t first, std::size_t last) const {
    return std::all_of(
        tokens_.begin() + static_cast<std::ptrdiff_t>(first), tokens_.begin() + static_cast<std::ptrdiff_t>(last),
        [](const Token& token) { return token.mark == ',' || token.mark == '/' || (token.roles & kConnector) != 0; });
  }

  /// "Missing is the consent", "this satisfies notice": the next name in the clause.
  bool find_behind(const Match& match, std::span<const Match> behind, std::optional<Finding> found) {
    if (behind.empty() || behind.front().member == kNoElement || behind.front().value != kTerm) return false;
    const Match& name = behind.front();
    if (name.first - match.last > kAheadReach) return false;
    for (std::size_t i = match.last; i < name.first; ++i) {
      if (tokens_[i].kind == TokenKind::kMark) return false;
    }
    Name one{&name, true};
    give(one, match, found);
    given_ahead_ = found ? &name : nullptr;
    return true;
  }

  /// "This element is met.": what the sentences before were about.
  void find_focus(const Match& match, Finding found) {
    if (!focus_ || !names_.empty()) return;
    const bool goes_on = is_anaphoric(sentence_.first) || match.first <= sentence_.first + 2 || mentions_element();
    if (goes_on && sentence_.last - sentence_.first <= kReach) state(*focus_, found, match.first, match.last);
  }
  /// "The element is …", "the requirement was …"
  [[nodiscard]] bool mentions_element() const {
    static const std::uint64_t words[] = {word_hash("element"), word_hash("requirement"), word_hash("prong"),
                                          word_hash("condition")};
    return std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(sentence_.first),
                       tokens_.begin() + static_cast<std::ptrdiff_t>(sentence_.last), [](const Token& token) {
                         return std::find(std::begin(words), std::end(words), token.word) != std::end(words);
                       });
  }

  /// "There was no valid notice", "without consent", "failed to give notice".
  void read_determiners() {
    for (const Name& name : names_) {
      if (name.has_finding || name.match == given_ahead_) continue;
      for (std::size_t i = name.match->first, steps = 0; i-- > sentence_.first && steps < kGap; ++steps) {
        if (tokens_[i].kind == TokenKind::kMark || (tokens_[i].roles & kContrast) != 0) break;
        if (!denies(i)) continue;
        if (assertion_of(tokens_, sentence_, i, i + 1) == Assertion::kAsserted) {
          state(static_cast<std::size_t>(name.match->member), Finding::kNotMet, i, name.match->last);
        }
        break;
      }
    }
    given_ahead_ = nullptr;
  }
  [[nodiscard]] bool denies(std::size_t i) const {
    static const std::uint64_t to = word_hash("to");
    const Token& token = tokens_[i];
    const Token& next = tokens_[i + 1];                               // a name stands behind
    if ((token.roles & kNeitherNor) != 0) return is_clause_begin(i);  // "Nor was there a breach."
    if ((token.roles & kDeterminer) != 0) return (next.roles & kDoubt) == 0;
    return (token.roles & kFail) != 0 && next.word == to;
  }

  /// A sentence that names one element is about it, and those behind it until another is named.
  void set_focus(std::span<const Match> matches) {
    std::optional<std::size_t> only;
    for (const Match& match : matches) {
      if (match.member == kNoElement) continue;
      const auto element = static_cast<std::size_t>(match.member);
      if (only && *only != element) {
        focus_.reset();
        return;
      }
      only = element;
    }
    if (only) {
      focus_ = only;
      is_heading_ = sentence_.last - sentence_.first <= 8 &&
                    (findings_.stated.empty() || findings_.stated.back().at.first < sentence_.first);
    } else if (sentence_.last > sentence_.first) {
      is_heading_ = false;
    }
  }
  /// "Yes." at the head of the next section is no finding on the last element of this one.
  void pass_edges(std::size_t at) {
    bool is_new = false;
    for (; !edges_.empty() && edges_.front() <= at; edges_ = edges_.subspan(1)) is_new = true;
    if (!is_new) return;
    focus_.reset();
    is_heading_ = false;
  }
  void end_paragraph() {
    if (!is_heading_) focus_.reset();
    is_heading_ = false;
  }

  std::span<const Token> tokens_;
  Tokens scope_;
  const Matches& matches_;
  std::span<const std::size_t> edges_;  // those that are still ahead
  Findings findings_;
  Tokens sentence_;
  std::vector<Name> names_;              // of the sentence, so far
  std::vector<std::size_t> last_given_;  // the elements of the last finding
  std::size_t clause_ = 0;               // behind the last finding: what is negated before it has been heard
  std::size_t free_from_ = 0;            // names before it belong to an earlier finding
  const Match* given_ahead_ = nullptr;
  std::optional<std::size_t> focus_;
  bool is_heading_ = false;  // the focus comes from a line that is nothing but its name
};

}  // namespace

std::size_t Findings::count() const {
  return static_cast<std::size_t>(
      std::count_if(of.begin(), of.end(), [](const auto& finding) { return finding.has_value(); }));
}

Findings read_findings(std::span<const Token> tokens, Tokens scope, const Matches& matches, std::size_t elements,
                       std::span<const std::size_t> edges) {
  return FindingsReader(tokens, scope, matches, elements, edges).run();
}

}  // namespace hone::rewards::rubric
