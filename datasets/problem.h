#pragma once

#include <string>
#include <vector>

namespace hone::datasets {

/// Reasoning and the answer that it leads to, before either is written out.
struct Work {
  std::vector<std::string> steps;  // one line each, at least one
  std::string answer;
};

/// One generated exercise. It knows its right solution and the typical wrong ones; a wrong one never ends in the right
/// answer, so that how often a habit is drawn is how often it errs.
class Problem {
 public:
  Problem() = default;
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  virtual ~Problem() = default;

  /// What the exercise is, apart from its wording: decides the split and what counts as a duplicate.
  [[nodiscard]] virtual std::string content() const = 0;
  /// The exercise as asked.
  [[nodiscard]] virtual std::string text() const = 0;

  [[nodiscard]] virtual Work careful() const = 0;
  /// The domain's tempting shortcut.
  [[nodiscard]] virtual Work hasty() const = 0;
  /// Careful, but for one systematic slip.
  [[nodiscard]] virtual Work slipped() const = 0;
  /// Careful, but given up before the end.
  [[nodiscard]] virtual Work stopped_early() const = 0;
  /// Something else than the answer to write in the box after careful reasoning.
  [[nodiscard]] virtual std::string wrong_box() const = 0;
};

}  // namespace hone::datasets
