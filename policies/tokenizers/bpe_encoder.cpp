#include "policies/tokenizers/bpe_encoder.h"

#include <utility>

namespace hone::policies {
namespace {

const nlohmann::json kNull;

JsonView find_or_null(const JsonView& document, const char* key) {
  return document.find(key).value_or(JsonView(kNull, document.source()));
}

}  // namespace

struct BpeEncoder::Workspace {
  Normalizer::Workspace normalizer;
  Pieces pieces;
  BpeModel::Workspace model;
  std::vector<TextPart> raw_parts;
  std::vector<TextPart> unnormalized_parts;
  std::vector<TextPart> normalized_parts;
  std::vector<std::int32_t> ids;
};

class BpeEncoder::Lease {
 public:
  explicit Lease(const BpeEncoder& encoder) : encoder_(encoder) {
    const std::lock_guard lock(encoder_.mutex_);
    if (encoder_.idle_.empty()) return;
    workspace_ = std::move(encoder_.idle_.back());
    encoder_.idle_.pop_back();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (!workspace_) return;
    const std::lock_guard lock(encoder_.mutex_);
    encoder_.idle_.push_back(std::move(workspace_));
  }

  Workspace& get() {
    if (!workspace_) workspace_ = std::make_unique<Workspace>();
    return *workspace_;
  }

 private:
  const BpeEncoder& encoder_;
  std::unique_ptr<Workspace> workspace_;
};

BpeEncoder::BpeEncoder(const JsonView& document, const BpeVocabulary& vocabulary, const std::vector<AddedToken>& added)
    : normalizer_(find_or_null(document, "normalizer")),
      pre_tokenizer_(find_or_null(document, "pre_tokenizer")),
      model_(bpe_model(document), vocabulary, pre_tokenizer_.is_byte_level() ? Symbols::kBytes : Symbols::kCharacters) {
  // Special ones first: of two with one spelling the first counts.
  for (const bool is_special : {true, false}) {
    for (const auto& token : added) {
      if (token.special != is_special) continue;
      (token.normalized ? normalized_tokens_ : raw_tokens_).add(token, spelling(token));
      if (token.normalized && is_special) unnormalized_special_tokens_.add(token, token.content);
    }
  }
}

BpeEncoder::~BpeEncoder() = default;

std::string BpeEncoder::spelling(const AddedToken& token) const {
  Normalizer::Workspace workspace;
  return token.normalized ? std::string(normalizer_.apply(token.content, workspace)) : token.content;
}

std::vector<std::int32_t> BpeEncoder::encode(std::string_view text, const Trust& trust) const {
  Lease lease(*this);
  auto& workspace = lease.get();
  workspace.ids.clear();
  workspace.raw_parts.clear();
  raw_tokens_.split(text, trust, workspace.raw_parts);
  for (const auto& [range, id] : workspace.raw_parts) {
    if (id >= 0) {
      workspace.ids.push_back(id);
    } else {
      encode_stretch(text.substr(range.begin, range.end - range.begin), trust.from(range.begin),
                     range.begin == 0 ? Place::kStart : Place::kLater, workspace);
    }
  }
  return workspace.ids;
}

void BpeEncoder::encode_stretch(std::string_view text, const Trust& trust, Place place, Workspace& workspace) const {
  // What was trusted before normalization cannot be told after it where that changes the text. So special tokens that
  // ought to be found there are found before, unless all or nothing is trusted.
  const bool is_mixed = !trust.is_nowhere() && !trust.holds({0, text.size()});
  if (normalizer_.is_identity() || unnormalized_special_tokens_.is_empty() || !is_mixed) {
    return encode_normalized(text, trust, place, workspace);
  }
  workspace.unnormalized_parts.clear();
  unnormalized_special_tokens_.split(text, trust, workspace.unnormalized_parts);
  for (const auto& [range, id] : workspace.unnormalized_parts) {
    if (id >= 0) {
      workspace.ids.push_back(id);
    } else {
      encode_normalized(text.substr(range.begin, range.end - range.begin), Trust(),
                        range.begin == 0 ? place : Place::kLater, workspace);
    }
  }
}

void BpeEncoder::encode_normalized(std::string_view text, const Trust& trust, Place place, Workspace& workspace) const {
  const auto normalized = normalizer_.apply(text, workspace.normalizer);
  if (normalized_tokens_.is_empty()) return encode_words(normalized, place, workspace);
  const TextRange everything{0, normalized.size()};
  const bool is_all_trusted = trust.holds({0, text.size()});
  workspace.normalized_parts.clear();
  normalized_tokens_.split(normalized, is_all_trusted ? Trust({&everything, 1}, 0) : trust, workspace.normalized_parts);
  for (const auto& [range, id] : workspace.normalized_parts) {
    if (id >= 0) {
      workspace.ids.push_back(id);
    } else {
      encode_words(normalized.substr(range.begin, range.end - range.begin), range.begin == 0 ? place : Place::kLater,
                   workspace);
    }
  }
}

void BpeEncoder::encode_words(std::string_view text, Place place, Workspace& workspace) const {
  auto& pieces = workspace.pieces;
  pre_tokenizer_.apply(text, place, pieces);
  for (const auto& range : pieces.ranges) {
    model_.encode(pieces.text.substr(range.begin, range.end - range.begin), workspace.model, workspace.ids);
  }
}

}  // namespace hone::policies
