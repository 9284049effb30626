#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/tokenizers/tokenizer_json.h"

namespace hone::policies {

/// A tokenizer.json's decoder, token by token. Knows ByteLevel, Metaspace, and Sequences of Replace, ByteFallback, Fuse
/// and at last Strip of one leading space.
class TokenDecoder {
 public:
  /// Throws DataError for a decoder that is not known, or one that needs more than one token at a time.
  explicit TokenDecoder(const JsonView& json);

  /// The bytes that a token adds to the text. Throws DataError where replacements make far more of it than it is.
  [[nodiscard]] std::string bytes(std::string_view token) const;
  /// The first space of the text is taken off.
  [[nodiscard]] bool strips_leading_space() const { return strips_leading_space_; }

 private:
  void add(const JsonView& json);
  void add_strip(const JsonView& json);

  std::string source_;
  std::vector<std::pair<std::string, std::string>> replacements_;
  bool is_byte_level_ = false;
  bool has_byte_tokens_ = false;
  bool is_fused_ = false;
  bool strips_leading_space_ = false;
};

}  // namespace hone::policies
