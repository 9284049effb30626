#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hone::policies {

enum class NormalizationForm { kNfc, kNfd, kNfkc, kNfkd };

/// "NFC", "NFD", "NFKC", "NFKD"; nothing for other names.
[[nodiscard]] std::optional<NormalizationForm> normalization_form(std::string_view name);

/// Writes the text in that form into `out`; false, with `out` as it was, where a quick look shows that it is in that
/// form already. The text must be valid UTF-8.
[[nodiscard]] bool normalize_unicode(std::string_view text, NormalizationForm form, std::string& out);

/// Each character's lower case on its own, as Rust's char::to_lowercase; false where nothing changes.
[[nodiscard]] bool lower_case(std::string_view text, std::string& out);

}  // namespace hone::policies
