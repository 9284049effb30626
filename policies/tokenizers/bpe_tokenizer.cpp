#include "policies/tokenizers/bpe_tokenizer.h"

#include <map>
#include <utility>

#include "core/error.h"
#include "policies/tokenizers/added_tokens.h"
#include "policies/tokenizers/bpe_encoder.h"
#include "policies/tokenizers/bpe_vocabulary.h"
#include "policies/tokenizers/document_tokens.h"
#include "policies/tokenizers/token_decoder.h"
#include "policies/tokenizers/tokenizer_files.h"
#include "policies/tokenizers/tokenizer_json.h"
#include "policies/tokenizers/utf8.h"

namespace hone::policies {
namespace {

std::vector<AddedToken> read_added_tokens(const JsonView& document) {
  std::vector<AddedToken> added;
  if (const auto tokens = document.find("added_tokens")) {
    for (std::size_t i = 0; i < tokens->size(); ++i) added.push_back(read_added_token(tokens->element(i)));
  }
  return added;
}

}  // namespace

struct BpeTokenizer::State {
  explicit State(const JsonView& document)
      : vocabulary(bpe_model(document).at("vocab")),
        added(read_added_tokens(document)),
        encoder(document, vocabulary, added) {
    for (std::size_t i = 0; i < added.size(); ++i) {
      vocabulary.add(added[i].content, added[i].id, document.at("added_tokens").element(i));
    }
    const TokenDecoder decoder(document.at("decoder"));
    strips_leading_space = decoder.strips_leading_space();
    for (std::int32_t id = 0; id < vocabulary.size(); ++id) {
      const auto* name = vocabulary.name(id);
      bytes.push_back(name == nullptr ? "" : decoder.bytes(*name));
    }
    for (const auto& token : added) {
      if (token.special) control_ids.emplace(token.content, token.id);
      bytes[static_cast<std::size_t>(token.id)] = token.special ? "" : decoder.bytes(encoder.spelling(token));
    }
    if (const auto processor = document.find("post_processor")) bos_id = leading_token(*processor, vocabulary);
  }

  /// tokenizer_config.json has the last word; special_tokens_map.json stands in for what it does not say.
  void read_configs(const std::string& folder) {
    for (const char* name : {"tokenizer_config.json", "special_tokens_map.json"}) {
      const auto* text = files.find(name);
      if (text == nullptr) continue;
      const auto source = folder + "/" + name;
      const auto document = parse_untrusted_json(*text, source);
      const JsonView config(document, source);
      if (!eos_id) eos_id = named_token(config, "eos_token", vocabulary);
      if (const auto adds_bos = config.find("add_bos_token")) {
        bos_id = adds_bos->boolean() ? named_token(config, "bos_token", vocabulary) : std::nullopt;
        if (adds_bos->boolean() && !bos_id) adds_bos->complain("is true, needs a bos_token beside it");
      }
    }
  }

  BpeVocabulary vocabulary;
  std::vector<AddedToken> added;
  BpeEncoder encoder;
  TokenizerFiles files;
  std::vector<std::string> bytes;  // [vocab]
  std::map<std::string, std::int32_t, std::less<>> control_ids;
  std::optional<std::int32_t> bos_id;
  std::optional<std::int32_t> eos_id;
  bool strips_leading_space = false;
};

BpeTokenizer::BpeTokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
BpeTokenizer::~BpeTokenizer() = default;

std::unique_ptr<BpeTokenizer> BpeTokenizer::load(const std::filesystem::path& folder) {
  TokenizerFiles files(folder);
  const auto* json = files.find("tokenizer.json");
  if (json == nullptr) throw core::DataError(folder.string() + ": has no tokenizer.json");
  auto tokenizer = from_json(*json, (folder / "tokenizer.json").string());
  tokenizer->state_->files = std::move(files);
  tokenizer->state_->read_configs(folder.string());
  return tokenizer;
}

std::unique_ptr<BpeTokenizer> BpeTokenizer::from_json(std::string json_bytes, const std::string& source) {
  const auto document = parse_untrusted_json(json_bytes, source);
  auto state = std::make_unique<State>(JsonView(document, source));
  state->files.put("tokenizer.json", std::move(json_bytes));
  return std::unique_ptr<BpeTokenizer>(new BpeTokenizer(std::move(state)));
}

std::vector<std::int32_t> BpeTokenizer::encode(std::string_view text) const {
  if (is_valid_utf8(text)) return state_->encoder.encode(text, Trust());
  return state_->encoder.encode(valid_utf8(text), Trust());
}

std::vector<std::int32_t> BpeTokenizer::encode_marked(const MarkedText& text) const {
  check_trusted_ranges(text);
  if (is_valid_utf8(text.text)) return state_->encoder.encode(text.text, Trust(text.trusted, 0));
  auto trusted = text.trusted;
  const auto valid = valid_utf8(text.text, trusted);
  return state_->encoder.encode(valid, Trust(trusted, 0));
}

std::int64_t BpeTokenizer::vocab_size() const {
  return state_->vocabulary.size();
}

std::optional<std::int32_t> BpeTokenizer::bos_id() const {
  return state_->bos_id;
}

std::optional<std::int32_t> BpeTokenizer::eos_id() const {
  return state_->eos_id;
}

std::optional<std::int32_t> BpeTokenizer::control_id(std::string_view name) const {
  const auto found = state_->control_ids.find(name);
  return found == state_->control_ids.end() ? std::nullopt : std::optional(found->second);
}

std::string BpeTokenizer::token_text(std::int32_t id) const {
  return checked_name(id);
}

std::string_view BpeTokenizer::token_bytes(std::int32_t id) const {
  static_cast<void>(checked_name(id));
  return state_->bytes[static_cast<std::size_t>(id)];
}

bool BpeTokenizer::adds_leading_space() const {
  return state_->strips_leading_space;
}

void BpeTokenizer::save(const std::filesystem::path& folder) const {
  state_->files.save(folder);
}

bool BpeTokenizer::has_token(std::int32_t id) const {
  return state_->vocabulary.name(id) != nullptr;
}

const std::string& BpeTokenizer::checked_name(std::int32_t id) const {
  const auto* name = state_->vocabulary.name(id);
  if (name == nullptr) {
    throw core::DataError("token id " + std::to_string(id) + " is outside the tokenizer's vocabulary of " +
                          std::to_string(vocab_size()));
  }
  return *name;
}

}  // namespace hone::policies
