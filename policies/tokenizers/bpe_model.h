#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policies/tokenizers/bpe_vocabulary.h"
#include "policies/tokenizers/merge_table.h"
#include "policies/tokenizers/merging.h"
#include "policies/tokenizers/tokenizer_json.h"
#include "policies/tokenizers/word_cache.h"

namespace hone::policies {

/// What the smallest symbols are, before any merge.
enum class Symbols { kCharacters, kBytes };

/// A tokenizer.json's `model`. Throws DataError where its type is not BPE.
[[nodiscard]] JsonView bpe_model(const JsonView& document);

/// A tokenizer.json's `model` of type BPE: words to ids. With Symbols::kBytes the vocabulary is in GPT-2's alphabet.
class BpeModel {
 public:
  /// One thread's room.
  struct Workspace {
    WordCache cache;
    MergeWorkspace merging;
    std::vector<std::int32_t> ids;
  };

  /// Throws DataError for an option that is not supported, or merges that do not fit the vocabulary.
  BpeModel(const JsonView& json, const BpeVocabulary& vocabulary, Symbols symbols);

  /// Appends the word's ids. The word must be valid UTF-8.
  void encode(std::string_view word, Workspace& workspace, std::vector<std::int32_t>& ids) const;

 private:
  void read_symbols(const JsonView& json, const BpeVocabulary& vocabulary);
  void read_merges(const JsonView& merges, const BpeVocabulary& vocabulary);
  void read_words(const BpeVocabulary& vocabulary);
  void add_merge(const std::string& left, const std::string& right, const JsonView& where, std::uint32_t rank,
                 const BpeVocabulary& vocabulary);
  void encode_part(std::string_view part, Workspace& workspace, std::vector<std::int32_t>& ids) const;
  void append_symbols(std::string_view part, std::vector<std::int32_t>& ids) const;
  [[nodiscard]] std::int32_t symbol(std::string_view spelling, char32_t code) const;

  Symbols symbols_;
  bool ignore_merges_ = false;
  bool fuse_unknown_ = false;
  bool falls_back_to_bytes_ = false;
  std::optional<std::int32_t> unknown_id_;
  std::array<std::int32_t, 256> small_symbols_;  // by byte, or by code point below 256; -1 where there is none
  std::array<std::int32_t, 256> byte_tokens_;    // <0x00> to <0xFF>; -1 where there is none
  std::unordered_map<char32_t, std::int32_t> large_symbols_;
  std::unordered_map<std::string, std::int32_t> words_;  // with ignore_merges: what a whole word is looked up in
  MergeTable merges_;
  bool cuts_at_space_marks_ = false;
  std::unordered_set<char32_t> joins_space_mark_;  // characters that some merge puts before a space mark
};

}  // namespace hone::policies
