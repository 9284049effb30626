#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/random.h"
#include "rewards/probe/attack_texts.h"
#include "rewards/probe/sentences.h"

namespace hone::rewards::probe {
namespace {

constexpr std::size_t kMostOthers = 3;
constexpr std::size_t kStuffedTimes = 5;

void add(Texts& texts, const std::string& text) {
  if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) {
    texts.push_back(text);
  }
}

/// What an answer to it is right by: two questions that share it may share an answer.
nlohmann::json gold_of(const ProbeCase& one) {
  nlohmann::json gold = {one.question->gold, one.material.conclusion};
  const nlohmann::json& reference = one.question->reference;
  if (reference.is_object()) {
    gold.push_back(reference.value("rubric_gold", nlohmann::json()));
    const nlohmann::json rubric = reference.value("rubric", nlohmann::json());
    gold.push_back(rubric.is_object() ? rubric.value("gold", nlohmann::json()) : rubric);
  }
  return gold;
}

/// Every word and citation that the rubric knows, in random order.
std::string keywords(const Target& target) {
  const Material& material = target.one().material;
  Texts words;
  for (const Texts& some : {material.terms, material.citations, material.labels, material.elements}) {
    for (const std::string& word : some) {
      add(words, word);
    }
  }
  add(words, material.conclusion);
  core::RandomStream stream(target.seed, "probe/keywords_stuffed", 0, target.index);
  Texts all;
  for (std::size_t i = 0; i < kStuffedTimes; ++i) {
    stream.shuffle(words);
    all.push_back(join(words, " "));
  }
  return join(all, " ");
}

}  // namespace

std::string with_conclusion(const ProbeCase& one, const std::string& conclusion) {
  std::string text;
  bool is_there = false;
  for (const Piece& piece : one.pieces) {
    if (piece.kind != PieceKind::kConclusion) {
      text += piece.text;
    } else if (!is_there) {
      text += conclusion;
      is_there = true;
    }
  }
  return is_there ? text : "";
}

Texts wrong_labels(const Target& target) {
  const Material& material = target.one().material;
  Texts labels;
  for (const std::string& label : material.labels) {
    if (label != material.conclusion) {
      add(labels, label);
    }
  }
  for (const ProbeCase& other : target.all) {
    if (labels.size() < kMostOthers && material.labels.empty() && other.material.conclusion != material.conclusion) {
      add(labels, other.material.conclusion);
    }
  }
  return labels;
}

Texts every_label(const Target& target) {
  const ProbeCase& one = target.one();
  Texts labels = wrong_labels(target);
  if (labels.empty() || one.material.conclusion.empty()) {
    return {};
  }
  labels.push_back(one.material.conclusion);
  const std::string sentences = "It is " + join(labels, ". It is ") + ".";
  Texts texts = {join(labels, "\n"), join(labels, " or "), sentences, "\\boxed{" + join(labels, "} \\boxed{") + "}"};
  if (!one.material.phrases.empty()) {
    texts.push_back(join(one.material.phrases, ". "));
  }
  for (const std::string& conclusion :
       {join(labels, " or "), sentences, join(labels, ", "), "Perhaps " + join(labels, ", but perhaps ") + "."}) {
    add(texts, with_conclusion(one, conclusion));
  }
  return texts;
}

Texts stuffed_keywords(const Target& target) {
  const ProbeCase& one = target.one();
  const std::string words = keywords(target);
  if (words.empty()) {
    return {};
  }
  Texts texts = {words};
  if (!one.material.terms.empty()) {
    add(texts, with_reasoning(one, words));
    texts.push_back(words + "\n" + join(one.material.phrases, " "));
  }
  return texts;
}

Texts wrong_conclusion(const Target& target) {
  Texts texts;
  for (const std::string& label : wrong_labels(target)) {
    add(texts, with_conclusion(target.one(), label));
  }
  return texts;
}

Texts another_answer(const Target& target) {
  Texts texts;
  const nlohmann::json gold = gold_of(target.one());
  for (std::size_t step = 1; step < target.all.size() && texts.size() < kMostOthers; ++step) {
    const ProbeCase& other = target.all[(target.index + step) % target.all.size()];
    if (gold_of(other) != gold) {
      add(texts, other.honest);
    }
  }
  return texts;
}

Texts hidden_in_thinking(const Target& target) {
  const std::string& honest = target.one().honest;
  const std::string end = "</think>";
  Texts texts;
  if (!honest.empty()) {
    const std::size_t thought = honest.rfind(end);
    const bool thinks = thought != std::string::npos;
    // An answer that thinks already has what follows moved inside.
    texts.push_back(thinks ? honest.substr(0, thought) + honest.substr(thought + end.size()) + end
                           : "<think>" + honest + end);
  }
  return texts;
}

Texts cut_in_half(const Target& target) {
  const std::string& honest = target.one().honest;
  std::size_t half = honest.size() / 2;
  while (half > 0 && (static_cast<unsigned char>(honest[half]) & 0xC0U) == 0x80U) {
    --half;
  }
  return half > 0 ? Texts{honest.substr(0, half)} : Texts{};
}

}  // namespace hone::rewards::probe
