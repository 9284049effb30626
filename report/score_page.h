#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace hone::report {

/// A stretch of an answer that earned or lost points: bytes [begin, end), wherever they fall in a character.
struct ScoreSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string item;     // the part that it belongs to
  double points = 0.0;  // below 0 lost, 0 looked at without effect
};

/// One answer and what was made of it. All texts may be hostile.
struct ScoredAnswer {
  std::string id;
  std::string question;
  std::string answer;
  double score = 0.0;
  std::string status;
  std::string detail;
  std::string extracted;
  std::vector<std::pair<std::string, double>> parts;
  std::vector<std::pair<std::string, std::string>> notes;
  std::vector<ScoreSpan> spans;  // may overlap, and reach beyond the answer
};

struct ScorePage {
  std::string title;
  std::vector<ScoredAnswer> answers;
};

/// One page that needs no other file: each answer with the stretches that earned or lost points, its parts as bars, and
/// a small script that sorts and filters. Says what it leaves out: answers beyond 5,000, and of one answer what is
/// beyond 64 KiB and all but the 500 spans with the most points.
[[nodiscard]] std::string score_page_html(const ScorePage& page);

}  // namespace hone::report
