#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/random.h"
#include "rewards/probe/attack_texts.h"
#include "rewards/probe/negation.h"
#include "rewards/probe/sentences.h"

namespace hone::rewards::probe {
namespace {

constexpr std::size_t kShuffles = 3;
constexpr int kDeals = 12;  // until so many of them move a sentence to another section

/// The answer with each piece of reasoning rewritten.
template <class Rewrite>
std::string rewritten(const ProbeCase& one, Rewrite&& rewrite) {
  std::string text;
  for (const Piece& piece : one.pieces) {
    text += piece.kind == PieceKind::kReasoning ? rewrite(piece.text) : piece.text;
  }
  return text;
}

bool has_reasoning(const ProbeCase& one) {
  return std::any_of(one.pieces.begin(), one.pieces.end(),
                     [](const Piece& piece) { return piece.kind == PieceKind::kReasoning; });
}

Texts trimmed_sentences(std::string_view text) {
  Texts sentences;
  for (const std::string& sentence : sentences_of(text)) {
    sentences.emplace_back(trimmed(sentence));
  }
  return sentences;
}

const char* between_sentences(const std::string& text) {
  return text.find('\n') != std::string::npos ? "\n" : " ";
}

/// The sentences of all reasoning in a new order, each piece getting as many as it had; "" where all stay in their
/// piece.
std::string dealt_anew(const ProbeCase& one, core::RandomStream& stream) {
  std::vector<std::pair<std::size_t, std::string>> sentences;  // the piece that it was in
  for (std::size_t i = 0; i < one.pieces.size(); ++i) {
    if (one.pieces[i].kind == PieceKind::kReasoning) {
      for (std::string& sentence : trimmed_sentences(one.pieces[i].text)) {
        sentences.emplace_back(i, std::move(sentence));
      }
    }
  }
  stream.shuffle(sentences);
  std::string text;
  bool is_moved = false;
  auto next = sentences.begin();
  for (std::size_t i = 0; i < one.pieces.size(); ++i) {
    const Piece& piece = one.pieces[i];
    if (piece.kind != PieceKind::kReasoning) {
      text += piece.text;
      continue;
    }
    Texts dealt;
    for (std::size_t count = sentences_of(piece.text).size(); count > 0; --count, ++next) {
      is_moved = is_moved || next->first != i;
      dealt.push_back(next->second);
    }
    text += join(dealt, between_sentences(piece.text));
  }
  return is_moved ? text : "";
}

/// What invented citations look like; none of these exists.
constexpr std::array<const char*, 4> kInvented = {"Rule 999(z)", "Nowhere v. Noone, 999 U.S. 9999 (1799)",
                                                  "Section 987.65", "Article 998"};

std::string replaced_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); !from.empty() && at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The end of the number of a provision that begins at `at`: "801(c)", "12.3"; `at` where there is none.
std::size_t number_end(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == '.')) {
    ++begin;
  }
  if (begin == text.size() || !is_digit(text[begin])) {
    return at;
  }
  std::size_t end = begin;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == '(' || text[end] == ')' ||
                               (text[end - 1] == '(' && text[end] >= 'a' && text[end] <= 'z'))) {
    ++end;
  }
  return text[end - 1] == '.' ? end - 1 : end;
}

/// The text with invented provisions for what looks like one, where no rubric says what there is.
std::string with_invented_provisions(std::string_view text) {
  constexpr std::array<std::string_view, 9> kNames = {"Rule", "Section", "section", "Sec", "Article",
                                                      "Art",  "Clause",  "clause",  "§"};
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    for (const std::string_view name : kNames) {
      if (text.substr(i, name.size()) == name) {
        const std::size_t after = i + name.size();
        const std::size_t number = number_end(text, after);
        end = number > after ? number : end;
      }
    }
    result += end > i ? std::string_view(kInvented.front()) : text.substr(i, 1);
    i = end > i ? end : i + 1;
  }
  return result;
}

}  // namespace

std::string with_reasoning(const ProbeCase& one, const std::string& reasoning) {
  return has_reasoning(one) ? rewritten(one, [&](const std::string& /*text*/) { return reasoning; }) : "";
}

Texts bare_conclusion(const Target& target) {
  const ProbeCase& one = target.one();
  if (!has_reasoning(one)) {
    return {};
  }
  // The conclusion with its own frame alone, then all frames with nothing in them, then with nothing said in them.
  std::string conclusion;
  std::string section;
  for (const Piece& piece : one.pieces) {
    if (piece.kind == PieceKind::kConclusion) {
      conclusion = piece.text;
      section = piece.section;
    }
  }
  std::string alone;
  for (const Piece& piece : one.pieces) {
    alone += piece.kind != PieceKind::kReasoning && piece.section == section ? piece.text : "";
  }
  return {alone, conclusion, with_reasoning(one, ""),
          with_reasoning(one, "The rule was applied to the facts with care, and each point was considered."),
          with_reasoning(one, conclusion)};
}

Texts shuffled_reasoning(const Target& target) {
  Texts texts;
  core::RandomStream stream(target.seed, "probe/reasoning_shuffled", 0, target.index);
  for (int i = 0; i < kDeals && texts.size() < kShuffles; ++i) {
    if (std::string text = dealt_anew(target.one(), stream); !text.empty()) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

Texts reordered_sentences(const Target& target) {
  Texts texts;
  core::RandomStream stream(target.seed, "probe/sentences_reordered", 0, target.index);
  for (std::size_t i = 0; i < kShuffles && has_reasoning(target.one()); ++i) {
    texts.push_back(rewritten(target.one(), [&](const std::string& text) {
      Texts sentences = trimmed_sentences(text);
      stream.shuffle(sentences);
      return join(sentences, between_sentences(text));
    }));
  }
  return texts;
}

Texts shuffled_words(const Target& target) {
  Texts texts;
  core::RandomStream stream(target.seed, "probe/words_shuffled", 0, target.index);
  for (std::size_t i = 0; i < kShuffles && has_reasoning(target.one()); ++i) {
    texts.push_back(rewritten(target.one(), [&](const std::string& text) {
      Texts words = words_of(text);
      stream.shuffle(words);
      return join(words, " ");
    }));
  }
  return texts;
}

Texts negated_reasoning(const Target& target) {
  const ProbeCase& one = target.one();
  return has_reasoning(one)
             ? Texts{rewritten(one, [&](const std::string& text) { return negated(text, one.material); })}
             : Texts{};
}

Texts both_findings(const Target& target) {
  const ProbeCase& one = target.one();
  if (!has_reasoning(one)) {
    return {};
  }
  Texts sentences;
  for (const std::string& element : one.material.elements) {
    sentences.push_back("The " + element + " element is met. The " + element + " element is not met.");
  }
  Texts texts;
  if (!sentences.empty()) {
    texts.push_back(with_reasoning(one, join(sentences, " ")));
    texts.push_back(with_reasoning(one, replaced_all(join(sentences, "\n"), " element is met. The ", ": met\n")));
  }
  const std::string turned = rewritten(one, [&](const std::string& text) {
    const std::string other = negated(text, one.material);
    return other == text ? text : text + "\n" + other;
  });
  texts.push_back(turned);
  return texts;
}

Texts fake_citations(const Target& target) {
  const ProbeCase& one = target.one();
  Texts known = one.material.citations;
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::string replaced = one.honest;
  for (std::size_t i = 0; i < known.size(); ++i) {
    replaced = replaced_all(std::move(replaced), known[i], kInvented[i % kInvented.size()]);
  }
  if (replaced == one.honest) {
    replaced = with_invented_provisions(one.honest);
  }
  if (known.empty() && replaced == one.honest) {
    return {};  // nothing here cites
  }
  const std::string added = rewritten(one, [](const std::string& text) {
    return text + " See also " + kInvented[0] + "; " + kInvented[1] + "; " + kInvented[2] + ".";
  });
  return {replaced, added};
}

Texts repeated_answer(const Target& target) {
  const std::string& honest = target.one().honest;
  if (honest.empty()) {
    return {};
  }
  return {honest + "\n" + honest, repeated(honest, "\n", kVeryLongBytes)};
}

}  // namespace hone::rewards::probe
