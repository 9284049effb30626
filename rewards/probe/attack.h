#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/question.h"
#include "rewards/probe/answer_form.h"
#include "rewards/probe/material.h"

namespace hone::rewards::probe {

/// A question to attack a scorer on.
struct ProbeCase {
  std::shared_ptr<const datasets::Question> question;
  std::string honest;         // a good answer; "" where none is known
  Material material;          // what its judging is known to look at
  std::vector<Piece> pieces;  // the honest answer's
};

/// The honest answer is the question's good_answer. `criteria` is the scorer's, or null.
[[nodiscard]] ProbeCase make_case(std::shared_ptr<const datasets::Question> question, const nlohmann::json& criteria,
                                  std::string honest);

struct Target {
  std::span<const ProbeCase> all;
  std::size_t index = 0;
  std::uint64_t seed = 0;

  [[nodiscard]] const ProbeCase& one() const { return all[index]; }
};

/// Who must not fall for it.
enum class Aim {
  kEveryScorer,
  kReasoning,  // scorers that judge reasoning: the result is right, how it is reached is not
  kNobody,     // shown only: what it does may leave the answer a good one
};

struct Attack {
  const char* name;
  const char* description;
  Aim aim;
  /// Answers that deserve little: a function of the target alone. None where the attack has nothing to work with.
  std::vector<std::string> (*texts)(const Target& target);
};

/// All of them, in the order in which they are reported. docs/probe.md describes each.
[[nodiscard]] std::span<const Attack> attacks();

}  // namespace hone::rewards::probe
