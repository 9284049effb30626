#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hone::report {

/// One curve. Where y is not finite the line is broken.
struct Series {
  std::string name;
  std::vector<double> x;  // rising
  std::vector<double> y;
  std::vector<double> low;  // band, the 95 % interval; empty, or one a point
  std::vector<double> high;
};

enum class ChartTheme {
  kCard,  // own white card and dark text: readable on any background, for files of their own
  kPage,  // the page's colours, through the CSS variables --ink, --faint and --grid
};

struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  std::string y_suffix;  // behind each number of the y axis: " %"
  std::optional<double> y_min = {};
  std::optional<double> y_max = {};
  ChartTheme theme = ChartTheme::kCard;
  int width_px = 760;
  int height_px = 400;
};

/// A self-contained SVG element with title, axes, legend and tooltips.
/// Throws core::Error when a series' vectors differ in length.
[[nodiscard]] std::string line_chart_svg(const Chart& chart);

/// Round numbers (1, 2 or 5 times a power of ten apart), about `count` of them, within [low, high]. Needs low < high.
[[nodiscard]] std::vector<double> nice_ticks(double low, double high, int count);

/// The colour of the n-th series: told apart by people with colour blindness too (Okabe and Ito), on white and on dark.
[[nodiscard]] const char* series_color(std::size_t index);

}  // namespace hone::report
