#include "rewards/rubric/citations.h"

#include <algorithm>

namespace hone::rewards::rubric {
namespace {

template <std::size_t N>
bool is_one_of(std::uint64_t word, const std::uint64_t (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_provision(std::uint64_t word) {
  static const std::uint64_t words[] = {
      word_hash("rule"),       word_hash("rules"),      word_hash("\x01"),     word_hash("article"),
      word_hash("art"),        word_hash("clause"),     word_hash("cl"),       word_hash("reg"),
      word_hash("regulation"), word_hash("paragraph"),  word_hash("para"),     word_hash("fre"),
      word_hash("frcp"),       word_hash("frap"),       word_hash("schedule"), word_hash("chapter"),
      word_hash("evid"),       word_hash("subsection"), word_hash("usc"),      word_hash("cfr")};
  return is_one_of(word, words);
}

bool is_reporter(std::uint64_t word) {
  static const std::uint64_t words[] = {word_hash("us"),    word_hash("f2d"),  word_hash("f3d"),   word_hash("f4th"),
                                        word_hash("fsupp"), word_hash("ct"),   word_hash("led"),   word_hash("cal"),
                                        word_hash("ny2d"),  word_hash("ne2d"), word_hash("ne3d"),  word_hash("nw2d"),
                                        word_hash("p2d"),   word_hash("p3d"),  word_hash("a2d"),   word_hash("a3d"),
                                        word_hash("so2d"),  word_hash("so3d"), word_hash("se2d"),  word_hash("sw2d"),
                                        word_hash("sw3d"),  word_hash("wl"),   word_hash("lexis"), word_hash("ac"),
                                        word_hash("qb"),    word_hash("wlr"),  word_hash("er"),    word_hash("ewca"),
                                        word_hash("ewhc"),  word_hash("uksc"), word_hash("ukhl"),  word_hash("f"),
                                        word_hash("2d"),    word_hash("3d"),   word_hash("4th"),   word_hash("supp")};
  return is_one_of(word, words);
}

bool is_act(std::uint64_t word) {
  static const std::uint64_t words[] = {word_hash("act"), word_hash("code"), word_hash("ordinance"),
                                        word_hash("convention"), word_hash("statute")};
  return is_one_of(word, words);
}

bool is_versus(std::uint64_t word) {
  static const std::uint64_t words[] = {word_hash("v"), word_hash("vs"), word_hash("versus")};
  return is_one_of(word, words);
}

class Finder {
 public:
  Finder(std::string_view text, std::span<const Token> tokens, Tokens scope)
      : text_(text), tokens_(tokens), scope_(scope) {}

  std::vector<Cited> run() {
    for (std::size_t i = scope_.first; i < scope_.last;) {
      const std::size_t end = citation_at(i);
      i = end > i ? end : i + 1;
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_capital(std::size_t i) const {
    const char c = text_[tokens_[i].begin];
    return tokens_[i].kind == TokenKind::kWord && ((c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80);
  }
  [[nodiscard]] bool is_number(std::size_t i) const { return i < scope_.last && tokens_[i].kind == TokenKind::kNumber; }

  std::size_t add(std::size_t first, std::size_t last, bool is_name) {
    found_.push_back({{first, last}, is_name});
    return last;
  }

  std::size_t citation_at(std::size_t i) {
    const Token& token = tokens_[i];
    if (is_provision(token.word) && is_number(i + 1)) return add(i, with_parentheses(i + 2), false);
    if (token.kind == TokenKind::kNumber) {
      std::size_t j = i + 1;
      while (j < scope_.last && j <= i + 3 && is_reporter(tokens_[j].word)) ++j;
      if (j > i + 1 && is_number(j)) return add(i, with_parentheses(j + 1), false);
    }
    if (is_versus(token.word)) return case_at(i);
    if (is_act(token.word) && is_capital(i)) return act_at(i);
    return i;
  }

  /// "(c)(2)" behind a number, without a space.
  [[nodiscard]] std::size_t with_parentheses(std::size_t at) const {
    while (at + 2 < scope_.last && tokens_[at].mark == '(' && tokens_[at].begin == tokens_[at - 1].end &&
           tokens_[at + 2].mark == ')' && tokens_[at + 1].end - tokens_[at + 1].begin <= 4) {
      at += 3;
    }
    return at;
  }

  [[nodiscard]] bool is_joint(std::size_t i) const {
    static const std::uint64_t words[] = {word_hash("of"), word_hash("and"), word_hash("the"), word_hash("for"),
                                          word_hash("on")};
    return is_one_of(tokens_[i].word, words);
  }

  std::size_t case_at(std::size_t i) {
    std::size_t first = i;
    while (first > scope_.first && i - first < 6 && is_capital(first - 1)) --first;
    std::size_t last = i + 1;
    while (last < scope_.last && last - i < 6 && is_capital(last)) ++last;
    if (first == i || last == i + 1) return i;
    return add(first, last, true);
  }

  std::size_t act_at(std::size_t i) {
    std::size_t first = i;
    while (first > scope_.first && i - first < 7 && (is_capital(first - 1) || is_joint(first - 1))) --first;
    while (first < i && (is_joint(first) || is_opening(first))) ++first;
    if (first == i) return i;
    return add(first, i + 1, true);
  }
  /// "Under the Harbour Act": a word that is capital as it begins the sentence, and no part of the name.
  [[nodiscard]] bool is_opening(std::size_t i) const {
    static const std::uint64_t words[] = {word_hash("under"), word_hash("by"), word_hash("in"),  word_hash("this"),
                                          word_hash("that"),  word_hash("as"), word_hash("per"), word_hash("because"),
                                          word_hash("since"), word_hash("if"), word_hash("our"), word_hash("see"),
                                          word_hash("an"),    word_hash("a"),  word_hash("such")};
    return is_one_of(tokens_[i].word, words);
  }

  std::string_view text_;
  std::span<const Token> tokens_;
  Tokens scope_;
  std::vector<Cited> found_;
};

std::vector<std::uint64_t> words_in(std::span<const Token> tokens, Tokens at) {
  std::vector<std::uint64_t> words;
  for (std::size_t i = at.first; i < at.last; ++i) {
    if (is_spoken(tokens[i])) words.push_back(tokens[i].word);
  }
  return words;
}

bool contains(std::span<const std::uint64_t> all, std::span<const std::uint64_t> part) {
  return !part.empty() && std::search(all.begin(), all.end(), part.begin(), part.end()) != all.end();
}

}  // namespace

std::vector<Cited> find_citations(std::string_view text, std::span<const Token> tokens, Tokens scope) {
  return Finder(text, tokens, scope).run();
}

bool goes_on(std::span<const Token> tokens, Tokens scope, const Match& match) {
  const std::size_t at = match.last;
  return at + 2 < scope.last && tokens[at].mark == '(' && tokens[at].begin == tokens[at - 1].end &&
         tokens[at + 2].mark == ')' && tokens[at + 1].end - tokens[at + 1].begin <= 4;
}

std::size_t Authorities::add_phrases(Phrases& phrases, const std::vector<WrittenAuthority>& authorities,
                                     std::string& fault) {
  const std::size_t group = phrases.add_group(Overlap::kLongest);
  for (std::size_t i = 0; i < authorities.size(); ++i) {
    const auto member = static_cast<std::int32_t>(i);
    if (!phrases.add(group, authorities[i].cite, member)) fault = authorities[i].id;
    for (const std::string& alias : authorities[i].aliases) {
      if (!phrases.add(group, alias, member)) fault = authorities[i].id;
    }
  }
  return group;
}

void Authorities::compile(const WrittenMaterials& materials) {
  for (const WrittenAuthority& authority : materials.authorities) {
    Name name{words_of(authority.name), false};
    name.is_case = std::any_of(name.words.begin(), name.words.end(), is_versus);
    names_.push_back(std::move(name));
    for (const std::string* text : {&authority.cite, &authority.name, &authority.text}) known_.add(*text);
    for (const std::string& alias : authority.aliases) known_.add(alias);
  }
  for (const WrittenFact& fact : materials.record) known_.add(fact.text);
  known_.compile();
}

std::string Authorities::name_fault(std::string_view text, std::span<const Token> tokens, Tokens scope,
                                    const Match& match) const {
  const Name& own = names_[static_cast<std::size_t>(match.member)];
  constexpr std::size_t kBefore = 10;
  constexpr std::size_t kBehind = 10;
  const Tokens sentence = sentence_around(tokens, scope, match.first);
  const Tokens before{std::max(sentence.first, match.first - std::min<std::size_t>(match.first, kBefore)), match.first};
  const Tokens behind{match.last, std::min(sentence.last, match.last + kBehind)};
  // A case's name right before the place where it is reported.
  if (own.is_case) {
    const auto cited = find_citations(text, tokens, before);
    if (!cited.empty() && cited.back().is_name && match.first - cited.back().at.last <= 2 &&
        !contains(own.words, words_in(tokens, cited.back().at)) &&
        !contains(words_in(tokens, cited.back().at), own.words)) {
      return "stands beside the name of another case";
    }
  }
  // Another authority's name in parentheses behind it, or right before it.
  const bool in_parentheses = behind.last > behind.first && tokens[behind.first].mark == '(';
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i == static_cast<std::size_t>(match.member) || names_[i].words.empty() || names_[i].words == own.words)
      continue;
    if (in_parentheses && contains(words_in(tokens, behind), names_[i].words) &&
        !contains(own.words, names_[i].words)) {
      return "stands beside the name of another authority";
    }
    const auto words =
        words_in(tokens, {before.last - std::min(before.last - before.first, names_[i].words.size() + 1), before.last});
    if (own.words.empty() || !contains(words, names_[i].words) || contains(words, own.words)) continue;
    if (words.size() == names_[i].words.size()) return "stands beside the name of another authority";
  }
  return "";
}

std::vector<FalseCitation> Authorities::false_citations(std::string_view text, std::span<const Token> tokens,
                                                        Tokens scope, const Matches& matches,
                                                        const Texts& prompt) const {
  std::vector<FalseCitation> faults;
  std::vector<Tokens> resolved;
  for (const Match& match : matches) {
    if (match.first < scope.first || match.last > scope.last || goes_on(tokens, scope, match)) continue;
    resolved.push_back({match.first, match.last});
    std::string why = name_fault(text, tokens, scope, match);
    if (!why.empty()) faults.push_back({{match.first, match.last}, std::move(why)});
  }
  auto next = resolved.begin();
  for (const Cited& cited : find_citations(text, tokens, scope)) {
    while (next != resolved.end() && next->last <= cited.at.first) ++next;
    if (next != resolved.end() && next->first < cited.at.last && next->last >= cited.at.last) continue;
    const auto words = words_in(tokens, cited.at);
    if (known_.find(words) != 0 || prompt.find(words) != 0) continue;
    faults.push_back({cited.at, "is no authority of this case"});
  }
  return faults;
}

}  // namespace hone::rewards::rubric
