#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_check.h"
#include "datasets/domain.h"
#include "datasets/statute_case.h"
#include "datasets/statute_wording.h"

namespace hone::datasets {

/// A claim under an invented statute. The answer goes through the elements in the law's order and concludes:
///   <application>First seal: met
///   notice: not met</application><conclusion>denied</conclusion>
class StatuteProblem : public Problem {
 public:
  StatuteProblem(StatuteCase facts, StatuteWording wording);

  [[nodiscard]] std::string content() const override;
  [[nodiscard]] std::string text() const override;
  [[nodiscard]] Work careful() const override;
  /// Looks at the law's first element only, concludes from it, and states every other element as that conclusion would
  /// have it. The conclusion is mostly right (StatuteOptions::shortcut); of the findings one at least is always wrong.
  [[nodiscard]] Work hasty() const override;
  /// One finding flipped on which the claim turns, and the conclusion that follows from it.
  [[nodiscard]] Work slipped() const override;
  /// The first element, and no decision; an open claim is decided by that element.
  [[nodiscard]] Work stopped_early() const override;
  /// The opposite conclusion.
  [[nodiscard]] std::string wrong_box() const override;
  [[nodiscard]] Layout layout() const override;
  /// {"rubric": hone.rubric/1}: the right findings, the conclusion, and that the one follows from the other.
  [[nodiscard]] nlohmann::json reference() const override;

 private:
  StatuteCase case_;
  StatuteWording wording_;
  Formula condition_;
  Finding verdict_;
};

class StatuteDomain : public Domain {
 public:
  /// Throws ConfigError, beginning with `where`, when the options contradict each other.
  StatuteDomain(const StatuteOptions& options, const std::string& where);
  [[nodiscard]] std::string_view name() const override { return "statute"; }

 protected:
  [[nodiscard]] std::unique_ptr<Problem> draw(core::RandomStream& stream) const override;

 private:
  StatuteOptions options_;
};

}  // namespace hone::datasets
