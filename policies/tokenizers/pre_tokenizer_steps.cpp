#include "policies/tokenizers/pre_tokenizer_steps.h"

#include <utility>

#include "policies/tokenizers/characters.h"

namespace hone::policies {
namespace {

/// Splits each piece on its own; a derived class finds the matches in one.
class Splitting : public PreTokenizerStep {
 public:
  Splitting(SplitBehavior behavior, SplitAt at) : behavior_(behavior), at_(at) {}

  void apply(Pieces& pieces) const final {
    if (pieces.ranges.empty()) return;
    const auto begin = pieces.ranges.front().begin;
    pieces.next_ranges.clear();
    for (const auto& range : pieces.ranges) {
      pieces.matches.clear();
      find(pieces.text.substr(range.begin, range.end - range.begin), pieces);
      for (auto& match : pieces.matches) match = {match.begin + range.begin, match.end + range.begin};
      split_range(range, pieces.matches, behavior_, at_, pieces.next_ranges);
    }
    std::swap(pieces.ranges, pieces.next_ranges);
    if (pieces.ranges.empty() || pieces.ranges.front().begin != begin) pieces.place = Place::kLater;
  }

 protected:
  /// Appends to pieces.matches, as offsets in `piece`.
  virtual void find(std::string_view piece, Pieces& pieces) const = 0;

 private:
  SplitBehavior behavior_;
  SplitAt at_;
};

class SplitAtPattern final : public Splitting {
 public:
  SplitAtPattern(std::shared_ptr<const Regex> pattern, SplitBehavior behavior, SplitAt at)
      : Splitting(behavior, at), pattern_(std::move(pattern)) {}

 private:
  void find(std::string_view piece, Pieces& pieces) const override {
    pattern_->find_all(piece, pieces.matcher, pieces.matches);
  }

  std::shared_ptr<const Regex> pattern_;
};

class SplitAtCharacters final : public Splitting {
 public:
  SplitAtCharacters(CharacterTest test, SplitBehavior behavior) : Splitting(behavior, SplitAt::kMatches), test_(test) {}

 private:
  void find(std::string_view piece, Pieces& pieces) const override {
    for (std::size_t at = 0; at < piece.size();) {
      const auto character = character_at(piece, at);
      if (test_(character.code)) pieces.matches.push_back({at, at + character.bytes});
      at += character.bytes;
    }
  }

  CharacterTest test_;
};

class Words final : public Splitting {
 public:
  Words() : Splitting(SplitBehavior::kRemoved, SplitAt::kGaps) {}

 private:
  enum class Kind { kSpace, kWord, kOther };

  static Kind kind_of(char32_t code) {
    if (is_word_character(code)) return Kind::kWord;
    return is_white_space(code) ? Kind::kSpace : Kind::kOther;
  }

  void find(std::string_view piece, Pieces& pieces) const override {
    auto last = Kind::kSpace;
    for (std::size_t at = 0; at < piece.size();) {
      const auto character = character_at(piece, at);
      const auto kind = kind_of(character.code);
      const auto end = at + character.bytes;
      if (kind != Kind::kSpace) {
        if (kind == last) {
          pieces.matches.back().end = end;
        } else {
          pieces.matches.push_back({at, end});
        }
      }
      last = kind;
      at = end;
    }
  }
};

class WithSpaceMarks final : public PreTokenizerStep {
 public:
  explicit WithSpaceMarks(SpaceMarks marks) : marks_(std::move(marks)) {}

  void apply(Pieces& pieces) const override {
    auto& text = pieces.next_buffer;
    text.clear();
    bool is_first = pieces.place == Place::kStart;
    for (auto& range : pieces.ranges) {
      const auto piece = pieces.text.substr(range.begin, range.end - range.begin);
      const auto begin = text.size();
      const bool may_prepend = marks_.prepend == Prepend::kAlways || (marks_.prepend == Prepend::kFirst && is_first);
      if (may_prepend && !begins_with_mark(piece)) text += marks_.prefix;
      append(piece, text);
      range = {begin, text.size()};
      is_first = false;
    }
    std::swap(pieces.buffer, pieces.next_buffer);
    pieces.text = pieces.buffer;
  }

 private:
  [[nodiscard]] bool begins_with_mark(std::string_view piece) const {
    if (!marks_.replacement.empty() && piece.front() == ' ') return true;
    return piece.substr(0, marks_.prefix.size()) == marks_.prefix;
  }

  void append(std::string_view piece, std::string& text) const {
    while (!marks_.replacement.empty()) {
      const auto space = piece.find(' ');
      if (space == std::string_view::npos) break;
      text.append(piece.substr(0, space)).append(marks_.replacement);
      piece.remove_prefix(space + 1);
    }
    text += piece;
  }

  SpaceMarks marks_;
};

}  // namespace

std::unique_ptr<PreTokenizerStep> split_step(std::shared_ptr<const Regex> pattern, SplitBehavior behavior, SplitAt at) {
  return std::make_unique<SplitAtPattern>(std::move(pattern), behavior, at);
}

std::unique_ptr<PreTokenizerStep> character_step(CharacterTest test, SplitBehavior behavior) {
  return std::make_unique<SplitAtCharacters>(test, behavior);
}

std::unique_ptr<PreTokenizerStep> words_step() {
  return std::make_unique<Words>();
}

std::unique_ptr<PreTokenizerStep> space_marks_step(SpaceMarks marks) {
  return std::make_unique<WithSpaceMarks>(std::move(marks));
}

}  // namespace hone::policies
