#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config_check.h"
#include "core/config_types.h"
#include "rewards/registry.h"
#include "rewards/rubric/item_judge.h"
#include "rewards/rubric/written.h"
#include "rewards/scorer.h"

namespace hone::rewards {

enum class WithoutJudge : std::uint8_t { kError, kSkip };

struct RubricOptions {
  std::string rubrics;
  std::vector<std::string> items;
  double item_dropout = 0.0;
  std::optional<rubric::WrittenAggregate> aggregate;
  nlohmann::json judge;
  WithoutJudge without_judge = WithoutJudge::kError;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "rubrics", rubrics,
        "The rubric of every question, a file; or the folder of those that questions name. Not needed where questions "
        "carry theirs.");
    visit("items", items, "Only these items of a rubric; all when left out.");
    visit("item_dropout", item_dropout,
          "In training: the probability with which an optional item is left out, the same for all answers of a group.",
          core::in_range(0, 1));
    visit("aggregate", aggregate, "In place of the rubrics' own.");
    visit("judge", judge, "Who is asked about judge items: options of the scorer judge.");
    visit("without_judge", without_judge, "A judge item where no judge is given: error, or skip it.");
  }
};

/// Scores by the rubric that the question carries in `reference.rubric`, an object or a file's name, or by the one file
/// of the options. docs/rubrics.md has the format.
///   parts: each item's s, in the rubric's order; of items that a judge failed on there is none
///   notes: conclusion, findings, lost (each item with what it lacks)
///   extracted: the conclusion that is stated; detail: what was lost
/// kWrongFormat where a required section is not there once, the reasoning is not closed, or the answer has more than
/// 256 KiB. kError, with the path in the rubric, for a rubric that is broken; kUnscorable where there is none, or where
/// a judge failed on too much of it.
[[nodiscard]] std::shared_ptr<const Scorer> make_rubric_scorer(const RubricOptions& options,
                                                               const ScorerSetting& setting);

}  // namespace hone::rewards

template <>
struct hone::core::EnumNames<hone::rewards::WithoutJudge> {
  using Enum = hone::rewards::WithoutJudge;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kError, "error"}, {Enum::kSkip, "skip"}};
};
