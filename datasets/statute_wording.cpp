#include "datasets/statute_wording.h"

#include <array>
#include <string_view>

namespace hone::datasets {
namespace {

using Kind = Formula::Kind;

constexpr std::array<std::string_view, 12> kClaimants = {"Rex", "Tom", "Ann", "Sam", "Mia", "Ben",
                                                         "Eva", "Max", "Zoe", "Leo", "Kim", "Dan"};
constexpr std::array<std::string_view, 12> kActs = {"Wug", "Dax", "Fep", "Zup", "Blick", "Gorp",
                                                    "Lom", "Tiv", "Mip", "Rab", "Sul",   "Nok"};

class LawText {
 public:
  LawText(const StatuteCase& statute, const StatuteWording& wording) : statute_(statute), wording_(wording) {}

  [[nodiscard]] std::string written() const {
    const std::string core = of(statute_.core);
    if (statute_.exceptions == 0) return core;
    if (wording_.exception == StatuteWording::Exception::kAndNo) {
      // "(seal or oath) and no fraud": without parentheses the exception would belong to the oath alone.
      return (statute_.core.kind == Kind::kAnd ? core : "(" + core + ")") + exceptions(" and no ", " and no ");
    }
    return core + (wording_.exception == StatuteWording::Exception::kUnless ? exceptions(", unless ", " or ")
                                                                            : exceptions(", except with ", " or "));
  }

 private:
  [[nodiscard]] std::string exceptions(const std::string& before, const std::string& between) const {
    std::string text;
    for (std::size_t i = statute_.elements.size() - statute_.exceptions; i < statute_.elements.size(); ++i) {
      text += (text.empty() ? before : between) + statute_.elements[i];
    }
    return text;
  }

  [[nodiscard]] std::string of(const Formula& formula) const {
    if (formula.kind == Kind::kElement) return statute_.elements[formula.number];
    const std::string between = formula.kind == Kind::kAnd ? " and " : formula.kind == Kind::kOr ? " or " : ", ";
    std::string text = formula.kind != Kind::kAtLeast ? "" : "at least " + count(formula.number) + " of ";
    for (std::size_t i = 0; i < formula.parts.size(); ++i) text += (i == 0 ? "" : between) + inner(formula.parts[i]);
    return text;
  }

  [[nodiscard]] std::string inner(const Formula& part) const {
    if (part.kind == Kind::kElement) return of(part);
    // "either" says where a choice of two begins; where it ends is told by the "and" after it.
    if (wording_.either && part.kind == Kind::kOr && part.parts.size() == 2) return "either " + of(part);
    return "(" + of(part) + ")";
  }

  static std::string count(std::size_t number) {
    constexpr std::array<std::string_view, 6> kNumbers = {"no", "one", "two", "three", "four", "five"};
    return std::string(kNumbers.at(number));
  }

  const StatuteCase& statute_;
  const StatuteWording& wording_;
};

std::string facts_text(const StatuteWording& wording) {
  const bool in_sentences = wording.facts == StatuteWording::Facts::kSentences;
  std::string text;
  for (const StatedFact& fact : wording.stated) {
    if (!text.empty()) text += in_sentences ? "; " : ", ";
    text += in_sentences ? fact.thing + (fact.is_there ? " was shown" : " was not shown")
                         : (fact.is_there ? "" : "no ") + fact.thing;
  }
  switch (wording.facts) {
    case StatuteWording::Facts::kShows:
      return wording.claimant + " shows " + text + ". ";
    case StatuteWording::Facts::kList:
      return "Facts: " + text + ". ";
    case StatuteWording::Facts::kSentences:
      return "For " + wording.claimant + " " + text + ". ";
  }
  return "";
}

}  // namespace

StatuteWording draw_wording(const StatuteCase& statute, int distractors_max, core::RandomStream& stream) {
  StatuteWording wording;
  wording.facts = stream.pick(std::array{StatuteWording::Facts::kShows, StatuteWording::Facts::kShows,
                                         StatuteWording::Facts::kList, StatuteWording::Facts::kSentences});
  wording.law = static_cast<StatuteWording::Law>(stream.integer(0, 2));
  wording.exception = static_cast<StatuteWording::Exception>(stream.integer(0, 2));
  wording.either = stream.chance(0.3);
  wording.act = stream.pick(kActs);
  wording.claimant = stream.pick(kClaimants);
  for (std::size_t i = 0; i < statute.elements.size(); ++i) {
    if (statute.findings[i] == Finding::kUndetermined) continue;
    wording.stated.push_back({statute.elements[i], statute.findings[i] == Finding::kMet});
  }
  for (auto& thing : draw_distractors(statute, distractors_max, stream)) {
    wording.stated.push_back({std::move(thing), stream.chance(0.6)});
  }
  stream.shuffle(wording.stated);
  return wording;
}

std::string tell(const StatuteCase& statute, const StatuteWording& wording) {
  const std::string law = LawText(statute, wording).written();
  std::string text = facts_text(wording);
  switch (wording.law) {
    case StatuteWording::Law::kGrantedIf:
      text += wording.act + " Act: a claim is granted if " + law;
      break;
    case StatuteWording::Law::kUnder:
      text += "Under the " + wording.act + " Act a claim is granted if " + law;
      break;
    case StatuteWording::Law::kNeeds:
      text += wording.act + " Act: a claim needs " + law;
      break;
  }
  return text + ". Is it granted?";
}

}  // namespace hone::datasets
