#include "policies/tokenizers/tokenizer.h"

#include <utility>

#include "core/error.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"
#include "policies/tokenizers/utf8.h"

namespace hone::policies {

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  StreamDecoder decoder(*this);
  std::string text;
  for (const auto id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer)
    : tokenizer_(&tokenizer), drops_space_(tokenizer.adds_leading_space()) {}

std::string StreamDecoder::push(std::int32_t id) {
  auto bytes = tokenizer_->token_bytes(id);
  if (bytes.empty()) return "";
  if (std::exchange(drops_space_, false) && bytes.front() == ' ') bytes.remove_prefix(1);
  held_back_ += bytes;
  const auto finished = held_back_.size() - unfinished_tail(held_back_);
  auto text = valid_utf8(std::string_view(held_back_).substr(0, finished));
  held_back_.erase(0, finished);
  return text;
}

std::string StreamDecoder::finish() {
  return valid_utf8(std::exchange(held_back_, {}));
}

std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& folder) {
  const auto model = folder / "tokenizer.model";
  if (!std::filesystem::exists(model)) {
    const bool has_json = std::filesystem::exists(folder / "tokenizer.json");
    throw core::DataError(folder.string() + ": needs tokenizer.model (SentencePiece), has " +
                          (has_json ? "only tokenizer.json, which is not supported" : "no tokenizer"));
  }
  return SentencePieceTokenizer::load(model);
}

}  // namespace hone::policies
