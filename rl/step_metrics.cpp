#include "rl/step_metrics.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace hone::rl {
namespace {

/// Mean and extremes as they come.
struct Series {
  double sum = 0.0;
  double squares = 0.0;
  double low = 0.0;
  double high = 0.0;
  std::int64_t count = 0;

  void add(double value) {
    low = count == 0 ? value : std::min(low, value);
    high = count == 0 ? value : std::max(high, value);
    sum += value;
    squares += value * value;
    ++count;
  }
  [[nodiscard]] double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0.0; }
  /// Sample standard deviation.
  [[nodiscard]] double deviation() const {
    const auto n = static_cast<double>(count);
    return count > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1.0))) : 0.0;
  }
};

struct AnswerSeries {
  Series reward, length, terminated;
  std::map<std::string, Series> parts;
  std::map<std::string, std::int64_t> statuses;
  std::int64_t truncated = 0;
};

/// Everything that the policy answered in the step: what dynamic sampling threw away belongs to the picture.
template <class Function>
void for_each_group(const Experience& experience, Function&& f) {
  std::for_each(experience.groups.begin(), experience.groups.end(), f);
  std::for_each(experience.refilled_groups.begin(), experience.refilled_groups.end(), f);
}

AnswerSeries collect(const Experience& experience) {
  AnswerSeries all;
  for_each_group(experience, [&](const Group& group) {
    for (std::size_t i = 0; i < group.completions.size(); ++i) {
      const auto& completion = group.completions[i];
      const auto& score = group.scores[i];
      ++all.statuses[std::string(rewards::status_name(score.status))];
      if (rewards::teaches(score.status)) {
        all.reward.add(group.rewards[i]);
        for (const auto& [name, value] : score.parts) {
          all.parts[name].add(value);
        }
      }
      const auto length = static_cast<double>(completion.ids.size());
      all.length.add(length);
      if (completion.finish == rollout::Finish::kStop) {
        all.terminated.add(length);
      } else {
        ++all.truncated;
      }
    }
  });
  return all;
}

/// Mean over groups of the deviation within the group, as TRL's reward_std.
double mean_group_deviation(const Experience& experience) {
  Series deviations;
  for_each_group(experience, [&](const Group& group) {
    Series rewards;
    for (std::size_t i = 0; i < group.rewards.size(); ++i) {
      if (rewards::teaches(group.scores[i].status)) {
        rewards.add(group.rewards[i]);
      }
    }
    deviations.add(rewards.deviation());
  });
  return deviations.mean();
}

double share_without_difference(const Experience& experience) {
  std::size_t equal = 0;
  for_each_group(experience, [&](const Group& group) { equal += rewards_differ(group) ? 0 : 1; });
  return static_cast<double>(equal) / static_cast<double>(std::max<std::size_t>(1, experience.sampled_groups()));
}

void write_lengths(const std::string& name, const Series& series, report::Metrics& line) {
  line["completions/mean_" + name] = series.mean();
  line["completions/min_" + name] = series.low;
  line["completions/max_" + name] = series.high;
}

}  // namespace

void write_step_metrics(const StepResult& result, report::Metrics& line) {
  const auto all = collect(result.experience);
  line["reward"] = all.reward.mean();
  line["reward_std"] = mean_group_deviation(result.experience);
  line["frac_reward_zero_std"] = share_without_difference(result.experience);
  for (const auto& [name, series] : all.parts) {
    line["rewards/" + name + "/mean"] = series.mean();
    line["rewards/" + name + "/std"] = series.deviation();
  }
  for (const auto& [name, count] : all.statuses) {
    line["scores/" + name] = count;
  }
  write_lengths("length", all.length, line);
  write_lengths("terminated_length", all.terminated, line);
  line["completions/clipped_ratio"] =
      static_cast<double>(all.truncated) / static_cast<double>(std::max<std::int64_t>(1, all.length.count));
  for (const auto& [name, value] : result.loss_metrics) {
    line[name] = value;
  }
  line["grad_norm"] = result.grad_norm;
  line["learning_rate"] = result.learning_rate;
  const auto skipped = std::count(result.rows.skipped.begin(), result.rows.skipped.end(), true);
  line["skipped_ratio"] =
      static_cast<double>(skipped) / static_cast<double>(std::max<std::size_t>(1, result.rows.skipped.size()));
  line["sampled_groups"] = result.experience.sampled_groups();
}

void write_timings(const cost::Ledger& before, const cost::Ledger& after, double step_s, report::Metrics& line) {
  const auto seconds = [&](cost::Phase phase) { return after.work(phase).seconds - before.work(phase).seconds; };
  const auto tokens = [&](cost::Phase phase) { return after.work(phase).tokens - before.work(phase).tokens; };
  const double rollout_s = seconds(cost::Phase::kPrefill) + seconds(cost::Phase::kDecode);
  const double update_s =
      seconds(cost::Phase::kForward) + seconds(cost::Phase::kBackward) + seconds(cost::Phase::kOptimizer);
  line["step_time"] = step_s;
  line["timing_s/gen"] = rollout_s;
  line["timing_s/reward"] = seconds(cost::Phase::kScoring);
  line["timing_s/old_log_prob"] = seconds(cost::Phase::kOldPolicy);
  line["timing_s/ref"] = seconds(cost::Phase::kReference);
  line["timing_s/update_actor"] = update_s;
  line["timing_s/step"] = step_s;
  const auto rollout_tokens = static_cast<double>(tokens(cost::Phase::kDecode));
  const auto update_tokens = static_cast<double>(tokens(cost::Phase::kForward));
  line["perf/rollout_tokens_per_s"] = rollout_s > 0 ? rollout_tokens / rollout_s : 0.0;
  line["perf/update_tokens_per_s"] = update_s > 0 ? update_tokens / update_s : 0.0;
  line["perf/throughput"] = (rollout_tokens + static_cast<double>(tokens(cost::Phase::kPrefill))) / step_s;
}

}  // namespace hone::rl
