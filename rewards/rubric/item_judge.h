#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/registry.h"
#include "rewards/scorer.h"

namespace hone::rewards::rubric {

/// One criterion of a rubric about one answer.
struct JudgeRequest {
  std::string_view question;       // what the policy was asked
  std::string_view answer;         // hostile
  std::string_view criterion;      // the item's prompt
  std::vector<std::string> scale;  // verdicts, worst first; at least two
  std::string_view good_answer;    // of the question, where one is known
};

struct JudgeVerdict {
  std::optional<double> score;  // rank in the scale / (n - 1), in [0, 1]; none: the judge failed
  std::string reason;           // the judge's, or why it failed
  Usage usage;
};

/// Who answers the `judge` items. Immutable and safe to call from several threads at once; a failure is a verdict
/// without a score, not an exception.
class ItemJudge {
 public:
  ItemJudge() = default;
  ItemJudge(const ItemJudge&) = delete;
  ItemJudge& operator=(const ItemJudge&) = delete;
  virtual ~ItemJudge() = default;

  [[nodiscard]] virtual JudgeVerdict judge(const JudgeRequest& request) const = 0;
  /// As of Scorer::calls(); longest_s is of one request.
  [[nodiscard]] virtual Calls calls() const { return {}; }
};

/// Makes the judge from the rubric scorer's option `judge`. Throws ConfigError.
using ItemJudgeFactory =
    std::function<std::shared_ptr<const ItemJudge>(const nlohmann::json& options, const ScorerSetting& setting)>;

/// Says who makes judges; without it a rubric's `judge` items cannot be asked. Call it before configs are read.
void set_item_judge_factory(ItemJudgeFactory factory);
[[nodiscard]] const ItemJudgeFactory& item_judge_factory();

}  // namespace hone::rewards::rubric
