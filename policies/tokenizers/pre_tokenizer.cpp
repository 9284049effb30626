#include "policies/tokenizers/pre_tokenizer.h"

#include <utility>

#include "policies/tokenizers/characters.h"
#include "policies/tokenizers/normalizer.h"
#include "policies/tokenizers/oniguruma.h"
#include "policies/tokenizers/pre_tokenizer_steps.h"

namespace hone::policies {
namespace {

/// Source: openai/gpt-2's encoder.py; what ByteLevel splits with.
constexpr std::string_view kGpt2Words = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

SplitBehavior read_behavior(const JsonView& json) {
  const auto& name = json.string();
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  json.refuse("Isolated, Removed, MergedWithPrevious, MergedWithNext or Contiguous");
}

/// Files from before `prepend_scheme` say `add_prefix_space`.
Prepend read_prepend(const JsonView& metaspace) {
  const auto scheme = metaspace.find("prepend_scheme");
  if (!scheme) return metaspace.boolean_or("add_prefix_space", true) ? Prepend::kAlways : Prepend::kNever;
  const auto& name = scheme->string();
  if (name == "always") return Prepend::kAlways;
  if (name == "first") return Prepend::kFirst;
  if (name == "never") return Prepend::kNever;
  scheme->refuse("always, first or never");
}

std::string read_replacement(const JsonView& metaspace) {
  const auto replacement = metaspace.at("replacement");
  if (count_characters(replacement.string()) != 1) replacement.refuse("one character");
  return replacement.string();
}

}  // namespace

PreTokenizer::PreTokenizer(const JsonView& json) {
  if (!json.is_null()) add(json);
}

void PreTokenizer::add(const JsonView& json) {
  const auto type = json.at("type").string();
  if (is_byte_level_) json.complain("follows a ByteLevel, needs to stand before it");
  if (type == "Sequence") {
    const auto inner = json.at("pretokenizers");
    for (std::size_t i = 0; i < inner.size(); ++i) add(inner.element(i));
  } else if (type == "Split") {
    const auto at = json.boolean_or("invert", false) ? SplitAt::kGaps : SplitAt::kMatches;
    steps_.push_back(split_step(read_pattern(json.at("pattern")), read_behavior(json.at("behavior")), at));
  } else if (type == "ByteLevel") {
    add_byte_level(json);
  } else if (type == "Digits") {
    const bool is_individual = json.boolean_or("individual_digits", false);
    steps_.push_back(character_step(is_numeric, is_individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous));
  } else if (type == "Metaspace") {
    add_metaspace(json);
  } else if (type == "Whitespace") {
    steps_.push_back(words_step());
  } else if (type == "WhitespaceSplit") {
    steps_.push_back(character_step(is_white_space, SplitBehavior::kRemoved));
  } else if (type == "Punctuation") {
    const auto behavior = json.find("behavior");
    steps_.push_back(character_step(is_punctuation, behavior ? read_behavior(*behavior) : SplitBehavior::kIsolated));
  } else {
    json.at("type").refuse("Sequence, Split, ByteLevel, Digits, Metaspace, Whitespace, WhitespaceSplit or Punctuation");
  }
}

void PreTokenizer::add_byte_level(const JsonView& json) {
  if (json.boolean_or("add_prefix_space", true)) {
    steps_.push_back(space_marks_step({.prefix = " ", .replacement = ""}));
  }
  if (json.boolean_or("use_regex", true)) {
    static const auto words = std::make_shared<const Regex>(pcre_pattern(kGpt2Words));
    steps_.push_back(split_step(words, SplitBehavior::kIsolated, SplitAt::kMatches));
  }
  is_byte_level_ = true;
}

void PreTokenizer::add_metaspace(const JsonView& json) {
  const auto mark = read_replacement(json);
  steps_.push_back(space_marks_step({.prefix = mark, .replacement = mark, .prepend = read_prepend(json)}));
  if (!json.boolean_or("split", true)) return;
  auto marks = std::make_shared<const Regex>(literal_pattern(mark));
  steps_.push_back(split_step(std::move(marks), SplitBehavior::kMergedWithNext, SplitAt::kMatches));
}

void PreTokenizer::apply(std::string_view text, Place place, Pieces& pieces) const {
  pieces.text = text;
  pieces.place = place;
  pieces.ranges.clear();
  if (!text.empty()) pieces.ranges.push_back({0, text.size()});
  for (const auto& step : steps_) step->apply(pieces);
}

}  // namespace hone::policies
