#include "policies/tokenizers/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "policies/tokenizers/added_tokens.h"
#include "policies/tokenizers/tokenizer_files.h"
#include "policies/tokenizers/utf8.h"

namespace hone::policies {
namespace {

/// U+2581, which SentencePiece writes for a space.
constexpr std::string_view kSpaceMark = "\xE2\x96\x81";
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{64} << 20;  // the largest known, of 256,000 pieces, has 4 MB
constexpr std::string_view kUnknownBytes = "\xEF\xBF\xBD";

std::string spaces_for_marks(std::string_view piece) {
  std::string text;
  while (!piece.empty()) {
    const bool is_mark = piece.substr(0, kSpaceMark.size()) == kSpaceMark;
    text += is_mark ? ' ' : piece.front();
    piece.remove_prefix(is_mark ? kSpaceMark.size() : 1);
  }
  return text;
}

std::string bytes_of(const sentencepiece::SentencePieceProcessor& processor, int id) {
  if (processor.IsControl(id) || processor.IsUnused(id)) return "";
  if (processor.IsUnknown(id)) return std::string(kUnknownBytes);
  const auto& piece = processor.IdToPiece(id);
  // Byte pieces are spelled <0xAB>.
  if (processor.IsByte(id)) return {static_cast<char>(std::stoi(piece.substr(3, 2), nullptr, 16))};
  return spaces_for_marks(piece);
}

/// The library reports most faults by a status, but its double array throws, as on a piece that begins with a zero
/// byte.
bool loads(sentencepiece::SentencePieceProcessor& processor, const std::string& bytes) {
  try {
    // An empty buffer parses as an empty message, which only complains when it is used.
    return !bytes.empty() && processor.LoadFromSerializedProto({bytes.data(), bytes.size()}).ok() &&
           processor.GetPieceSize() > 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::optional<std::int32_t> present(int id) {
  return id < 0 ? std::nullopt : std::optional<std::int32_t>(id);
}

}  // namespace

struct SentencePieceTokenizer::Model {
  TokenizerFiles files;
  std::string source;
  AddedTokenFinder control_tokens;
  sentencepiece::SentencePieceProcessor processor;
  std::vector<std::string> bytes;            // [vocab]
  std::vector<std::int32_t> space_mark_ids;  // the mark itself, byte by byte; empty where the model has no byte pieces
  bool adds_leading_space = false;

  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
    if (text.empty()) return;
    std::vector<int> found;
    const auto status = processor.Encode({text.data(), text.size()}, &found);
    if (!status.ok()) throw core::DataError(source + ": cannot encode a text: " + status.ToString());
    ids.insert(ids.end(), found.begin(), found.end());
  }
};

SentencePieceTokenizer::SentencePieceTokenizer(std::unique_ptr<Model> model) : model_(std::move(model)) {}
SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::unique_ptr<SentencePieceTokenizer> SentencePieceTokenizer::load(const std::filesystem::path& path) {
  return from_bytes(core::read_bounded_file(path, kMaxFileBytes), path.string());
}

std::unique_ptr<SentencePieceTokenizer> SentencePieceTokenizer::load_folder(const std::filesystem::path& folder) {
  auto tokenizer = load(folder / "tokenizer.model");
  tokenizer->model_->files = TokenizerFiles(folder);
  return tokenizer;
}

std::unique_ptr<SentencePieceTokenizer> SentencePieceTokenizer::from_bytes(std::string bytes,
                                                                           const std::string& source) {
  auto model = std::make_unique<Model>();
  auto& processor = model->processor;
  if (!loads(processor, bytes)) throw core::DataError(source + ": is not a SentencePiece model");
  model->source = source;
  model->files.put("tokenizer.model", std::move(bytes));
  for (int id = 0; id < processor.GetPieceSize(); ++id) {
    model->bytes.push_back(bytes_of(processor, id));
    if (!processor.IsControl(id)) continue;
    const auto& name = processor.IdToPiece(id);
    model->control_tokens.add({.content = name, .id = id, .special = true}, name);
  }

  std::vector<std::string> pieces;
  if (processor.Encode("a", &pieces).ok() && !pieces.empty()) {
    model->adds_leading_space = pieces.front().compare(0, kSpaceMark.size(), kSpaceMark) == 0;
  }
  for (const char byte : kSpaceMark) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned char>(byte));
    const int id = processor.PieceToId(name);
    if (processor.IsByte(id)) model->space_mark_ids.push_back(id);
  }
  if (model->space_mark_ids.size() != kSpaceMark.size()) model->space_mark_ids.clear();
  return std::unique_ptr<SentencePieceTokenizer>(new SentencePieceTokenizer(std::move(model)));
}

std::vector<std::int32_t> SentencePieceTokenizer::encode(std::string_view text) const {
  std::vector<std::int32_t> ids;
  // A mark in the text would come back as the space that it stands for, so it goes in as its three bytes. A model that
  // adds a space would add one to each stretch: there the library has it its own way.
  while (!model_->space_mark_ids.empty() && !model_->adds_leading_space) {
    const auto mark = text.find(kSpaceMark);
    if (mark == std::string_view::npos) break;
    model_->append_ids(text.substr(0, mark), ids);
    ids.insert(ids.end(), model_->space_mark_ids.begin(), model_->space_mark_ids.end());
    text.remove_prefix(mark + kSpaceMark.size());
  }
  model_->append_ids(text, ids);
  return ids;
}

std::vector<std::int32_t> SentencePieceTokenizer::encode_marked(const MarkedText& text) const {
  check_trusted_ranges(text);
  auto trusted = text.trusted;
  const auto valid = valid_utf8(text.text, trusted);
  std::vector<TextPart> parts;
  model_->control_tokens.split(valid, Trust(trusted, 0), parts);
  std::vector<std::int32_t> ids;
  for (const auto& [range, id] : parts) {
    const auto part = encode(std::string_view(valid).substr(range.begin, id < 0 ? range.end - range.begin : 0));
    ids.insert(ids.end(), part.begin(), part.end());
    if (id >= 0) ids.push_back(id);
  }
  return ids;
}

std::int64_t SentencePieceTokenizer::vocab_size() const {
  return static_cast<std::int64_t>(model_->bytes.size());
}

std::optional<std::int32_t> SentencePieceTokenizer::bos_id() const {
  return present(model_->processor.bos_id());
}

std::optional<std::int32_t> SentencePieceTokenizer::eos_id() const {
  return present(model_->processor.eos_id());
}

std::optional<std::int32_t> SentencePieceTokenizer::control_id(std::string_view name) const {
  const int id = model_->processor.PieceToId({name.data(), name.size()});
  return model_->processor.IsControl(id) ? present(id) : std::nullopt;
}

std::string SentencePieceTokenizer::token_text(std::int32_t id) const {
  return model_->processor.IdToPiece(static_cast<int>(checked(id)));
}

std::string_view SentencePieceTokenizer::token_bytes(std::int32_t id) const {
  return model_->bytes[checked(id)];
}

bool SentencePieceTokenizer::adds_leading_space() const {
  return model_->adds_leading_space;
}

void SentencePieceTokenizer::save(const std::filesystem::path& folder) const {
  model_->files.save(folder);
  if (model_->files.find("tokenizer_config.json") != nullptr) return;
  const auto& processor = model_->processor;
  nlohmann::ordered_json config = {{"tokenizer_class", "LlamaTokenizer"},
                                   {"legacy", false},
                                   {"add_bos_token", bos_id().has_value()},
                                   {"add_eos_token", false},
                                   {"add_prefix_space", adds_leading_space()},
                                   {"clean_up_tokenization_spaces", false},
                                   {"unk_token", processor.IdToPiece(processor.unk_id())}};
  if (const auto id = bos_id()) config["bos_token"] = token_text(*id);
  if (const auto id = eos_id()) config["eos_token"] = token_text(*id);
  core::atomic_write_file(folder / "tokenizer_config.json", config.dump(2) + "\n");
}

std::size_t SentencePieceTokenizer::checked(std::int32_t id) const {
  if (id < 0 || id >= vocab_size()) {
    throw core::DataError("token id " + std::to_string(id) + " is outside the tokenizer's vocabulary of " +
                          std::to_string(vocab_size()));
  }
  return static_cast<std::size_t>(id);
}

}  // namespace hone::policies
