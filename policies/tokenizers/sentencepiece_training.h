#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/config.h"

namespace hone::policies {

enum class SentencePieceModel { kBpe, kUnigram };

/// What a new vocabulary holds: <unk> 0, <s> 1, </s> 2, the symbols below, 256 bytes, then learnt pieces.
struct SentencePieceOptions {
  std::int64_t vocab_size = 1024;
  SentencePieceModel model_type = SentencePieceModel::kBpe;
  bool split_digits = true;
  double character_coverage = 1.0;
  std::vector<std::string> user_defined_symbols = {"\n"};

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("vocab_size", vocab_size, "Tokens in all, control and byte tokens included.", core::in_range(264, 1 << 24));
    visit("model_type", model_type, "How pieces are learnt.");
    visit("split_digits", split_digits, "Each digit is a token of its own.");
    visit("character_coverage", character_coverage,
          "Share of the text's characters that get a token; the others are spelled in bytes.",
          core::greater_than(0) && core::at_most(1));
    visit("user_defined_symbols", user_defined_symbols, "Strings that are always exactly one token.");
  }
};

/// Learns a vocabulary and returns the bytes of a tokenizer.model. The same texts in the same order give the same
/// bytes. Nothing is normalized, no space is added or merged, and every byte has a token, so that any text survives the
/// way there and back. Throws ConfigError where the options do not fit the texts (a vocabulary larger than they yield).
[[nodiscard]] std::string train_sentencepiece(std::span<const std::string> texts, const SentencePieceOptions& options);

}  // namespace hone::policies

template <>
struct hone::core::EnumNames<hone::policies::SentencePieceModel> {
  static constexpr std::pair<hone::policies::SentencePieceModel, const char*> values[] = {
      {hone::policies::SentencePieceModel::kBpe, "bpe"}, {hone::policies::SentencePieceModel::kUnigram, "unigram"}};
};
