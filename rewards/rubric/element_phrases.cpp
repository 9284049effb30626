#include <algorithm>

#include "rewards/rubric/finding_values.h"
#include "rewards/rubric/findings.h"

namespace hone::rewards::rubric {
namespace {

struct Adder {
  Phrases& phrases;
  std::size_t group = 0;

  [[nodiscard]] bool add(const std::vector<std::string>& texts, std::int32_t member, std::int32_t value) {
    return std::all_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return phrases.add(group, text, member, value); });
  }
};

}  // namespace

ElementPhrases add_elements(Phrases& phrases, const std::vector<std::string>& names,
                            const std::vector<WrittenElement>& elements, const WrittenFindings& more,
                            std::string& fault) {
  const std::size_t group = phrases.add_group(Overlap::kLongest);
  Adder adder{phrases, group};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto member = static_cast<std::int32_t>(i);
    const WrittenElement& element = elements[i];
    const std::vector<std::string> terms = element.terms.empty() ? std::vector<std::string>{names[i]} : element.terms;
    if (!adder.add(terms, member, kTerm) || !adder.add(element.met, member, value_of(Finding::kMet)) ||
        !adder.add(element.not_met, member, value_of(Finding::kNotMet)) ||
        !adder.add(element.undetermined, member, value_of(Finding::kUndetermined))) {
      fault = names[i];
    }
  }
  // An element may be called what is elsewhere a word for a finding; its name comes first.
  (void)adder.add(more.met, kNoElement, value_of(Finding::kMet));
  (void)adder.add(more.not_met, kNoElement, value_of(Finding::kNotMet));
  (void)adder.add(more.undetermined, kNoElement, value_of(Finding::kUndetermined));
  for (const FindingWord& word : finding_words()) {
    (void)phrases.add(group, word.phrase, kNoElement, value_of(word.finding, word.manner));
  }
  return {group, names.size()};
}

}  // namespace hone::rewards::rubric
