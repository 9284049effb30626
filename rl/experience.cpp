#include "rl/experience.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/error.h"
#include "cost/stopwatch.h"
#include "rl/overlong.h"
#include "rl/prompting.h"

namespace hone::rl {
namespace {

template <class Value, class Of>
at::Tensor table(const std::vector<Group>& groups, at::ScalarType type, Of&& of) {
  const auto columns = groups.empty() ? 0 : groups.front().completions.size();
  auto result = at::empty({static_cast<std::int64_t>(groups.size()), static_cast<std::int64_t>(columns)}, type);
  auto* values = result.mutable_data_ptr<Value>();
  for (const auto& group : groups) {
    for (std::size_t i = 0; i < columns; ++i) {
      *values++ = of(group, i);
    }
  }
  return result;
}

}  // namespace

at::Tensor Experience::rewards() const {
  return table<double>(groups, at::kDouble, [](const Group& group, std::size_t i) { return group.rewards[i]; });
}

at::Tensor Experience::is_valid() const {
  return table<bool>(groups, at::kBool,
                     [](const Group& group, std::size_t i) { return rewards::teaches(group.scores[i].status); });
}

at::Tensor Experience::lengths() const {
  return table<std::int64_t>(groups, at::kLong, [](const Group& group, std::size_t i) {
    return static_cast<std::int64_t>(group.completions[i].ids.size());
  });
}

cost::ServiceUse service_use(const rewards::Usage& usage) {
  return {usage.calls, usage.cached, usage.prompt_tokens, usage.completion_tokens, usage.cost_usd};
}

bool rewards_differ(const Group& group) {
  double first = 0.0;
  int valid = 0;
  for (std::size_t i = 0; i < group.rewards.size(); ++i) {
    if (!rewards::teaches(group.scores[i].status)) {
      continue;
    }
    if (valid++ == 0) {
      first = group.rewards[i];
    } else if (group.rewards[i] != first) {
      return true;
    }
  }
  return false;
}

cost::Work decode_work(const Group& group, std::size_t sample, const cost::ModelShape& shape) {
  // The first token comes with the prefill, and the last one is not fed again.
  const auto fed = static_cast<std::int64_t>(group.completions[sample].ids.size()) - 1;
  const auto flops = cost::forward_flops(shape, {fed, static_cast<std::int64_t>(group.prompt.ids.size()), fed});
  return {0.0, fed + 1, flops, flops};
}

cost::Work rollout_work(const Group& group, const cost::ModelShape& shape) {
  const auto prompt = static_cast<std::int64_t>(group.prompt.ids.size());
  const auto flops = cost::forward_flops(shape, {prompt, 0, 1});
  cost::Work work{0.0, prompt, flops, flops};
  for (std::size_t i = 0; i < group.completions.size(); ++i) {
    const auto decode = decode_work(group, i, shape);
    work.tokens += decode.tokens;
    work.model_flops += decode.model_flops;
    work.hardware_flops += decode.hardware_flops;
  }
  return work;
}

ExperienceCollector::ExperienceCollector(const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
                                         datasets::DataConfig data)
    : config_(config),
      policy_(policy),
      format_(prompt_format(config.policy, policy)),
      mixture_(data, config.seed, paths.config_file),
      generator_(policy, config.rollout.slots),
      pool_(rewards::make_scorers(config.scorers, rewards::ExtractionMode::kStrict,
                                  scorer_setting(paths, "scorers", rewards::Purpose::kTraining, config.seed)),
            config.rollout.scoring.pool) {}

Experience ExperienceCollector::collect(std::int64_t step, std::uint64_t& cursor) {
  const auto wanted = static_cast<std::size_t>(config_.rollout.prompts_per_step);
  const auto& refill = config_.algorithm.dynamic_sampling;
  const bool refills = refill.enable.value_or(false);
  const auto batches = refills ? refill.max_batches : 1;
  Experience experience;
  for (std::int64_t batch = 0; batch < batches && experience.groups.size() < wanted; ++batch) {
    auto groups = ask(cursor);
    answer(groups, step, experience);
    check_scorers(groups);
    for (auto& group : groups) {
      if (!refills || (experience.groups.size() < wanted && rewards_differ(group))) {
        experience.groups.push_back(std::move(group));
      } else {
        const auto work = rollout_work(group, policy_.shape());
        experience.refilled.tokens += work.tokens;
        experience.refilled.model_flops += work.model_flops;
        experience.refilled.hardware_flops += work.hardware_flops;
        experience.refilled_groups.push_back(std::move(group));
      }
    }
  }
  return experience;
}

std::vector<Group> ExperienceCollector::ask(std::uint64_t& cursor) {
  const auto count = static_cast<std::size_t>(config_.rollout.prompts_per_step);
  std::vector<Group> groups;
  for (auto& question : mixture_.questions(cursor, count)) {
    Group group;
    // A question's samples are named by its place in the row of all questions, so refills draw anew.
    group.prompt = make_prompt(format_, question, cursor + groups.size());
    check_fits(policy_, question, group.prompt, config_.rollout.sampling.max_completion_length);
    group.question = std::make_shared<const datasets::Question>(std::move(question));
    groups.push_back(std::move(group));
  }
  cursor += count;
  return groups;
}

void ExperienceCollector::answer(std::vector<Group>& groups, std::int64_t step, Experience& experience) {
  const auto samples = static_cast<std::size_t>(config_.rollout.num_generations);
  std::vector<rollout::Prompt> prompts;
  for (auto& group : groups) {
    prompts.push_back(group.prompt);
    group.completions.resize(samples);
    group.texts.resize(samples);
  }
  const auto on_completion = [&](rollout::Completion&& completion) {
    const auto prompt = static_cast<std::size_t>(completion.prompt);
    const auto sample = static_cast<std::size_t>(completion.sample);
    auto& group = groups[prompt];
    group.texts[sample] = rollout::completion_text(policy_, completion, config_.rollout.sampling.stop);
    const auto name = std::to_string(group.prompt.stream);
    pool_.submit({.ticket = prompt * samples + sample,
                  .question = group.question,
                  .text = group.texts[sample],
                  .truncated = completion.finish == rollout::Finish::kLength,
                  .tokens = static_cast<std::int64_t>(completion.ids.size()),
                  .group = name,
                  .uid = name + "/" + std::to_string(sample)});
    group.completions[sample] = std::move(completion);
  };
  const auto work = generator_.generate(prompts, config_.rollout.num_generations, config_.rollout.sampling,
                                        {config_.seed, "rollout", static_cast<std::uint64_t>(step)}, on_completion);
  for (auto [total, part] :
       {std::pair{&experience.rollout.prefill, &work.prefill}, {&experience.rollout.decode, &work.decode}}) {
    total->seconds += part->seconds;
    total->tokens += part->tokens;
    total->model_flops += part->model_flops;
    total->hardware_flops += part->hardware_flops;
  }
  cost::Stopwatch watch;
  score(groups, experience);
  experience.scoring_wait_s += watch.seconds();
}

void ExperienceCollector::score(std::vector<Group>& groups, Experience& experience) {
  auto scored = pool_.collect();  // by ticket: prompt by prompt, sample by sample
  const auto& overlong = config_.algorithm.overlong;
  const auto limit = config_.rollout.sampling.max_completion_length;
  auto next = scored.begin();
  for (auto& group : groups) {
    for (const auto& completion : group.completions) {
      group.scores.push_back(std::move((next++)->score));
      experience.services += group.scores.back().usage;
      auto reward = group.scores.back().score;
      if (overlong.enable.value_or(false)) {
        reward += overlong_reward(static_cast<std::int64_t>(completion.ids.size()), limit, *overlong.buffer,
                                  overlong.penalty);
      }
      group.rewards.push_back(reward);
    }
  }
}

void ExperienceCollector::check_scorers(const std::vector<Group>& groups) const {
  std::size_t masked = 0;
  std::size_t all = 0;
  const rewards::Score* example = nullptr;
  const Group* where = nullptr;
  for (const auto& group : groups) {
    for (const auto& score : group.scores) {
      ++all;
      if (!rewards::teaches(score.status)) {
        ++masked;
        example = &score;
        where = &group;
      }
    }
  }
  const auto share = static_cast<double>(masked) / static_cast<double>(std::max<std::size_t>(all, 1));
  if (share > config_.rollout.scoring.max_masked_share) {
    throw core::RunError("scorers failed on " + std::to_string(masked) + " of " + std::to_string(all) +
                         " answers of a step, more than rollout.scoring.max_masked_share allows; question " +
                         where->question->id + ": " + std::string(rewards::status_name(example->status)) + ": " +
                         example->detail);
  }
}

}  // namespace hone::rl
