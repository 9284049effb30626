#pragma once

#include <string>
#include <vector>

#include "core/config_check.h"
#include "datasets/domain.h"

namespace hone::datasets {

struct LogicOptions {
  int rules_min = 1;
  int rules_max = 3;
  int distractors_max = 2;
  double unknown = 0.2;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("rules_min", rules_min, "Fewest rules in the chain from the fact to the answer.", core::in_range(1, 6));
    visit("rules_max", rules_max, "Most rules in that chain.", core::in_range(1, 6));
    visit("distractors_max", distractors_max, "Most rules that lead nowhere.", core::in_range(0, 6));
    visit("unknown", unknown, "Share of questions that the facts leave open; yes and no share the rest equally.",
          core::in_range(0, 1));
  }
};

/// "A wug is a dax", "A dax is not blue", "Rex is a wug". A rule about a kind, or the fact about the individual.
struct Statement {
  std::string subject;
  std::string object;
  enum class Form { kIsA, kIs, kIsNot } form = Form::kIsA;
};

/// What is known of an individual, and whether it has a property.
struct Entailment {
  std::string individual;
  std::string property;
  std::vector<Statement> statements;  // as told
};

/// The statements that lead from the individual to the property, in order; when none settle it, all that can be
/// concluded, breadth first.
[[nodiscard]] std::vector<Statement> chain_forward(const Entailment& entailment);

class LogicProblem : public Problem {
 public:
  enum class Wording { kIndefinite, kUniversal };  // "A wug is a dax.", "Every wug is a dax."
  LogicProblem(Entailment entailment, Wording wording);

  [[nodiscard]] std::string content() const override;
  [[nodiscard]] std::string text() const override;
  [[nodiscard]] Work careful() const override;
  /// Looks for a rule about the individual itself and finds none: unknown. Where that is right, says yes because the
  /// words occur.
  [[nodiscard]] Work hasty() const override;
  /// The chain with the last statement's negation missed or made up; an open question is closed by a made-up step.
  [[nodiscard]] Work slipped() const override;
  [[nodiscard]] Work stopped_early() const override;
  [[nodiscard]] std::string wrong_box() const override { return entailment_.property; }

 private:
  Entailment entailment_;
  Wording wording_;
  std::vector<Statement> chain_;
  std::string answer_;
};

/// Entailment over made-up kinds: a fact, a chain of rules, distractors.
class LogicDomain : public Domain {
 public:
  /// Throws ConfigError, beginning with `where`, when the options contradict each other.
  LogicDomain(const LogicOptions& options, const std::string& where);
  [[nodiscard]] std::string_view name() const override { return "logic"; }

 protected:
  [[nodiscard]] std::unique_ptr<Problem> draw(core::RandomStream& stream) const override;

 private:
  [[nodiscard]] Entailment draw_entailment(core::RandomStream& stream) const;

  LogicOptions options_;
};

}  // namespace hone::datasets
