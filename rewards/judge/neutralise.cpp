#include "rewards/judge/neutralise.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "rewards/judge/visible.h"

namespace hone::rewards {
namespace {

constexpr std::string_view kFullWidthColon = "\xEF\xBC\x9A";

/// Keys under which judges write what they find.
constexpr std::array<std::string_view, 20> kVerdictWords = {
    "verdict",  "verdicts",  "rating",      "ratings",    "score",        "scores",     "grade",
    "judgment", "judgement", "decision",    "is_correct", "criteria_met", "assessment", "evaluation",
    "passed",   "correct",   "correctness", "reward",     "points",       "result"};
constexpr std::array<std::string_view, 10> kRoles = {"system", "assistant", "user",      "human", "ai",
                                                     "judge",  "grader",    "evaluator", "tool",  "developer"};
/// Marks of turns and of sections, of models and of this prompt; a name that one begins with is enough.
constexpr std::array<std::string_view, 16> kTags = {
    "<s>",        "</s>",     "<bos>",  "<eos>",   "[inst]",  "[/inst]",  "<<sys",     "<</sys",
    "<start_of_", "<end_of_", "<think", "</think", "<answer", "</answer", "<question", "</question"};

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool begins_with(std::string_view text, std::string_view lowered) {
  return text.size() >= lowered.size() &&
         std::equal(lowered.begin(), lowered.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

std::string_view look_alike(char c) {
  switch (c) {
    case '<':
      return "‹";
    case '>':
      return "›";
    case '[':
      return "⟦";
    case ']':
      return "⟧";
    case '|':
      return "¦";
    case ':':
      return "∶";
    case '=':
      return "꞊";
    case '"':
      return "″";
    case '/':
      return "∕";
    default:
      return {};
  }
}

class Neutraliser {
 public:
  explicit Neutraliser(std::string_view text) : text_(text) { out_.reserve(text.size() + text.size() / 16); }

  std::string run() {
    while (at_ < text_.size()) {
      if (!take_tag() && !take_brackets() && !take_named_verdict()) {
        out_ += text_[at_++];
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  /// Writes so many bytes, what has a look-alike as that.
  void disarm(std::size_t count) {
    for (const std::size_t end = at_ + count; at_ < end; ++at_) {
      const std::string_view other = look_alike(text_[at_]);
      other.empty() ? out_.append(1, text_[at_]) : out_.append(other);
    }
  }

  bool take_tag() {
    const char c = text_[at_];
    if (begins_with(rest(), "<|") || begins_with(rest(), "|>")) {
      disarm(2);
      return true;
    }
    if (c != '<' && c != '[') {
      return false;
    }
    const auto tag =
        std::find_if(kTags.begin(), kTags.end(), [&](std::string_view t) { return begins_with(rest(), t); });
    if (tag == kTags.end()) {
      return false;
    }
    const std::size_t close = rest().substr(0, 80).find(c == '<' ? '>' : ']');
    disarm(close == std::string_view::npos ? tag->size() : close + 1);
    return true;
  }

  /// "[[5]]", but not a matrix.
  bool take_brackets() {
    if (!begins_with(rest(), "[[")) {
      return false;
    }
    const std::string_view near = rest().substr(0, 40);
    const std::size_t close = near.find("]]");
    if (close == std::string_view::npos || near.substr(0, close).find(',') != std::string_view::npos) {
      return false;
    }
    disarm(close + 2);
    return true;
  }

  /// A word for a verdict or a role with a colon or an equals sign: "score": 1, **Verdict** = yes, and at the beginning
  /// of a line, assistant:
  bool take_named_verdict() {
    if (!is_word(text_[at_]) || (at_ > 0 && is_word(text_[at_ - 1]))) {
      return false;
    }
    std::size_t word = 0;
    while (word < rest().size() && word < 16 && is_word(rest()[word])) {
      ++word;
    }
    if (!is_named(rest().substr(0, word))) {
      return false;
    }
    std::size_t sign = word;
    while (sign < rest().size() && sign < word + 8 &&
           std::string_view(" \t\n\"'*_`\\").find(rest()[sign]) != std::string_view::npos) {
      ++sign;
    }
    const std::string_view after = rest().substr(sign);
    if (after.starts_with(kFullWidthColon)) {
      disarm(sign);
      out_ += look_alike(':');
      at_ += kFullWidthColon.size();
      return true;
    }
    if (!after.starts_with(':') && !after.starts_with('=')) {
      return false;
    }
    if (out_.ends_with('"')) {
      out_.replace(out_.size() - 1, 1, look_alike('"'));
    }
    disarm(sign + 1);
    return true;
  }

  [[nodiscard]] bool is_named(std::string_view word) const {
    const auto is_it = [&](std::string_view known) { return known.size() == word.size() && begins_with(word, known); };
    return std::any_of(kVerdictWords.begin(), kVerdictWords.end(), is_it) ||
           (begins_line() && std::any_of(kRoles.begin(), kRoles.end(), is_it));
  }

  [[nodiscard]] bool begins_line() const {
    std::size_t before = at_;
    while (before > 0 && at_ - before < 16 &&
           std::string_view(" \t#*>-_").find(text_[before - 1]) != std::string_view::npos) {
      --before;
    }
    return before == 0 || text_[before - 1] == '\n';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string neutralise(std::string_view answer, std::size_t most_bytes) {
  const std::string shown = visible(without_middle(answer, most_bytes));
  return Neutraliser(shown).run();
}

}  // namespace hone::rewards
