#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/tokenizer.h"

namespace hone::policies {

/// A SentencePiece model, BPE or unigram. With one that `train_sentencepiece` made, decode(encode(x)) == x for every
/// valid UTF-8 text; a foreign model keeps its own normalization.
class SentencePieceTokenizer final : public Tokenizer {
 public:
  /// A tokenizer.model. Throws FileError or DataError naming the path.
  static std::unique_ptr<SentencePieceTokenizer> load(const std::filesystem::path& path);
  /// A folder's tokenizer.model, together with the files beside it that `save` has to give back.
  static std::unique_ptr<SentencePieceTokenizer> load_folder(const std::filesystem::path& folder);
  /// The same from the file's bytes; `source` is named in errors.
  static std::unique_ptr<SentencePieceTokenizer> from_bytes(std::string model, const std::string& source);
  ~SentencePieceTokenizer() override;

  [[nodiscard]] std::vector<std::int32_t> encode(std::string_view text) const override;
  [[nodiscard]] std::vector<std::int32_t> encode_marked(const MarkedText& text) const override;
  [[nodiscard]] std::int64_t vocab_size() const override;
  [[nodiscard]] bool has_token(std::int32_t id) const override { return id >= 0 && id < vocab_size(); }
  [[nodiscard]] std::optional<std::int32_t> bos_id() const override;
  [[nodiscard]] std::optional<std::int32_t> eos_id() const override;
  [[nodiscard]] std::optional<std::int32_t> control_id(std::string_view name) const override;
  [[nodiscard]] std::string token_text(std::int32_t id) const override;
  [[nodiscard]] std::string_view token_bytes(std::int32_t id) const override;
  [[nodiscard]] bool adds_leading_space() const override;
  /// tokenizer.model and tokenizer_config.json, which is written anew where the folder had none.
  void save(const std::filesystem::path& folder) const override;

 private:
  struct Model;
  explicit SentencePieceTokenizer(std::unique_ptr<Model> model);
  [[nodiscard]] std::size_t checked(std::int32_t id) const;

  std::unique_ptr<Model> model_;
};

}  // namespace hone::policies
