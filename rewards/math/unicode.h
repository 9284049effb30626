#pragma once

#include <string>
#include <string_view>

namespace hone::rewards::math {

/// Writes mathematical characters as the LaTeX that says the same: a minus sign as -, ½ as \frac{1}{2}, x² as x^{2}, √
/// as \sqrt, π as \pi, full-width digits as digits. Other characters stay. False when the text is not UTF-8.
bool fold_unicode(std::string_view text, std::string& folded);

}  // namespace hone::rewards::math
