#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hone::datasets {

/// Reasoning and the answer that it leads to, before either is written out.
struct Work {
  std::vector<std::string> steps;  // one line each, at least one
  std::string answer;
};

/// What stands around the reasoning and around the answer of a worked solution.
struct Layout {
  std::string_view before_steps = "<think>";
  std::string_view after_steps = "</think>";
  std::string_view before_answer = "\\boxed{";
  std::string_view after_answer = "}";
};

/// One generated exercise. It knows its right solution and the typical wrong ones.
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
  /// The domain's tempting shortcut, wrong on every exercise. Its answer is wrong as well, except where the domain says
  /// otherwise (statute).
  [[nodiscard]] virtual Work hasty() const = 0;
  // The rest never end in the right answer, so that how often they are drawn is how often they err.
  /// Careful, but for one systematic slip.
  [[nodiscard]] virtual Work slipped() const = 0;
  /// Careful, but given up before the end.
  [[nodiscard]] virtual Work stopped_early() const = 0;
  /// Something else than the answer to write in the box after careful reasoning.
  [[nodiscard]] virtual std::string wrong_box() const = 0;

  [[nodiscard]] virtual Layout layout() const { return {}; }
  /// Question::reference: what a scorer of the reasoning needs, null when the answer is enough.
  [[nodiscard]] virtual nlohmann::json reference() const { return nullptr; }
};

}  // namespace hone::datasets
