#include "report/marked_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/text.h"

namespace hone::report {
namespace {

constexpr std::size_t kMostSpans = 500;
constexpr std::size_t kMostNamed = 8;  // in a tooltip
constexpr std::size_t kMostContinuationBytes = 3;

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The beginning of the character that the byte at `at` is in.
std::size_t character_begin(std::string_view text, std::size_t at) {
  for (std::size_t step = 0; step < kMostContinuationBytes && at > 0 && at < text.size() && is_continuation(text[at]);
       ++step) {
    --at;
  }
  return at;
}

std::size_t character_end(std::string_view text, std::size_t at) {
  for (std::size_t step = 0; step < kMostContinuationBytes && at < text.size() && is_continuation(text[at]); ++step) {
    ++at;
  }
  return at;
}

/// The spans that can be shown, within the text and along its characters; of too many, those with the most points.
std::vector<ScoreSpan> shown_spans(std::string_view text, const std::vector<ScoreSpan>& spans) {
  std::vector<ScoreSpan> shown;
  for (ScoreSpan span : spans) {
    span.end = std::min(span.end, text.size());
    if (span.begin >= span.end) {
      continue;
    }
    span.begin = character_begin(text, span.begin);
    span.end = character_end(text, span.end);
    shown.push_back(std::move(span));
  }
  if (shown.size() > kMostSpans) {
    std::stable_sort(shown.begin(), shown.end(),
                     [](const ScoreSpan& a, const ScoreSpan& b) { return std::abs(a.points) > std::abs(b.points); });
    shown.resize(kMostSpans);
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const ScoreSpan& a, const ScoreSpan& b) { return a.begin < b.begin; });
  return shown;
}

std::vector<std::size_t> cuts_of(const std::vector<ScoreSpan>& spans, std::size_t size) {
  std::vector<std::size_t> cuts = {0, size};
  for (const ScoreSpan& span : spans) {
    cuts.push_back(span.begin);
    cuts.push_back(span.end);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

/// The opening mark of a stretch that all of `over` cover.
std::string opening(const std::vector<const ScoreSpan*>& over) {
  bool earned = false;
  bool lost = false;
  std::string title;
  std::size_t named = 0;
  for (const ScoreSpan* span : over) {
    earned = earned || span->points > 0;
    lost = lost || span->points < 0;
    if (++named <= kMostNamed) {
      title += (title.empty() ? "" : "; ") + span->item + " " + signed_points(span->points);
    }
  }
  title += named > kMostNamed ? "; …" : "";
  const char* kind = earned && lost ? "mixed" : earned ? "earned" : lost ? "lost" : "seen";
  return std::string("<mark class=\"") + kind + "\" title=\"" + html_escape(title) + "\">";
}

std::string label(const ScoreSpan& span, const std::vector<std::string>& items) {
  const auto item = std::find(items.begin(), items.end(), span.item);
  const std::string number = item == items.end() ? "" : std::to_string(item - items.begin() + 1);
  return "<sup>" + std::string(span.points > 0 ? "▲" : span.points < 0 ? "▼" : "·") + number + "</sup>";
}

}  // namespace

std::string signed_points(double points) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%.3g", std::abs(points));
  return (points > 0 ? "+" : points < 0 ? "−" : "") + std::string(buffer);
}

std::string marked_text(std::string_view text, const std::vector<ScoreSpan>& spans,
                        const std::vector<std::string>& items) {
  const std::vector<ScoreSpan> shown = shown_spans(text, spans);
  const std::vector<std::size_t> cuts = cuts_of(shown, text.size());
  std::string html;
  std::vector<const ScoreSpan*> over;
  std::size_t next = 0;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    while (next < shown.size() && shown[next].begin == cuts[i]) {
      over.push_back(&shown[next++]);
    }
    const std::string piece = html_escape(text.substr(cuts[i], cuts[i + 1] - cuts[i]));
    html += over.empty() ? piece : opening(over) + piece + "</mark>";
    for (auto span = over.begin(); span != over.end();) {
      if ((*span)->end == cuts[i + 1]) {
        html += label(**span, items);
        span = over.erase(span);
      } else {
        ++span;
      }
    }
  }
  return html;
}

}  // namespace hone::report
