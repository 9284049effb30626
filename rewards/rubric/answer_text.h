#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rewards/rubric/conclusion.h"
#include "rewards/rubric/findings.h"
#include "rewards/rubric/rubric.h"

namespace hone::rewards::rubric {

/// What the policy was asked, as checks read it.
struct Prompt {
  std::string text;
  Texts words;
};

/// An answer as all checks read it: folded, parted and searched once.
class AnswerText {
 public:
  /// `text`: what follows the reasoning. Both have to outlive it.
  AnswerText(std::string_view text, const Rubric& rubric);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::vector<Token>& tokens() const { return tokens_; }
  [[nodiscard]] const Sections& sections() const { return sections_; }
  [[nodiscard]] const Matches& matches(std::size_t group) const { return matches_[group]; }

  /// The bytes and the tokens of a section, or of the whole for kNowhere. Needs a section that is there.
  [[nodiscard]] Range range(std::size_t section) const;
  [[nodiscard]] Tokens scope(std::size_t section) const;
  [[nodiscard]] bool is_there(std::size_t section) const {
    return section == kNowhere || sections_.of[section].is_there();
  }
  [[nodiscard]] std::string_view text_of(Tokens tokens) const;
  [[nodiscard]] Range range_of(Tokens tokens) const;

  /// Read once for each set and section.
  [[nodiscard]] const Findings& findings(std::size_t elements, std::size_t section);
  [[nodiscard]] Conclusion conclusion(std::size_t choice, std::size_t section) const;

  /// The words of a stretch, without marks.
  [[nodiscard]] std::vector<std::uint64_t> words(Tokens tokens) const;

 private:
  struct Read {
    std::size_t elements = 0;
    std::size_t section = 0;
    Findings findings;
  };

  std::string_view text_;
  const Rubric& rubric_;
  std::vector<Token> tokens_;
  Sections sections_;
  std::vector<Matches> matches_;
  std::vector<std::size_t> edges_;  // tokens at which sections begin or end, rising
  std::vector<std::unique_ptr<Read>> read_;
};

}  // namespace hone::rewards::rubric
