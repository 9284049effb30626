#include "rewards/rubric/answer_text.h"

#include <algorithm>

namespace hone::rewards::rubric {

AnswerText::AnswerText(std::string_view text, const Rubric& rubric)
    : text_(text),
      rubric_(rubric),
      tokens_(tokens_of(text)),
      sections_(find_sections(text, rubric.section_names)),
      matches_(rubric.phrases.find(tokens_)) {
  for (std::size_t i = 0; i < sections_.of.size(); ++i) {
    if (!sections_.of[i].is_there()) continue;
    const Tokens of = scope(i);
    edges_.insert(edges_.end(), {of.first, of.last});
  }
  std::sort(edges_.begin(), edges_.end());
}

Range AnswerText::range(std::size_t section) const {
  return section == kNowhere ? Range{0, text_.size()} : sections_.of[section].range;
}

Tokens AnswerText::scope(std::size_t section) const {
  if (section == kNowhere) return {0, tokens_.size()};
  const Range range = sections_.of[section].range;
  const auto before = [](const Token& token, std::size_t byte) { return token.begin < byte; };
  const auto first = std::lower_bound(tokens_.begin(), tokens_.end(), range.begin, before);
  const auto last = std::lower_bound(first, tokens_.end(), range.end, before);
  return {static_cast<std::size_t>(first - tokens_.begin()), static_cast<std::size_t>(last - tokens_.begin())};
}

Range AnswerText::range_of(Tokens tokens) const {
  return tokens.first < tokens.last ? Range{tokens_[tokens.first].begin, tokens_[tokens.last - 1].end} : Range{};
}

std::string_view AnswerText::text_of(Tokens tokens) const {
  const Range range = range_of(tokens);
  return text_.substr(range.begin, range.end - range.begin);
}

const Findings& AnswerText::findings(std::size_t elements, std::size_t section) {
  for (const auto& read : read_) {
    if (read->elements == elements && read->section == section) return read->findings;
  }
  const ElementPhrases& phrases = rubric_.elements[elements].phrases;
  read_.push_back(std::make_unique<Read>(Read{
      elements, section, read_findings(tokens_, scope(section), matches_[phrases.group], phrases.elements, edges_)}));
  return read_.back()->findings;
}

Conclusion AnswerText::conclusion(std::size_t choice, std::size_t section) const {
  const Labels& labels = rubric_.choices[choice].labels;
  return read_conclusion(tokens_, scope(section), matches_[labels.group], labels);
}

std::vector<std::uint64_t> AnswerText::words(Tokens tokens) const {
  std::vector<std::uint64_t> words;
  words.reserve(tokens.last - tokens.first);
  for (std::size_t i = tokens.first; i < tokens.last; ++i) {
    if (is_spoken(tokens_[i])) words.push_back(tokens_[i].word);
  }
  return words;
}

}  // namespace hone::rewards::rubric
