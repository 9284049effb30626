#include "rewards/rubric/assertion.h"

#include "rewards/rubric/words.h"

namespace hone::rewards::rubric {
namespace {

constexpr std::size_t kFarthest = 40;         // tokens: a sentence that is longer is no plain statement
constexpr std::size_t kNegatorDistance = 10;  // "is not, on these facts, clearly met"
constexpr std::size_t kModalDistance = 8;

bool has(const Token& token, unsigned roles) {
  return (token.roles & roles) != 0;
}

/// What stands before a phrase in its clause.
class Before {
 public:
  Before(std::span<const Token> tokens, Tokens scope, std::size_t clause, Whether whether)
      : tokens_(tokens), scope_(scope), clause_(clause), whether_(whether) {}

  /// False when nothing farther away matters.
  bool look_at(std::size_t i, std::size_t distance) {
    const Token& token = tokens_[i];
    if (token.kind == TokenKind::kStop || token.mark == ':') return false;
    if (token.kind == TokenKind::kMark) {
      in_clause_ = false;
      return true;
    }
    if (has(token, kContrast)) return false;
    if (has(token, kCondition)) is_open_ = true;
    if (i < clause_ || begins_denial(i)) in_clause_ = false;
    if (!in_clause_) return true;
    if (has(token, kQuestion) && whether_ == Whether::kOpens) is_open_ = true;
    if (has(token, kModal) && distance <= kModalDistance && !is_month(i)) is_open_ = true;
    if (distance <= kNegatorDistance) count_negator(i);
    return true;
  }

  [[nodiscard]] Assertion verdict() const {
    const int negators = negators_ + (has_neither_ ? 1 : 0);
    if (is_open_ || negators > 1) return Assertion::kOpen;
    return negators == 1 ? Assertion::kNegated : Assertion::kAsserted;
  }

 private:
  [[nodiscard]] bool next_is(std::size_t i, unsigned roles) const {
    return i + 1 < scope_.last && has(tokens_[i + 1], roles);
  }
  /// "no breach and no misconduct", "no statement and it was offered": what is denied ends before it.
  [[nodiscard]] bool begins_denial(std::size_t i) const {
    static const std::uint64_t and_ = word_hash("and");
    return tokens_[i].word == and_ && next_is(i, kNegator | kDeterminer | kAnaphor);
  }
  /// "on May 3" is no possibility.
  [[nodiscard]] bool is_month(std::size_t i) const {
    static const std::uint64_t may = word_hash("may");
    return tokens_[i].word == may && i + 1 < scope_.last && tokens_[i + 1].kind == TokenKind::kNumber;
  }
  void count_negator(std::size_t i) {
    static const std::uint64_t to = word_hash("to");
    static const std::uint64_t neither = word_hash("neither");
    const Token& token = tokens_[i];
    if (has(token, kNeitherNor) || token.word == neither) {
      has_neither_ = true;
    } else if (has(token, kNegator)) {
      // "No doubt", "nobody denies": the two together assert.
      const bool is_doubted = next_is(i, kDoubt) || next_is(i + 1, kDoubt);
      const bool doubts = has(token, kDoubt) && ((i > scope_.first && has(tokens_[i - 1], kNegator)) ||
                                                 (i > scope_.first + 1 && has(tokens_[i - 2], kNegator)));
      negators_ += is_doubted || doubts ? 0 : 1;
    } else if (has(token, kFail) && i + 1 < scope_.last && tokens_[i + 1].word == to) {
      ++negators_;
    }
  }

  std::span<const Token> tokens_;
  Tokens scope_;
  std::size_t clause_;
  Whether whether_;
  bool in_clause_ = true;
  bool is_open_ = false;
  bool has_neither_ = false;
  int negators_ = 0;
};

/// "met if …", "met only when …": the rule rather than a finding.
bool is_conditioned_behind(std::span<const Token> tokens, Tokens scope, std::size_t last) {
  static const std::uint64_t only = word_hash("only");
  if (last < scope.last && tokens[last].word == only) ++last;
  return last < scope.last && has(tokens[last], kAfter);
}

}  // namespace

Assertion assertion_of(std::span<const Token> tokens, Tokens scope, std::size_t first, std::size_t last,
                       std::size_t clause, Whether whether) {
  if (is_conditioned_behind(tokens, scope, last)) return Assertion::kOpen;
  Before before(tokens, scope, clause, whether);
  for (std::size_t i = first, distance = 1; i-- > scope.first && distance <= kFarthest; ++distance) {
    if (!before.look_at(i, distance)) break;
  }
  return before.verdict();
}

Tokens sentence_at(std::span<const Token> tokens, Tokens scope, std::size_t first) {
  std::size_t last = first;
  while (last < scope.last && tokens[last].kind != TokenKind::kStop) ++last;
  return {first, last};
}

Tokens sentence_around(std::span<const Token> tokens, Tokens scope, std::size_t at) {
  std::size_t first = at;
  while (first > scope.first && tokens[first - 1].kind != TokenKind::kStop) --first;
  return sentence_at(tokens, scope, first);
}

bool is_question(std::span<const Token> tokens, Tokens sentence) {
  return sentence.last < tokens.size() && tokens[sentence.last].mark == '?';
}

}  // namespace hone::rewards::rubric
