#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/tokenizer.h"

namespace hone::policies {

/// A tokenizer.json of Hugging Face's `tokenizers` with a model of type BPE: GPT-2, Llama, Qwen, SmolLM, DeepSeek,
/// Mistral, Gemma. Encodes as that package does with `encode_special_tokens`, and without adding special tokens.
class BpeTokenizer final : public Tokenizer {
 public:
  /// A folder's tokenizer.json, with the names of its special tokens in tokenizer_config.json or
  /// special_tokens_map.json. Throws FileError, or DataError naming the file and the key that is broken or not
  /// supported.
  static std::unique_ptr<BpeTokenizer> load(const std::filesystem::path& folder);
  /// A tokenizer.json alone, so without an eos; `source` is named in errors.
  static std::unique_ptr<BpeTokenizer> from_json(std::string json_bytes, const std::string& source);
  ~BpeTokenizer() override;

  [[nodiscard]] std::vector<std::int32_t> encode(std::string_view text) const override;
  [[nodiscard]] std::vector<std::int32_t> encode_marked(const MarkedText& text) const override;
  [[nodiscard]] std::int64_t vocab_size() const override;
  [[nodiscard]] bool has_token(std::int32_t id) const override;
  [[nodiscard]] std::optional<std::int32_t> bos_id() const override;
  [[nodiscard]] std::optional<std::int32_t> eos_id() const override;
  [[nodiscard]] std::optional<std::int32_t> control_id(std::string_view name) const override;
  [[nodiscard]] std::string token_text(std::int32_t id) const override;
  [[nodiscard]] std::string_view token_bytes(std::int32_t id) const override;
  [[nodiscard]] bool adds_leading_space() const override;
  void save(const std::filesystem::path& folder) const override;

 private:
  struct State;
  explicit BpeTokenizer(std::unique_ptr<State> state);
  [[nodiscard]] const std::string& checked_name(std::int32_t id) const;

  std::unique_ptr<State> state_;
};

}  // namespace hone::policies
