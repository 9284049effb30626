#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policies/tokenizers/bpe_vocabulary.h"
#include "policies/tokenizers/tokenizer_json.h"

namespace hone::policies {

/// The token that a tokenizer.json's post_processor puts before plain text; nothing where it puts none. Throws
/// DataError for a post-processor that is not known or puts several.
[[nodiscard]] std::optional<std::int32_t> leading_token(const JsonView& post_processor,
                                                        const BpeVocabulary& vocabulary);

/// A named token of tokenizer_config.json or special_tokens_map.json, which write it as a string or as an object with
/// its content. Throws DataError where the vocabulary has no such token.
[[nodiscard]] std::optional<std::int32_t> named_token(const JsonView& config, const char* key,
                                                      const BpeVocabulary& vocabulary);

}  // namespace hone::policies
