#include "rl/checks/sample_check.h"

#include <algorithm>
#include <map>

#include "cost/stopwatch.h"
#include "report/format.h"
#include "report/text.h"
#include "rl/checks/words.h"
#include "rl/prompting.h"

namespace hone::rl {
namespace {

/// What rolling out and scoring took, and what came of it.
struct Outcome {
  double rollout_s = 0.0;
  double scoring_wait_s = 0.0;  // after the last answer
  double scoring_s = 0.0;       // summed over answers
  double slowest_s = 0.0;
  std::int64_t tokens = 0;
  std::int64_t answers = 0;
  std::int64_t truncated = 0;
  std::int64_t masked = 0;
  double score = 0.0;  // summed over those that were scored
  std::map<std::string, std::int64_t> statuses;
  std::int64_t groups_that_differ = 0;
};

std::int64_t answer_limit(const RunConfig& config) {
  return std::min(config.rollout.sampling.max_completion_length, kSampledTokens);
}

/// The run's first questions, but for those that the run would refuse: the prompts' item names them.
std::vector<Group> ask(const RunConfig& config, const RunPaths& paths, const policies::Policy& policy) {
  const datasets::Mixture mixture(with_paths(config.data, paths.config_folder), config.seed, paths.config_file);
  const auto count = std::min(config.rollout.prompts_per_step, kSampledGroups);
  const auto room = policy.config().max_position_embeddings - answer_limit(config);
  const auto format = prompt_format(config.policy, policy);
  std::vector<Group> groups;
  std::uint64_t place = 0;
  for (auto& question : mixture.questions(0, static_cast<std::size_t>(count))) {
    Group group;
    group.prompt = make_prompt(format, question, place++);
    if (static_cast<std::int64_t>(group.prompt.ids.size()) > room) {
      continue;
    }
    group.question = std::make_shared<const datasets::Question>(std::move(question));
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Answers and scores the groups, as ExperienceCollector does.
Outcome answer(const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
               std::vector<Group>& groups) {
  const auto samples = static_cast<std::size_t>(config.rollout.num_generations);
  auto sampling = config.rollout.sampling;
  sampling.max_completion_length = answer_limit(config);
  rewards::ScoringPool pool(
      rewards::make_scorers(config.scorers, rewards::ExtractionMode::kStrict,
                            scorer_setting(paths, "scorers", rewards::Purpose::kTraining, config.seed)),
      config.rollout.scoring.pool);
  std::vector<rollout::Prompt> prompts;
  for (auto& group : groups) {
    prompts.push_back(group.prompt);
    group.completions.resize(samples);
    group.texts.resize(samples);
  }
  Outcome outcome;
  cost::Stopwatch watch;
  rollout::Generator generator(policy, config.rollout.slots);
  generator.generate(prompts, config.rollout.num_generations, sampling, {config.seed, "rollout", 0},
                     [&](rollout::Completion&& completion) {
                       const auto prompt = static_cast<std::size_t>(completion.prompt);
                       const auto sample = static_cast<std::size_t>(completion.sample);
                       auto& group = groups[prompt];
                       const bool truncated = completion.finish == rollout::Finish::kLength;
                       const auto tokens = static_cast<std::int64_t>(completion.ids.size());
                       group.texts[sample] = rollout::completion_text(policy, completion, sampling.stop);
                       pool.submit({.ticket = prompt * samples + sample,
                                    .question = group.question,
                                    .text = group.texts[sample],
                                    .truncated = truncated,
                                    .tokens = tokens,
                                    .group = std::to_string(prompt),
                                    .uid = std::to_string(prompt) + "/" + std::to_string(sample)});
                       outcome.tokens += tokens;
                       outcome.truncated += truncated ? 1 : 0;
                       group.completions[sample] = std::move(completion);
                     });
  outcome.rollout_s = watch.lap();
  for (auto& scored : pool.collect()) {  // by ticket
    auto& group = groups[scored.ticket / samples];
    outcome.scoring_s += scored.seconds;
    outcome.slowest_s = std::max(outcome.slowest_s, scored.seconds);
    ++outcome.statuses[std::string(rewards::status_name(scored.score.status))];
    const bool is_valid = rewards::teaches(scored.score.status);
    outcome.masked += is_valid ? 0 : 1;
    outcome.score += is_valid ? scored.score.score : 0.0;
    group.rewards.push_back(scored.score.score);
    group.scores.push_back(std::move(scored.score));
    ++outcome.answers;
  }
  outcome.scoring_wait_s = watch.seconds();
  outcome.groups_that_differ = std::count_if(groups.begin(), groups.end(), rewards_differ);
  return outcome;
}

std::string question_text(const datasets::Question& question) {
  std::string text;
  for (const auto& message : question.messages) {
    text += (text.empty() ? "" : "\n") + message.content;
  }
  return text;
}

/// One answer to read: the best of the first group, of equals the first.
void show_answer(CheckItem& item, const Group& group) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < group.scores.size(); ++i) {
    best = group.scores[i].score > group.scores[best].score ? i : best;
  }
  const auto& score = group.scores[best];
  auto parts = nlohmann::ordered_json::object();
  std::string words;
  for (const auto& [name, value] : score.parts) {
    parts[name] = value;
    words += ", " + report::printable(name) + " " + report::format_number(value);
  }
  item.say("question " + report::printable(group.question->id) + ":");
  say_quoted(item, question_text(*group.question));
  item.say("the best of its " + std::to_string(group.scores.size()) + " answers, score " +
           report::format_number(score.score) + ", " + std::string(rewards::status_name(score.status)) + words + ":");
  say_quoted(item, group.texts[best]);
  if (!score.detail.empty()) {
    item.say("because: " + report::printable(score.detail));
  }
  item.figures["question"] = {
      {"id", group.question->id}, {"text", question_text(*group.question)}, {"gold", group.question->gold}};
  item.figures["answer"] = {{"text", group.texts[best]},
                            {"score", score.score},
                            {"status", rewards::status_name(score.status)},
                            {"parts", parts},
                            {"extracted", score.extracted},
                            {"detail", score.detail}};
}

const rewards::Score* first_masked(const std::vector<Group>& groups) {
  for (const auto& group : groups) {
    for (const auto& score : group.scores) {
      if (!rewards::teaches(score.status)) {
        return &score;
      }
    }
  }
  return nullptr;
}

void judge(CheckItem& item, const RunConfig& config, const Outcome& outcome, const std::vector<Group>& groups) {
  const auto masked = static_cast<double>(outcome.masked) / static_cast<double>(outcome.answers);
  if (const auto* example = first_masked(groups)) {
    const auto what = "scorers failed on " + std::to_string(outcome.masked) + " of " + std::to_string(outcome.answers) +
                      " answers (" + std::string(rewards::status_name(example->status)) + ": " +
                      report::printable(example->detail) + ")";
    if (masked > config.rollout.scoring.max_masked_share) {
      item.fail(Fault::kUser, what + ", more than rollout.scoring.max_masked_share allows");
    } else {
      item.warn(what);
    }
  }
  if (outcome.groups_that_differ == 0 && outcome.masked < outcome.answers) {
    item.warn(
        "in no group do the rewards differ, so these answers teach nothing: easier or harder questions, more "
        "answers to each (rollout.num_generations), or a scorer that tells them apart");
  }
}

}  // namespace

void check_sample(CheckItem& item, const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
                  std::vector<Group>& groups) {
  groups = ask(config, paths, policy);
  if (groups.empty()) {
    item.fail(Fault::kUser, "none of the run's first prompts fits the policy's context");
    return;
  }
  const auto outcome = answer(config, paths, policy, groups);
  const auto limit = answer_limit(config);
  const auto wanted = config.rollout.sampling.max_completion_length;
  item.say(std::to_string(groups.size()) + " of the run's first questions, " +
           std::to_string(config.rollout.num_generations) + " answers each of at most " + std::to_string(limit) +
           " tokens" + (limit < wanted ? ", where the run allows " + std::to_string(wanted) : ""));
  show_answer(item, groups.front());
  std::string statuses;
  for (const auto& [status, number] : outcome.statuses) {
    statuses += ", " + std::to_string(number) + " " + status;
  }
  const auto scored = static_cast<double>(std::max<std::int64_t>(1, outcome.answers - outcome.masked));
  item.say(std::to_string(outcome.answers) + " answers" + statuses + "; mean score " +
           report::format_number(outcome.score / scored, 3) + "; rewards differ in " +
           std::to_string(outcome.groups_that_differ) + " of " + std::to_string(groups.size()) + " groups; " +
           std::to_string(outcome.truncated) + " hit the limit");
  item.say("rollout " + report::format_duration(outcome.rollout_s) + ", " +
           report::format_token_rate(static_cast<double>(outcome.tokens) / std::max(1e-9, outcome.rollout_s)) +
           "; scoring " + report::format_number(1e3 * outcome.scoring_s / static_cast<double>(outcome.answers), 3) +
           " ms an answer, slowest " + report::format_number(1e3 * outcome.slowest_s, 3) + " ms, waited for " +
           report::format_duration(outcome.scoring_wait_s));
  item.figures["answers"] = outcome.answers;
  item.figures["statuses"] = outcome.statuses;
  item.figures["mean_score"] = outcome.score / scored;
  item.figures["groups"] = groups.size();
  item.figures["groups_that_differ"] = outcome.groups_that_differ;
  item.figures["truncated"] = outcome.truncated;
  item.figures["max_tokens"] = limit;
  item.figures["rollout_seconds"] = outcome.rollout_s;
  item.figures["scoring_seconds"] = outcome.scoring_s;
  judge(item, config, outcome, groups);
}

}  // namespace hone::rl
