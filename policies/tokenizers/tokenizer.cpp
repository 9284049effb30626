#include "policies/tokenizers/tokenizer.h"

#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "policies/tokenizers/bpe_tokenizer.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"
#include "policies/tokenizers/tokenizer_json.h"
#include "policies/tokenizers/utf8.h"

namespace hone::policies {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;

bool is_unigram(const std::string& tokenizer_json) {
  const std::string source = "tokenizer.json";
  try {
    const auto document = parse_untrusted_json(tokenizer_json, source);
    return JsonView(document, source).at("model").at("type").string() == "Unigram";
  } catch (const core::DataError&) {
    return false;
  }
}

}  // namespace

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  StreamDecoder decoder(*this);
  std::string text;
  for (const auto id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

std::string Tokenizer::decode_written(std::span<const std::int32_t> ids) const {
  StreamDecoder decoder(*this);
  std::string text;
  for (const auto id : ids) {
    if (has_token(id)) text += decoder.push(id);
  }
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

void check_trusted_ranges(const MarkedText& text) {
  std::size_t end = 0;
  for (const auto& range : text.trusted) {
    if (range.begin < end || range.end < range.begin || range.end > text.text.size()) {
      throw core::DataError("a text of " + std::to_string(text.text.size()) + " bytes has the trusted range [" +
                            std::to_string(range.begin) + ", " + std::to_string(range.end) + ") after byte " +
                            std::to_string(end) + ", needs ascending ranges inside the text");
    }
    end = range.end;
  }
}

std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& folder) {
  const bool has_model = std::filesystem::exists(folder / "tokenizer.model");
  const auto json = folder / "tokenizer.json";
  if (std::filesystem::exists(json)) {
    try {
      return BpeTokenizer::load(folder);
    } catch (const core::DataError&) {
      // Unigram is SentencePiece's own, and its library reads it.
      if (!has_model || !is_unigram(core::read_bounded_file(json, kMaxFileBytes))) throw;
    }
  } else if (!has_model) {
    throw core::DataError(folder.string() + ": needs tokenizer.model (SentencePiece) or tokenizer.json, has neither");
  }
  return SentencePieceTokenizer::load_folder(folder);
}

}  // namespace hone::policies
