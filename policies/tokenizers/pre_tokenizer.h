#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/regex.h"
#include "policies/tokenizers/split.h"
#include "policies/tokenizers/tokenizer_json.h"

namespace hone::policies {

/// Where a stretch stands in what is encoded; some tokenizers put a space mark before the very first word alone.
enum class Place { kStart, kLater };

/// A stretch of normalized text on its way to becoming words; also one thread's room for that.
struct Pieces {
  std::string_view text;
  std::vector<TextRange> ranges;  // ascending, disjoint, none empty
  Place place = Place::kLater;    // of the first of them

  Regex::Matcher matcher;
  std::vector<TextRange> matches;
  std::vector<TextRange> next_ranges;
  std::string buffer;
  std::string next_buffer;
};

/// One of a tokenizer.json's pre-tokenizers.
class PreTokenizerStep {
 public:
  virtual ~PreTokenizerStep() = default;
  virtual void apply(Pieces& pieces) const = 0;
};

/// Splits text into the words that merges do not cross. Knows Sequence, Split, ByteLevel, Digits, Metaspace,
/// Whitespace, WhitespaceSplit and Punctuation.
class PreTokenizer {
 public:
  /// One word a text.
  PreTokenizer() = default;
  /// Throws DataError for a type that is not known.
  explicit PreTokenizer(const JsonView& json);

  /// The words are bytes for a vocabulary in GPT-2's alphabet. Mapping them to it is left to the vocabulary.
  [[nodiscard]] bool is_byte_level() const { return is_byte_level_; }

  /// Leaves the words of `text` in `pieces`; their bytes are those of pieces.text.
  void apply(std::string_view text, Place place, Pieces& pieces) const;

 private:
  void add(const JsonView& json);
  void add_byte_level(const JsonView& json);
  void add_metaspace(const JsonView& json);

  std::vector<std::unique_ptr<PreTokenizerStep>> steps_;
  bool is_byte_level_ = false;
};

}  // namespace hone::policies
