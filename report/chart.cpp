#include "report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/error.h"
#include "report/format.h"
#include "report/text.h"

namespace hone::report {
namespace {

constexpr double kLegendRow = 20;
constexpr double kCharacter = 7;  // a little more than one of 12 px takes on average

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double value) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  /// A span that is not zero, whatever was included.
  void open_up() {
    if (low > high) {
      low = 0;
      high = 1;
    } else if (low == high) {
      const double room = low == 0 ? 1 : std::abs(low) / 2;
      low -= room;
      high += room;
    }
  }
};

struct Colors {
  const char* ink;
  const char* faint;
  const char* grid;
};

Colors colors_of(ChartTheme theme) {
  return theme == ChartTheme::kCard ? Colors{"#1f2328", "#59636e", "#e3e6ea"}
                                    : Colors{"var(--ink)", "var(--faint)", "var(--grid)"};
}

std::string px(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%.1f", value);
  return buffer;
}

std::string point(double x, double y) {
  return px(x) + "," + px(y);
}

struct TextAt {
  double x = 0;
  double y = 0;
  const char* anchor = "start";
  std::string style;
};

std::string text_at(const TextAt& at, const std::string& text) {
  return "<text x=\"" + px(at.x) + "\" y=\"" + px(at.y) + "\" text-anchor=\"" + at.anchor + "\" " + at.style + ">" +
         html_escape(text) + "</text>\n";
}

/// Draws one chart into a string; data coordinates to pixels.
class Painter {
 public:
  explicit Painter(const Chart& chart) : chart_(chart), colors_(colors_of(chart.theme)) {
    place_legend();
    top_ = (chart.title.empty() ? 16 : 42) + legend_rows_ * kLegendRow + 8;
    left_ = chart.y_label.empty() ? 56 : 74;
    right_ = chart.width_px - 22;
    bottom_ = chart.height_px - (chart.x_label.empty() ? 30 : 50);
    measure();
  }

  std::string paint() {
    open();
    axes();
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      band(chart_.series[i], series_color(i));
    }
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      line(chart_.series[i], series_color(i));
    }
    legend();
    return svg_ + "</svg>\n";
  }

 private:
  struct LegendEntry {
    double x = 0;
    int row = 0;
  };

  void place_legend() {
    double x = 24;
    int row = 0;
    for (const Series& series : chart_.series) {
      const double width = 34 + kCharacter * static_cast<double>(display_width(series.name));
      if (x > 24 && x + width > chart_.width_px - 16) {
        x = 24;
        ++row;
      }
      entries_.push_back({x, row});
      x += width;
    }
    legend_rows_ = chart_.series.empty() ? 0 : row + 1;
  }

  void measure() {
    for (const Series& series : chart_.series) {
      const bool has_band = !series.low.empty() || !series.high.empty();
      const bool fits_band = series.low.size() == series.x.size() && series.high.size() == series.x.size();
      if (series.x.size() != series.y.size() || (has_band && !fits_band)) {
        throw core::Error("chart \"" + chart_.title + "\": series \"" + series.name +
                          "\" has vectors of unlike length");
      }
      std::for_each(series.x.begin(), series.x.end(), [&](double x) { x_.include(x); });
      for (const auto* values : {&series.y, &series.low, &series.high}) {
        std::for_each(values->begin(), values->end(), [&](double y) { y_.include(y); });
      }
    }
    x_.open_up();
    y_.open_up();
    const double room = 0.05 * (y_.high - y_.low);
    y_.low = chart_.y_min.value_or(y_.low - room);
    y_.high = chart_.y_max.value_or(y_.high + room);
    if (y_.low >= y_.high) {
      y_.high = y_.low + 1;
    }
  }

  [[nodiscard]] double to_x(double x) const { return left_ + (x - x_.low) / (x_.high - x_.low) * (right_ - left_); }
  [[nodiscard]] double to_y(double y) const {
    return bottom_ - (std::clamp(y, y_.low, y_.high) - y_.low) / (y_.high - y_.low) * (bottom_ - top_);
  }

  void open() {
    const std::string width = std::to_string(chart_.width_px);
    const std::string height = std::to_string(chart_.height_px);
    svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width +
           "\" height=\"" + height +
           "\" role=\"img\" font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\" "
           "font-size=\"12\">\n<title>" +
           html_escape(chart_.title) + "</title>\n";
    if (chart_.theme == ChartTheme::kCard) {
      svg_ += "<rect x=\"0.5\" y=\"0.5\" width=\"" + px(chart_.width_px - 1) + "\" height=\"" +
              px(chart_.height_px - 1) + "\" rx=\"10\" fill=\"#ffffff\" stroke=\"#d1d9e0\"/>\n";
    }
    if (!chart_.title.empty()) {
      svg_ += text_at({24, 28, "start", fill(colors_.ink) + " font-size=\"15\" font-weight=\"600\""}, chart_.title);
    }
  }

  [[nodiscard]] static std::string fill(const char* color) { return std::string("fill=\"") + color + "\""; }

  void rule(double x0, double y0, double x1, double y1, const char* color) {
    svg_ += "<line x1=\"" + px(x0) + "\" y1=\"" + px(y0) + "\" x2=\"" + px(x1) + "\" y2=\"" + px(y1) + "\" stroke=\"" +
            color + "\"/>\n";
  }

  void axes() {
    const std::string faint = fill(colors_.faint);
    for (const double tick : nice_ticks(y_.low, y_.high, 6)) {
      rule(left_, to_y(tick), right_, to_y(tick), colors_.grid);
      svg_ += text_at({left_ - 8, to_y(tick) + 4, "end", faint}, format_number(tick) + chart_.y_suffix);
    }
    for (const double tick : nice_ticks(x_.low, x_.high, std::max(3, chart_.width_px / 90))) {
      rule(to_x(tick), bottom_, to_x(tick), bottom_ + 4, colors_.faint);
      svg_ += text_at({to_x(tick), bottom_ + 18, "middle", faint}, format_number(tick, 6));
    }
    rule(left_, bottom_, right_, bottom_, colors_.faint);
    if (!chart_.x_label.empty()) {
      svg_ += text_at({(left_ + right_) / 2, chart_.height_px - 12.0, "middle", faint}, chart_.x_label);
    }
    if (!chart_.y_label.empty()) {
      const double middle = (top_ + bottom_) / 2;
      svg_ +=
          text_at({18, middle, "middle", faint + " transform=\"rotate(-90 18 " + px(middle) + ")\""}, chart_.y_label);
    }
  }

  void band(const Series& series, const char* color) {
    std::string upper;
    std::string lower;
    for (std::size_t i = 0; i < series.low.size(); ++i) {
      if (std::isfinite(series.low[i]) && std::isfinite(series.high[i])) {
        upper += point(to_x(series.x[i]), to_y(series.high[i])) + " ";
        lower.insert(0, point(to_x(series.x[i]), to_y(series.low[i])) + " ");
      }
    }
    if (!upper.empty()) {
      svg_ += "<polygon points=\"" + upper + lower + "\" " + fill(color) + " fill-opacity=\"0.15\"/>\n";
    }
  }

  void line(const Series& series, const char* color) {
    constexpr std::size_t kMostDots = 40;
    std::string path;
    std::string dots;
    bool is_down = false;
    for (std::size_t i = 0; i < series.y.size(); ++i) {
      if (!std::isfinite(series.y[i])) {
        is_down = false;
        continue;
      }
      const double x = to_x(series.x[i]);
      const double y = to_y(series.y[i]);
      path += (is_down ? "L" : "M") + point(x, y);
      is_down = true;
      if (series.y.size() <= kMostDots) {
        dots += "<circle cx=\"" + px(x) + "\" cy=\"" + px(y) + "\" r=\"3\" " + fill(color) + "><title>" +
                html_escape(series.name + ": " + format_number(series.y[i]) + chart_.y_suffix + " at " +
                            format_number(series.x[i], 6)) +
                "</title></circle>\n";
      }
    }
    if (!path.empty()) {
      svg_ += "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + color +
              "\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n" + dots;
    }
  }

  void legend() {
    const double first = chart_.title.empty() ? 22 : 50;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const double y = first + entries_[i].row * kLegendRow;
      svg_ += "<rect x=\"" + px(entries_[i].x) + "\" y=\"" + px(y - 6) + "\" width=\"14\" height=\"4\" rx=\"2\" " +
              fill(series_color(i)) + "/>\n";
      svg_ += text_at({entries_[i].x + 20, y, "start", fill(colors_.ink)}, chart_.series[i].name);
    }
  }

  const Chart& chart_;
  Colors colors_;
  Range x_;
  Range y_;
  double left_ = 0;
  double right_ = 0;
  double top_ = 0;
  double bottom_ = 0;
  int legend_rows_ = 0;
  std::vector<LegendEntry> entries_;
  std::string svg_;
};

}  // namespace

const char* series_color(std::size_t index) {
  static constexpr std::array<const char*, 7> kColors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                         "#e69f00", "#56b4e9", "#7f7f7f"};
  return kColors[index % kColors.size()];
}

std::vector<double> nice_ticks(double low, double high, int count) {
  const double rough = (high - low) / std::max(count, 1);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  // Multiples of the step, not sums: 0.1 added three times is not 0.3.
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + step * 1e-9; ++n) {
    ticks.push_back(n == 0 ? 0.0 : n * step);
  }
  return ticks;
}

std::string line_chart_svg(const Chart& chart) {
  return Painter(chart).paint();
}

}  // namespace hone::report
