#include "rewards/math/lexer.h"

#include <algorithm>
#include <array>

#include "rewards/math/characters.h"
#include "rewards/math/commands.h"
#include "rewards/math/expression.h"
#include "rewards/math/numbers.h"
#include "rewards/math/units.h"
#include "rewards/math/words.h"

namespace hone::rewards::math {
namespace {

/// A brace that is open.
struct Brace {
  bool is_visible = true;    // false: of \text{…}, it makes no token
  bool was_upright = false;  // to go back to
  bool is_argument = false;  // of a command: read as closed where the text ends
  bool is_box = false;
  bool is_list = false;     // commas part a list in it
  int arguments_after = 0;  // that the command still takes
};

class Lexer {
 public:
  Lexer(std::string_view text, const LexerChoices& choices, Tokens& tokens)
      : text_(text), choices_(choices), tokens_(tokens) {
    tokens_.list.reserve(text.size() / 2 + 8);
    tokens_.text.reserve(text.size() + 16);
    is_angled_ = text.size() > 2 && text.front() == '<' && text.back() == '>' && text.find(',') != text.npos;
    bool escaped = false;
    for (const char c : text) {
      dollars_ += c == '$' && !escaped ? 1 : 0;
      escaped = c == '\\' && !escaped;
    }
  }

  void run() {
    while (at_ < text_.size()) {
      if (!step()) {
        tokens_.is_readable = false;
        break;
      }
    }
    for (; !braces_.empty() && tokens_.is_readable; braces_.pop_back()) {
      if (braces_.back().is_visible) {
        tokens_.is_readable = braces_.back().is_argument;
        push(TokenKind::kClose, Bracket::kGroup);
      }
    }
    push(TokenKind::kEnd);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool follows(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  [[nodiscard]] TokenKind last() const { return tokens_.list.empty() ? TokenKind::kEnd : tokens_.list.back().kind; }

  Token& push(TokenKind kind, std::uint8_t code = 0) {
    Token token;
    token.kind = kind;
    token.code = code;
    token.space_before = space_;
    token.is_parted = parted_;
    parted_ = false;
    token.is_upright = upright_;
    space_ = false;
    arguments_ = kind == TokenKind::kFraction || kind == TokenKind::kBinomial                             ? 2
                 : kind == TokenKind::kRoot || kind == TokenKind::kPower || kind == TokenKind::kSubscript ? 1
                                                                                                          : 0;
    tokens_.list.push_back(token);
    return tokens_.list.back();
  }
  Token& push(TokenKind kind, Bracket bracket) { return push(kind, static_cast<std::uint8_t>(bracket)); }
  Token& push(TokenKind kind, Relation relation) { return push(kind, static_cast<std::uint8_t>(relation)); }
  Token& push_text(TokenKind kind, std::string_view text) {
    Token& token = push(kind);
    token.text_begin = static_cast<std::uint32_t>(tokens_.text.size());
    token.text_size = static_cast<std::uint32_t>(text.size());
    tokens_.text += text;
    return token;
  }

  bool step() {
    const char c = peek();
    if (is_space(c) || c == '~' || c == '`' || c == '"') {
      space_ = true;
      ++at_;
      return true;
    }
    if (is_digit(c) || (c == '.' && (is_digit(peek(1)) || recurs_at(1)))) {
      return number();
    }
    if (is_letter(c) || is_beyond_ascii(c)) {
      return letters();
    }
    return c == '\\' ? command() : c == '$' ? dollar() : sign();
  }

  /// .\overline{3}
  [[nodiscard]] bool recurs_at(std::size_t ahead) const {
    const std::string_view rest = text_.substr(at_ + ahead);
    return rest.starts_with("\\overline{") || rest.starts_with("\\bar{") || rest.starts_with("\\dot{");
  }

  bool dollar() {
    ++at_;
    if (dollars_ % 2 == 1 && (is_digit(peek()) || peek() == ' ' || peek() == '.')) {
      push_text(TokenKind::kCurrency, "dollar");
    } else {
      space_ = true;
    }
    return true;
  }

  bool number() {
    const int arguments = arguments_;
    std::string digits;
    const std::size_t based = based_digits();
    SpeltNumber number;
    if (based > 0) {
      digits = text_.substr(at_, based);
      std::transform(digits.begin(), digits.end(), digits.begin(),
                     [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
      number.end = at_ + based;
    } else {
      number = read_number(text_, at_, open_brackets_ > 0, at_ >= list_end_ && arguments == 0, choices_, tokens_.met,
                           digits);
    }
    list_end_ = std::max(list_end_, number.list_end);
    Token& token = push_text(TokenKind::kNumber, digits);
    token.decimals = number.decimals;
    token.repeating = number.repeating;
    token.has_exponent = number.has_exponent;
    token.exponent = number.exponent;
    arguments_ = std::max(arguments - 1, 0);
    at_ = number.end;
    return true;
  }

  /// Digits of a base above ten, 2F_{16}: how many, or 0.
  [[nodiscard]] std::size_t based_digits() const {
    std::size_t count = 0;
    bool has_letter = false;
    while (is_digit(peek(count)) || (peek(count) >= 'A' && peek(count) <= 'Z')) {
      has_letter = has_letter || !is_digit(peek(count));
      ++count;
    }
    std::size_t base = count + 1;
    base += peek(base) == '{' ? 1 : 0;
    return has_letter && count > 1 && peek(count) == '_' && is_digit(peek(base)) && is_digit(peek(base + 1)) ? count
                                                                                                             : 0;
  }

  bool letters() {
    if (is_upper(peek()) && based_digits() > 0) {
      return number();
    }
    if (follows("a.m") || follows("p.m")) {
      push_text(TokenKind::kWord, peek() == 'a' ? "am" : "pm");
      at_ += follows("a.m.") || follows("p.m.") ? 4 : 3;
      return true;
    }
    std::size_t end = at_;
    bool is_ascii = true;
    while (end < text_.size() && (is_letter(text_[end]) || is_beyond_ascii(text_[end]))) {
      is_ascii = is_ascii && is_letter(text_[end]);
      ++end;
    }
    const std::string_view run = text_.substr(at_, end - at_);
    at_ = end;
    if (!is_ascii) {
      push_text(TokenKind::kWord, run);
      return true;
    }
    if (run.size() == 1) {
      return letter(run[0]);
    }
    word(run);
    return true;
  }

  bool letter(char c) {
    if (c == 'U' && (last() == TokenKind::kClose || last() == TokenKind::kConstant)) {
      std::size_t next = at_;
      while (next < text_.size() && is_space(text_[next])) {
        ++next;
      }
      if (next < text_.size() &&
          (text_[next] == '(' || text_[next] == '[' || text_[next] == '\\' || text_[next] == '{')) {
        push(TokenKind::kUnion);
        return true;
      }
    }
    if (c == 'e' || c == 'i') {
      push(TokenKind::kConstant, static_cast<std::uint8_t>(c == 'e' ? Constant::kE : Constant::kImaginaryUnit));
    } else {
      push_text(TokenKind::kSymbol, std::string_view(&c, 1));
    }
    return true;
  }

  void word(std::string_view run) {
    std::string folded(run);
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    if (const Command* keyword = find_keyword(folded)) {
      const bool is_minutes = folded == "min" && !opens_next();
      const bool is_seconds = folded == "sec" && last() == TokenKind::kNumber && !opens_next();
      if (!is_minutes && !is_seconds) {
        push_command(*keyword);
        return;
      }
    }
    if (is_unit_word(run)) {
      push_text(TokenKind::kWord, run);
      return;
    }
    const FunctionInRun split = upright_ ? FunctionInRun{} : function_in_run(run);
    if (!split.name.empty()) {
      if (!split.before.empty()) {
        letter(split.before[0]);
      }
      push_command(*find_keyword(split.name));
      if (split.after.size() == 1) {
        letter(split.after[0]);
      } else if (!split.after.empty()) {
        push_command(*find_keyword("pi"));
      }
      return;
    }
    if (run.size() <= 3 && !upright_ && !is_short_word(run)) {
      for (const char c : run) {
        letter(c);
      }
      return;
    }
    push_text(TokenKind::kWord, run);
  }

  [[nodiscard]] bool opens_next() const { return peek() == '(' || peek() == '{' || peek() == '\\'; }

  void push_command(const Command& command) {
    if (command.name.empty()) {
      Token& token = push(command.token, command.code);
      if (command.token == TokenKind::kFunction && command.code == static_cast<std::uint8_t>(Function::kNamed)) {
        name(token, command.spelling);
      }
    } else {
      Token& token = push(command.token, static_cast<std::uint8_t>(Function::kNamed));
      name(token, command.name);
    }
    if (command.token == TokenKind::kOpen) {
      ++open_brackets_;
    } else if (command.token == TokenKind::kClose) {
      open_brackets_ = std::max(open_brackets_ - 1, 0);
    }
  }
  void name(Token& token, std::string_view text) {
    token.text_begin = static_cast<std::uint32_t>(tokens_.text.size());
    token.text_size = static_cast<std::uint32_t>(text.size());
    tokens_.text += text;
  }

  bool command() {
    std::size_t letters = 0;
    while (is_letter(peek(1 + letters))) {
      ++letters;
    }
    if (letters == 0 && peek(1) == '\\') {
      return row_break();
    }
    const std::string_view spelling = text_.substr(at_ + 1, letters > 0 ? letters : 1);
    if (spelling.empty() || is_space(spelling[0])) {
      space_ = true;
      ++at_;
      return !spelling.empty();
    }
    const Command* found = find_command(spelling);
    if (found == nullptr) {
      return false;
    }
    at_ += 1 + spelling.size();
    return apply(*found);
  }

  bool apply(const Command& command) {
    switch (command.use) {
      case CommandUse::kToken:
        push_command(command);
        return true;
      case CommandUse::kVanish:
        return vanish(command.spelling);
      case CommandUse::kUpright:
        skip_spaces();
        if (peek() == '*') {
          ++at_;
        }
        skip_spaces();
        if (peek() == '{') {
          braces_.push_back({.is_visible = false, .was_upright = upright_, .arguments_after = arguments_});
          upright_ = true;
          ++at_;
        }
        return true;
      case CommandUse::kDropArgument:
        (void)take_argument();
        return true;
      case CommandUse::kBlackboard:
        return blackboard();
      case CommandUse::kBegin:
        return begin_environment();
      case CommandUse::kEndEnvironment:
        (void)take_argument();
        environments_ -= environments_ > 0 ? 1 : 0;
        push(TokenKind::kMatrixEnd);
        return true;
      case CommandUse::kAccent:
        push_text(TokenKind::kOverline, command.spelling);
        return true;
    }
    return false;
  }

  bool vanish(std::string_view spelling) {
    const bool is_left = spelling == "left";
    if (is_left || spelling == "right") {
      skip_spaces();
      if (peek() == '.') {
        ++at_;
      } else if (peek() == '|' || follows("\\|") || peek() == '<' || peek() == '>') {
        push(is_left ? TokenKind::kOpen : TokenKind::kClose,
             peek() == '<' || peek() == '>' ? Bracket::kAngle : Bracket::kBar);
        at_ += peek() == '\\' ? 2 : 1;
      }
      return true;
    }
    if (spelling == "boxed" || spelling == "fbox") {
      skip_spaces();
      const bool goes_on = last() == TokenKind::kAnd || last() == TokenKind::kOr || last() == TokenKind::kComma;
      if (has_box_ && open_boxes_ == 0 && !goes_on) {
        return false;  // two answers are none
      }
      if (peek() == '{') {
        braces_.push_back({.is_visible = false, .was_upright = upright_, .is_box = true});
        ++open_boxes_;
        has_box_ = true;
        ++at_;
      }
      return true;
    }
    parted_ =
        parted_ || (spelling.size() == 1 && (spelling == "," || spelling == ";" || spelling == ":" || spelling == " "));
    space_ = space_ || parted_ || spelling == "quad" || spelling == "qquad" || spelling == " " || spelling == "space";
    return true;
  }

  void skip_spaces() {
    while (is_space(peek())) {
      ++at_;
    }
  }

  /// {…} without braces within it.
  std::string_view take_argument() {
    skip_spaces();
    if (peek() != '{') {
      return {};
    }
    const std::size_t end = std::min(text_.find('}', at_), text_.size());
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = std::min(end + 1, text_.size());
    return inside;
  }

  bool blackboard() {
    skip_spaces();
    const std::string_view argument = peek() == '{' ? take_argument() : text_.substr(at_++, 1);
    constexpr std::string_view kLetters = "RZNQC";
    constexpr Constant kSets[] = {Constant::kReals, Constant::kIntegers, Constant::kNaturals, Constant::kRationals,
                                  Constant::kComplexes};
    const std::size_t which = argument.size() == 1 ? kLetters.find(argument[0]) : std::string_view::npos;
    if (which == std::string_view::npos) {
      return false;
    }
    push(TokenKind::kConstant, static_cast<std::uint8_t>(kSets[which]));
    return true;
  }

  bool begin_environment() {
    std::string_view name = take_argument();
    if (name.ends_with('*')) {
      name.remove_suffix(1);
    }
    if (name == "array" || name == "tabular") {
      (void)take_argument();
    }
    ++environments_;
    const bool is_matrix = name.ends_with("matrix") || name == "array" || name == "tabular";
    const Matrix matrix = name == "vmatrix" ? Matrix::kDeterminant : is_matrix ? Matrix::kPlain : Matrix::kCases;
    constexpr auto kLists =
        std::to_array<std::string_view>({"cases", "aligned", "align", "gathered", "gather", "equation", "split"});
    push(TokenKind::kMatrix, static_cast<std::uint8_t>(matrix));
    return is_matrix || std::find(kLists.begin(), kLists.end(), name) != kLists.end();
  }

  bool row_break() {
    std::size_t letters = 0;
    while (environments_ == 0 && is_letter(peek(2 + letters))) {
      ++letters;
    }
    if (letters > 1 && find_command(text_.substr(at_ + 2, letters)) != nullptr) {
      ++at_;  // \\frac: escaped once too often
      return true;
    }
    at_ += 2;
    if (peek() == '[' && environments_ > 0) {  // \\[2pt]
      const std::size_t end = text_.find(']', at_);
      if (end != std::string_view::npos && end > at_ + 2 && text_.substr(end - 2, 2) == "pt") {
        at_ = end + 1;
      }
    }
    push(environments_ > 0 ? TokenKind::kRowBreak : TokenKind::kSemicolon);
    return true;
  }

  bool sign() {
    struct Sign {
      std::string_view spelling;
      TokenKind kind;
      std::uint8_t code = 0;
    };
    constexpr auto relation = [](Relation code) { return static_cast<std::uint8_t>(code); };
    static constexpr auto kSigns = std::to_array<Sign>({
        {"+/-", TokenKind::kPlusMinus},
        {"+-", TokenKind::kPlusMinus},
        {"...", TokenKind::kEllipsis},
        {"**", TokenKind::kPower},
        {"<=", TokenKind::kRelation, relation(Relation::kLessOrEqual)},
        {">=", TokenKind::kRelation, relation(Relation::kGreaterOrEqual)},
        {"=<", TokenKind::kRelation, relation(Relation::kLessOrEqual)},
        {"!=", TokenKind::kRelation, relation(Relation::kNotEqual)},
        {"==", TokenKind::kRelation, relation(Relation::kEqual)},
        {":=", TokenKind::kRelation, relation(Relation::kEqual)},
        {"<", TokenKind::kRelation, relation(Relation::kLess)},
        {">", TokenKind::kRelation, relation(Relation::kGreater)},
        {"=", TokenKind::kRelation, relation(Relation::kEqual)},
        {"+", TokenKind::kPlus},
        {"-", TokenKind::kMinus},
        {"*", TokenKind::kTimes},
        {"/", TokenKind::kSlash},
        {"^", TokenKind::kPower},
        {"_", TokenKind::kSubscript},
        {"%", TokenKind::kPercent},
        {"!", TokenKind::kFactorial},
        {"'", TokenKind::kPrime},
        {",", TokenKind::kComma},
        {";", TokenKind::kSemicolon},
        {":", TokenKind::kColon},
        {"||", TokenKind::kBar},
        {"|", TokenKind::kBar},
        {"&", TokenKind::kColumnBreak},
    });
    if (bracket()) {
      return true;
    }
    for (const Sign& sign : kSigns) {
      if (follows(sign.spelling)) {
        // Nested absolute values are two bars each.
        at_ += sign.spelling == "||" ? 1 : sign.spelling.size();
        push(sign.kind, sign.code);
        return true;
      }
    }
    if (peek() == '.' && (at_ + 1 == text_.size() || is_space(peek(1)) || peek(1) == '$' || peek(1) == '}')) {
      ++at_;  // a full stop
      return true;
    }
    return false;
  }

  bool bracket() {
    if (follows("{:}") || follows("{=}") || follows("{,}")) {
      push(peek(1) == ':'   ? TokenKind::kColon
           : peek(1) == ',' ? TokenKind::kComma
                            : TokenKind::kRelation,
           Relation::kEqual);
      at_ += 3;
      return true;
    }
    if (is_angled_ && (at_ == 0 || at_ + 1 == text_.size())) {
      push(at_ == 0 ? TokenKind::kOpen : TokenKind::kClose, Bracket::kAngle);
      open_brackets_ += at_ == 0 ? 1 : 0;
      ++at_;
      return true;
    }
    constexpr std::string_view kOpening = "([{";
    constexpr std::string_view kClosing = ")]}";
    if (peek() == '{') {
      braces_.push_back({.was_upright = upright_,
                         .is_argument = arguments_ > 0,
                         .is_list = arguments_ == 0,
                         .arguments_after = std::max(arguments_ - 1, 0)});
      open_brackets_ += braces_.back().is_list ? 1 : 0;
    }
    if (const std::size_t which = kOpening.find(peek()); which != std::string_view::npos) {
      ++at_;
      open_brackets_ += which < 2 ? 1 : 0;
      push(TokenKind::kOpen, static_cast<std::uint8_t>(which));
      return true;
    }
    const std::size_t which = kClosing.find(peek());
    if (which == std::string_view::npos) {
      return false;
    }
    ++at_;
    if (which < 2) {
      open_brackets_ = std::max(open_brackets_ - 1, 0);
      push(TokenKind::kClose, static_cast<std::uint8_t>(which));
      return true;
    }
    if (braces_.empty()) {
      tokens_.is_readable = false;
      return true;
    }
    const Brace brace = braces_.back();
    braces_.pop_back();
    open_brackets_ -= brace.is_list ? 1 : 0;
    open_boxes_ -= brace.is_box ? 1 : 0;
    if (brace.is_visible) {
      push(TokenKind::kClose, Bracket::kGroup);
    }
    upright_ = brace.was_upright;
    arguments_ = brace.arguments_after;
    return true;
  }

  std::string_view text_;
  LexerChoices choices_;
  Tokens& tokens_;
  std::size_t at_ = 0;
  std::size_t list_end_ = 0;
  std::vector<Brace> braces_;
  int arguments_ = 0;      // that the last command still takes
  int open_brackets_ = 0;  // that commas part a list in
  int environments_ = 0;
  int open_boxes_ = 0;
  bool has_box_ = false;
  std::size_t dollars_ = 0;
  bool is_angled_ = false;  // <1,2,3>
  bool space_ = false;
  bool parted_ = false;
  bool upright_ = false;
};

static_assert(static_cast<int>(Bracket::kRound) == 0 && static_cast<int>(Bracket::kSquare) == 1 &&
              static_cast<int>(Bracket::kGroup) == 2);

}  // namespace

Tokens tokenize(std::string_view text, const LexerChoices& choices) {
  Tokens tokens;
  Lexer(text, choices, tokens).run();
  return tokens;
}

}  // namespace hone::rewards::math
