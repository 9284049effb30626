#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/marked_text.h"

namespace hone::policies {

/// Text to token ids and back. Const calls are safe from several threads.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// The ids of the text alone, without bos or eos. Text never becomes a control token: "</s>" is ordinary characters.
  /// Malformed UTF-8 counts as U+FFFD.
  [[nodiscard]] virtual std::vector<std::int32_t> encode(std::string_view text) const = 0;

  /// As `encode`, but a control token written out in full in one of the text's trusted ranges becomes that token. The
  /// rest is encoded as what stands between control tokens, whoever wrote it. Ranges that are not ascending, disjoint
  /// and inside the text are a DataError.
  [[nodiscard]] virtual std::vector<std::int32_t> encode_marked(const MarkedText& text) const = 0;

  /// The text that the ids spell; control tokens spell nothing. Always valid UTF-8: bytes that are none become U+FFFD.
  /// Throws DataError for an id outside the vocabulary.
  [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const;

  /// The same of ids that a policy wrote: its head may have more rows than the tokenizer has tokens, and what has no
  /// token spells nothing.
  [[nodiscard]] std::string decode_written(std::span<const std::int32_t> ids) const;

  [[nodiscard]] virtual std::int64_t vocab_size() const = 0;
  /// False beyond the vocabulary, and in its holes.
  [[nodiscard]] virtual bool has_token(std::int32_t id) const = 0;
  /// Begins a document; nothing where the tokenizer puts no token before plain text.
  [[nodiscard]] virtual std::optional<std::int32_t> bos_id() const = 0;
  /// Ends a document or an answer.
  [[nodiscard]] virtual std::optional<std::int32_t> eos_id() const = 0;

  /// The control token of that name: "<|im_end|>", "</s>". Nothing where there is none.
  [[nodiscard]] virtual std::optional<std::int32_t> control_id(std::string_view name) const = 0;

  /// The token's name to show to people: "▁the", "<0x0A>", "</s>". Throws DataError for an id outside the vocabulary.
  [[nodiscard]] virtual std::string token_text(std::int32_t id) const = 0;
  /// The bytes that it adds to the text, perhaps a part of a character; empty for control tokens.
  [[nodiscard]] virtual std::string_view token_bytes(std::int32_t id) const = 0;
  /// Encoding may put a space before the text, so the first one decoded is taken off.
  [[nodiscard]] virtual bool adds_leading_space() const = 0;

  /// Writes what `load_tokenizer` and transformers read from a folder: byte for byte the files that it was loaded from.
  /// Throws FileError.
  virtual void save(const std::filesystem::path& folder) const = 0;
};

/// The tokenizer of a Hugging Face folder: tokenizer.json with a model of type BPE, otherwise SentencePiece's
/// tokenizer.model. Throws DataError where there is none or it is broken.
[[nodiscard]] std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& folder);

/// Throws DataError unless the text's trusted ranges are ascending, disjoint and inside it.
void check_trusted_ranges(const MarkedText& text);

/// Decodes token by token. What `push` and at last `finish` return, joined, is `decode` of all ids; a character is held
/// back until its last byte came.
class StreamDecoder {
 public:
  /// `tokenizer` must outlive it.
  explicit StreamDecoder(const Tokenizer& tokenizer);
  [[nodiscard]] std::string push(std::int32_t id);
  /// What is still held back, which no token completed.
  [[nodiscard]] std::string finish();

 private:
  const Tokenizer* tokenizer_;
  std::string held_back_;
  bool drops_space_;
};

}  // namespace hone::policies
