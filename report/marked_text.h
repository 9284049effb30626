#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/score_page.h"

namespace hone::report {

/// HTML of a text with its spans marked: <mark class="earned | lost | mixed | seen" title="item +0.25">. Where spans
/// overlap the text is cut at their ends, so marks never cross; characters stay whole. Behind a span's end stands
/// <sup>▲3</sup>, ▼ or ·, the place of its item in `items` counted from 1, so that no colour is needed.
[[nodiscard]] std::string marked_text(std::string_view text, const std::vector<ScoreSpan>& spans,
                                      const std::vector<std::string>& items);

/// "+0.25", "−0.5", "0".
[[nodiscard]] std::string signed_points(double points);

}  // namespace hone::report
