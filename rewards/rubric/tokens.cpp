#include "rewards/rubric/tokens.h"

#include <algorithm>
#include <array>

#include "rewards/rubric/fold.h"
#include "rewards/rubric/words.h"

namespace hone::rewards::rubric {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_alnum(char c) {
  return is_letter(c) || is_digit(c);
}

/// A full stop behind these belongs to the word; behind the second kind only before a number.
bool is_abbreviation(std::string_view word) {
  static constexpr std::string_view kWords[] = {"v",  "vs", "mr",  "mrs",  "ms",  "dr",   "inc",  "corp", "ltd", "cf",
                                                "eg", "ie", "fed", "evid", "civ", "crim", "proc", "supp", "sec", "seq"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}
bool is_abbreviation_of_number(std::string_view word) {
  static constexpr std::string_view kWords[] = {"no", "art", "para", "reg", "cl", "ch",
                                                "r",  "s",   "ss",   "pt",  "st", "p"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), folded_(fold(text)), in_(folded_.text) {
    tokens_.reserve(text.size() / 5 + 8);
  }

  std::vector<Token> run() {
    while (at_ < in_.size()) {
      step();
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0'; }
  [[nodiscard]] char before() const { return at_ > 0 ? in_[at_ - 1] : '\0'; }

  void add(TokenKind kind, std::uint64_t word, std::size_t begin, std::size_t end, char mark = 0) {
    Token token{
        .word = word,
        .begin = folded_.origin[begin],
        .end = end > begin ? std::max(folded_.origin[end - 1] + 1, folded_.origin[end - 1]) : folded_.origin[begin],
        .kind = kind,
        .mark = mark};
    // The end is where the last character ends, however many bytes it has; what was dropped behind it is not part.
    while (token.end < text_.size() && (static_cast<unsigned char>(text_[token.end]) & 0xC0U) == 0x80U) ++token.end;
    if (kind == TokenKind::kWord) token.roles = roles_of(word);
    tokens_.push_back(token);
  }
  void add_mark(char mark, std::size_t length = 1) {
    add(TokenKind::kMark, word_hash(std::string_view(&mark, 1)), at_, at_ + length, mark);
    at_ += length;
  }
  void add_stop(char mark, std::size_t length = 1) {
    if (!tokens_.empty() && tokens_.back().kind == TokenKind::kStop) {
      // A question stays one, whatever ends the line behind it.
      char& last = tokens_.back().mark;
      if (last != '?' && (last == '\n' || mark == 'P' || mark == 't') && mark != '\n') last = mark;
    } else {
      add(TokenKind::kStop, word_hash(std::string_view(&mark, 1)), at_, at_ + length, mark);
    }
    at_ += length;
  }
  void add_sign(std::size_t length = 1) {
    const std::string_view sign = in_.substr(at_, 1);
    add(TokenKind::kWord, word_hash(sign), at_, at_ + length);
    at_ += length;
  }

  void step() {
    const char c = in_[at_];
    if (is_letter(c)) return read_word();
    if (is_digit(c)) return read_number();
    switch (c) {
      case '\n':
        return read_line_end();
      case '.':
        return read_full_stop();
      case '!':
      case '?':
      case ';':
        return add_stop(c);
      case ',':
      case ':':
      case '(':
      case ')':
      case '/':
        return add_mark(c);
      case '|':
        return add_mark(',');
      case '=':
      case kLongDash:
        return add_mark(':');
      case kEllipsis:
        return add_mark(kEllipsis);
      case '-':
        return read_dash();
      case '<':
        return read_tag();
      case '$':
      case '%':
      case kEuro:
      case kPound:
      case kTick:
      case kCross:
      case kSectionSign:
        return read_sign();
      case '&':
        add(TokenKind::kWord, word_hash("and"), at_, at_ + 1);
        ++at_;
        return;
      default:
        ++at_;  // spaces, quotes, brackets, emphasis
    }
  }

  void read_sign() {
    while (in_[at_] == kSectionSign && peek(1) == kSectionSign) ++at_;
    add_sign();
  }

  void read_dash() {
    if (is_alnum(before()) && is_alnum(peek(1))) {
      ++at_;  // a compound is its words
    } else if (peek(1) == '-' || peek(1) == '>' ||
               (peek(1) == ' ' && at_ > line_begin_ && !tokens_.empty() && tokens_.back().kind != TokenKind::kStop)) {
      add_mark(':', peek(1) == ' ' ? 1 : 2);
    } else {
      ++at_;
    }
  }

  /// Tags end sentences wherever they stand.
  void read_tag() {
    std::size_t end = at_ + 1;
    const std::size_t last = std::min(in_.size(), at_ + 42);
    if (end < last && in_[end] == '/') ++end;
    while (end < last && (is_alnum(in_[end]) || in_[end] == '_' || in_[end] == '-' || in_[end] == ' ')) ++end;
    if (end < last && in_[end] == '>' && end > at_ + 1) {
      add_stop('t', end + 1 - at_);
    } else {
      ++at_;
    }
  }

  void read_line_end() {
    std::size_t next = at_ + 1;
    bool is_paragraph = false;
    while (next < in_.size() && (in_[next] == ' ' || in_[next] == '\n')) {
      is_paragraph = is_paragraph || in_[next] == '\n';
      ++next;
    }
    constexpr std::size_t kWrapped = 50;  // bytes of a line that was broken for its length
    const bool goes_on = !is_paragraph && at_ - line_begin_ >= kWrapped && next < in_.size() && is_letter(in_[next]) &&
                         in_[next] == text_[folded_.origin[next]];
    if (goes_on) {
      ++at_;
    } else {
      add_stop(is_paragraph ? 'P' : '\n');
      at_ = next;
    }
    line_begin_ = next;
  }

  void read_full_stop() {
    if (peek(1) == '.' && peek(2) == '.') {
      return add_mark(kEllipsis, 3);
    }
    // A stop inside a word, or of a number that opens a line ("1. Seal").
    const bool is_list = !tokens_.empty() && tokens_.back().kind == TokenKind::kNumber &&
                         (tokens_.size() == 1 || tokens_[tokens_.size() - 2].kind == TokenKind::kStop) &&
                         is_digit(before());
    if (is_alnum(peek(1)) && is_alnum(before())) {
      ++at_;
    } else if (is_list) {
      tokens_.pop_back();
      ++at_;
    } else {
      add_stop('.');
    }
  }

  void read_number() {
    const std::size_t begin = at_;
    std::array<char, 40> kept{};
    std::size_t size = 0;
    while (at_ < in_.size()) {
      const char c = in_[at_];
      const bool has_digit = is_digit(peek(1));
      if (c == ',' && has_digit && is_digit(peek(2)) && is_digit(peek(3)) && !is_digit(peek(4))) {
        ++at_;  // thousands
        continue;
      }
      if (!is_alnum(c) && !(c == '.' && has_digit)) break;
      if (size < kept.size()) kept[size++] = c;
      ++at_;
    }
    add(TokenKind::kNumber, word_hash({kept.data(), size}), begin, at_);
  }

  /// "F.R.E." or "U.S.": letters that each have a stop. Nothing is read when it is none.
  bool read_initials() {
    std::array<char, 12> letters{};
    std::size_t size = 0;
    std::size_t end = at_;
    while (size < letters.size() && end + 1 < in_.size() && is_letter(in_[end]) && in_[end + 1] == '.') {
      letters[size++] = in_[end];
      end += 2;
    }
    if (size < 2 || (end < in_.size() && is_letter(in_[end]))) return false;
    add(TokenKind::kWord, word_hash({letters.data(), size}), at_, end - 1);
    at_ = end;
    return true;
  }

  void read_word() {
    if (peek(1) == '.' && read_initials()) return;
    const std::size_t begin = at_;
    while (at_ < in_.size() && is_alnum(in_[at_])) ++at_;
    // "[t]he" is "the".
    const bool is_altered =
        at_ - begin == 1 && peek() == ']' && is_letter(peek(1)) && begin > 0 && in_[begin - 1] == '[';
    if (is_altered) return read_altered(begin);
    const std::string_view word = in_.substr(begin, at_ - begin);
    if (peek() == '\'' && is_letter(peek(1))) return read_apostrophe(begin);
    if (word == "cannot") {
      add(TokenKind::kWord, word_hash("can"), begin, begin + 3);
      add(TokenKind::kWord, word_hash("not"), begin + 3, at_);
      return;
    }
    add_word(word, begin);
    if (peek() == '.') skip_abbreviation(word);
  }

  void add_word(std::string_view word, std::size_t begin) {
    const bool is_section = word == "section" || word == "sections" || word == "sec" || word == "secs";
    add(TokenKind::kWord, is_section ? word_hash(std::string_view(&kSectionSign, 1)) : word_hash(word), begin,
        begin + word.size());
  }

  void skip_abbreviation(std::string_view word) {
    const char next = peek(1) == ' ' ? peek(2) : peek(1);
    const bool is_initial =
        word.size() == 1 && word != "i" && peek(1) == ' ' && text_[tokens_.back().begin] != word[0] && is_letter(next);
    if (is_abbreviation(word) || is_initial || (is_abbreviation_of_number(word) && is_digit(next))) ++at_;
  }

  void read_altered(std::size_t begin) {
    std::string word(1, in_[begin]);
    ++at_;
    const std::size_t rest = at_;
    while (at_ < in_.size() && is_alnum(in_[at_])) ++at_;
    word += in_.substr(rest, at_ - rest);
    add(TokenKind::kWord, word_hash(word), begin, at_);
  }

  void read_apostrophe(std::size_t begin) {
    const std::string_view word = in_.substr(begin, at_ - begin);
    std::size_t end = at_ + 1;
    while (end < in_.size() && is_alnum(in_[end])) ++end;
    const std::string_view rest = in_.substr(at_ + 1, end - at_ - 1);
    if (rest == "t" && word.size() > 1 && word.back() == 'n') {
      std::string_view verb = word.substr(0, word.size() - 1);
      if (verb == "ca") verb = "can";
      if (verb == "wo") verb = "will";
      if (verb == "sha") verb = "shall";
      add(TokenKind::kWord, word_hash(verb), begin, at_ - 1);
      add(TokenKind::kWord, word_hash("not"), at_ - 1, end);
      at_ = end;
      return;
    }
    add_word(word, begin);
    at_ = rest == "s" ? end : at_ + 1;  // what belongs to Ann names Ann
  }

  std::string_view text_;
  Folded folded_;
  std::string_view in_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::uint64_t word_hash(std::string_view folded) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : folded) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  hash ^= hash >> 32U;
  return hash == 0 ? 1 : hash;
}

std::vector<Token> tokens_of(std::string_view text) {
  return Reader(text).run();
}

std::vector<std::uint64_t> words_of(std::string_view text) {
  std::vector<std::uint64_t> words;
  for (const Token& token : tokens_of(text)) {
    if (is_spoken(token)) words.push_back(token.word);
  }
  return words;
}

}  // namespace hone::rewards::rubric
