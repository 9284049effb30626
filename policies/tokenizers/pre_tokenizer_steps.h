#pragma once

#include <memory>
#include <string_view>

#include "policies/tokenizers/pre_tokenizer.h"

namespace hone::policies {

using CharacterTest = bool (*)(char32_t);

/// Splits at a pattern's matches.
[[nodiscard]] std::unique_ptr<PreTokenizerStep> split_step(std::shared_ptr<const Regex> pattern, SplitBehavior behavior,
                                                           SplitAt at);
/// Splits at each character that passes the test.
[[nodiscard]] std::unique_ptr<PreTokenizerStep> character_step(CharacterTest test, SplitBehavior behavior);
/// Keeps runs of word characters and runs of what is neither that nor white space: \w+|[^\w\s]+.
[[nodiscard]] std::unique_ptr<PreTokenizerStep> words_step();

enum class Prepend { kAlways, kFirst, kNever };

/// `prefix` before pieces that do not begin with it, and `replacement`, where there is one, for each space.
struct SpaceMarks {
  std::string prefix;
  std::string replacement;
  Prepend prepend = Prepend::kAlways;
};
[[nodiscard]] std::unique_ptr<PreTokenizerStep> space_marks_step(SpaceMarks marks);

}  // namespace hone::policies
