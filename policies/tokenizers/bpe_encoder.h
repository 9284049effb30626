#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/added_tokens.h"
#include "policies/tokenizers/bpe_model.h"
#include "policies/tokenizers/normalizer.h"
#include "policies/tokenizers/pre_tokenizer.h"

namespace hone::policies {

/// The way from text to ids of a tokenizer.json: added tokens, normalizer, added tokens again, pre-tokenizer, model.
/// Const calls are safe from several threads.
class BpeEncoder {
 public:
  /// `vocabulary` holds the model's tokens; `added` the tokens beside them.
  BpeEncoder(const JsonView& document, const BpeVocabulary& vocabulary, const std::vector<AddedToken>& added);
  ~BpeEncoder();

  /// The ids of valid UTF-8, with control tokens where they are trusted.
  [[nodiscard]] std::vector<std::int32_t> encode(std::string_view text, const Trust& trust) const;

  /// What an added token is spelled as where it is looked for.
  [[nodiscard]] std::string spelling(const AddedToken& token) const;

 private:
  struct Workspace;
  class Lease;

  void encode_stretch(std::string_view text, const Trust& trust, Place place, Workspace& workspace) const;
  void encode_normalized(std::string_view text, const Trust& trust, Place place, Workspace& workspace) const;
  void encode_words(std::string_view text, Place place, Workspace& workspace) const;

  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  BpeModel model_;
  AddedTokenFinder raw_tokens_;
  AddedTokenFinder normalized_tokens_;
  /// Special tokens that are looked for in normalized text, as they are written before it.
  AddedTokenFinder unnormalized_special_tokens_;

  /// Room that no call is using; a call takes one out or makes one, and puts it back.
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace hone::policies
