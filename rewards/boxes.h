#pragma once

#include <string_view>
#include <vector>

namespace hone::rewards {

/// The boxes of a text, \boxed{…} and \fbox{…}, braces balanced, \{ and \} not counted. Of nested boxes only the outer
/// one. The views point into the text.
struct Boxes {
  std::vector<std::string_view> contents;  // trimmed, in the text's order; an empty box is ""
  bool has_unterminated = false;           // a box that never closes, or a text that ends in \boxed
};

/// One pass, linear in the text whatever it nests.
[[nodiscard]] Boxes find_boxes(std::string_view text);

}  // namespace hone::rewards
