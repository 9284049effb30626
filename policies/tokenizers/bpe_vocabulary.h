#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policies/tokenizers/tokenizer_json.h"

namespace hone::policies {

/// Token ids are below this; it keeps a broken file from asking for gigabytes.
inline constexpr std::int32_t kMaxTokenIds = 1 << 24;

/// Names and ids of tokens: a tokenizer.json's model.vocab, then its added tokens. Ids may have holes between them.
class BpeVocabulary {
 public:
  /// Throws DataError where ids are no integers, out of range, taken twice, or far more spread out than their number.
  explicit BpeVocabulary(const JsonView& vocab);

  /// Throws DataError where the id is another token's or the name has another id.
  void add(const std::string& name, std::int32_t id, const JsonView& where);

  [[nodiscard]] std::optional<std::int32_t> id(std::string_view name) const;
  /// Nothing for a hole, or outside the vocabulary.
  [[nodiscard]] const std::string* name(std::int32_t id) const;
  /// The largest id and one.
  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(names_.size()); }

 private:
  /// As a map's keys the names stay where they are.
  std::unordered_map<std::string, std::int32_t> ids_;
  std::vector<const std::string*> names_;  // by id, null in holes
};

}  // namespace hone::policies
