#include "rewards/judge/item_judge.h"

#include <span>
#include <string>
#include <utility>

#include "rewards/judge/judge.h"
#include "rewards/judge/scorer.h"
#include "rewards/scorer_options.h"

namespace hone::rewards {
namespace {

class ChatItemJudge final : public rubric::ItemJudge {
 public:
  ChatItemJudge(const JudgeOptions& options, const ScorerSetting& setting) : judge_(options, setting) {}

  [[nodiscard]] rubric::JudgeVerdict judge(const rubric::JudgeRequest& request) const override {
    rubric::JudgeVerdict verdict;
    if (std::string why = lacks_content(request.answer, 1); !why.empty()) {
      verdict.score = 0.0;
      verdict.reason = std::move(why) + "; the judge was not asked";
      return verdict;
    }
    const Criterion criterion{
        .id = "verdict", .prompt = std::string(request.criterion), .scale = request.scale, .weight = 1.0};
    const Judged judged = judge_.ask({request.question, request.good_answer, request.answer}, std::span(&criterion, 1));
    verdict.usage = judged.usage;
    if (judged.status != Status::kOk) {
      verdict.reason = judged.problem;
      return verdict;
    }
    verdict.score = judged.verdicts.front().score;
    verdict.reason = judged.verdicts.front().word + ": " + judged.verdicts.front().reason;
    return verdict;
  }

  [[nodiscard]] Calls calls() const override {
    return {.batch = 1, .threads = judge_.options().max_in_flight, .longest_s = judge_.longest_s(1)};
  }

 private:
  Judge judge_;
};

}  // namespace

std::shared_ptr<const rubric::ItemJudge> make_item_judge(const nlohmann::json& options, const ScorerSetting& setting) {
  return std::make_shared<ChatItemJudge>(read_options<JudgeOptions>(options, setting), setting);
}

}  // namespace hone::rewards
