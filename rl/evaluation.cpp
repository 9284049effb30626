#include "rl/evaluation.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "cost/stopwatch.h"
#include "rl/experience.h"
#include "rl/intervals.h"
#include "rl/prompting.h"

namespace hone::rl {
namespace {

double mean(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

std::vector<double> known(const std::vector<double>& values) {
  std::vector<double> rest;
  std::copy_if(values.begin(), values.end(), std::back_inserter(rest), [](double value) { return !std::isnan(value); });
  return rest;
}

/// Adds up the answers of one kind.
struct Tally {
  std::vector<double> right;  // [questions]
  std::vector<std::int64_t> scored;
  double strict_right = 0.0;
  std::int64_t strict_scored = 0;
  std::int64_t readable = 0;
  std::int64_t tokens = 0;
  std::int64_t truncated = 0;
  std::int64_t answers = 0;

  explicit Tally(std::size_t questions) : right(questions, 0.0), scored(questions, 0) {}

  [[nodiscard]] AnswerFigures figures() const {
    AnswerFigures result;
    double all_right = 0.0;
    std::int64_t all_scored = 0;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
      all_right += right[i];
      all_scored += scored[i];
      most = std::max(most, scored[i]);
      result.correct.push_back(scored[i] > 0 ? mean(right[i], scored[i]) : std::nan(""));
    }
    // Answers to one question are not independent: with several, a question's share is the unit.
    result.accuracy = most <= 1 ? wilson_interval(all_right, all_scored) : mean_interval(known(result.correct));
    result.strict_accuracy = mean(strict_right, strict_scored);
    result.format_rate = mean(static_cast<double>(readable), answers);
    result.mean_length = mean(static_cast<double>(tokens), answers);
    result.truncated = mean(static_cast<double>(truncated), answers);
    result.failed = answers - all_scored;
    return result;
  }
};

nlohmann::json to_state(const AnswerFigures& figures) {
  return {{"correct", figures.correct},
          {"accuracy", {figures.accuracy.value, figures.accuracy.low, figures.accuracy.high}},
          {"strict_accuracy", figures.strict_accuracy},
          {"format_rate", figures.format_rate},
          {"mean_length", figures.mean_length},
          {"truncated", figures.truncated},
          {"failed", figures.failed}};
}

AnswerFigures answers_from_state(const nlohmann::json& state) {
  const auto accuracy = state.at("accuracy").get<std::vector<double>>();
  std::vector<double> correct;
  for (const auto& share : state.at("correct")) {
    correct.push_back(share.is_null() ? std::nan("") : share.get<double>());  // JSON has no NaN: it is written as null
  }
  return {std::move(correct),
          {accuracy.at(0), accuracy.at(1), accuracy.at(2)},
          state.at("strict_accuracy").get<double>(),
          state.at("format_rate").get<double>(),
          state.at("mean_length").get<double>(),
          state.at("truncated").get<double>(),
          state.at("failed").get<std::int64_t>()};
}

}  // namespace

nlohmann::ordered_json SetFigures::to_json() const {
  nlohmann::ordered_json json = {
      {"n", questions}, {"accuracy", sampled.accuracy.value}, {"ci95", {sampled.accuracy.low, sampled.accuracy.high}}};
  if (has_greedy) {
    json["greedy_accuracy"] = greedy.accuracy.value;
    json["greedy_ci95"] = {greedy.accuracy.low, greedy.accuracy.high};
    json["greedy_strict_accuracy"] = greedy.strict_accuracy;
  }
  json["strict_accuracy"] = sampled.strict_accuracy;
  json["format_rate"] = sampled.format_rate;
  json["mean_length"] = sampled.mean_length;
  json["truncated"] = sampled.truncated;
  json["failed"] = sampled.failed + (has_greedy ? greedy.failed : 0);
  return json;
}

void SetFigures::write_metrics(report::Metrics& line) const {
  const auto json = to_json();
  for (const auto& [key, value] : json.items()) {
    line["eval/" + name + "/" + key] = value;
  }
}

nlohmann::json to_state(const std::vector<SetFigures>& figures) {
  auto state = nlohmann::json::array();
  for (const auto& set : figures) {
    state.push_back({{"name", set.name},
                     {"questions", set.questions},
                     {"sampled", to_state(set.sampled)},
                     {"greedy", set.has_greedy ? to_state(set.greedy) : nlohmann::json()}});
  }
  return state;
}

std::vector<SetFigures> figures_from_state(const nlohmann::json& state) {
  std::vector<SetFigures> figures;
  for (const auto& set : state) {
    SetFigures one{set.at("name").get<std::string>(),
                   set.at("questions").get<std::int64_t>(),
                   answers_from_state(set.at("sampled")),
                   !set.at("greedy").is_null(),
                   {}};
    if (one.has_greedy) {
      one.greedy = answers_from_state(set.at("greedy"));
    }
    figures.push_back(std::move(one));
  }
  return figures;
}

std::vector<report::SetOutcome> compare(const std::vector<SetFigures>& before, const std::vector<SetFigures>& after) {
  std::vector<report::SetOutcome> outcomes;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    std::vector<double> gains;
    for (std::size_t q = 0; q < after[i].sampled.correct.size(); ++q) {
      gains.push_back(after[i].sampled.correct[q] - before[i].sampled.correct[q]);
    }
    gains = known(gains);
    report::SetOutcome outcome{after[i].name, after[i].questions, before[i].sampled.accuracy.value,
                               after[i].sampled.accuracy.value, mean_interval(gains)};
    outcome.gain.value = outcome.after - outcome.before;
    if (after[i].has_greedy && before[i].has_greedy) {
      outcome.greedy_before = before[i].greedy.accuracy.value;
      outcome.greedy_after = after[i].greedy.accuracy.value;
    }
    outcomes.push_back(outcome);
  }
  return outcomes;
}

struct Evaluator::Set {
  const EvalSetConfig& config;
  std::vector<std::shared_ptr<const datasets::Question>> questions;
  std::vector<rollout::Prompt> prompts;
  rewards::ScoringPool pool;                        // the set's scorers
  std::optional<rewards::ScoringPool> strict_pool;  // the same under strict extraction, where that differs
};

Evaluator::~Evaluator() = default;

Evaluator::Evaluator(const RunConfig& config, const RunPaths& paths, const policies::Policy& policy)
    : config_(config), policy_(policy), generator_(policy, config.rollout.slots) {
  const auto format = prompt_format(config.policy, policy);
  for (std::size_t i = 0; i < config.eval.sets.size(); ++i) {
    const auto& set = config.eval.sets[i];
    const auto path = "eval.sets." + std::to_string(i);
    auto from = set.source;
    if (!from.path.empty()) {
      from.path = (paths.config_folder / from.path).string();
    }
    auto strict = set.scorers;
    for (auto& [name, scorer] : strict) {
      if (scorer.extraction) {  // the others are strict by what make_scorers is told, where they read it at all
        scorer.extraction = rewards::ExtractionMode::kStrict;
      }
    }
    const auto setting = scorer_setting(paths, path + ".scorers", rewards::Purpose::kEvaluation, config.seed);
    const auto& pool_options = config.rollout.scoring.pool;
    sets_.push_back(std::unique_ptr<Set>(
        new Set{set,
                {},
                {},
                {rewards::make_scorers(set.scorers, rewards::ExtractionMode::kFlexible, setting), pool_options},
                {}}));
    auto& made = *sets_.back();
    if (rewards::read_extraction(set.scorers)) {
      made.strict_pool.emplace(rewards::make_scorers(strict, rewards::ExtractionMode::kStrict, setting), pool_options);
    }
    for (auto& question : datasets::make_set(from, datasets::Split::kEval, set.seed, static_cast<std::size_t>(set.n),
                                             paths.config_file, path)) {
      made.prompts.push_back(make_prompt(format, question, made.prompts.size()));
      check_fits(policy, question, made.prompts.back(), set.sampling.max_completion_length);
      made.questions.push_back(std::make_shared<const datasets::Question>(std::move(question)));
    }
  }
}

AnswerFigures Evaluator::answer(Set& set, std::int64_t samples, double temperature, Spent& spent) {
  auto sampling = set.config.sampling;
  sampling.temperature = temperature;
  Tally tally(set.questions.size());
  const auto on_completion = [&](rollout::Completion&& completion) {
    const auto question = static_cast<std::size_t>(completion.prompt);
    const auto ticket = question * static_cast<std::size_t>(samples) + static_cast<std::size_t>(completion.sample);
    const auto text = rollout::completion_text(policy_, completion, sampling.stop);
    const bool truncated = completion.finish == rollout::Finish::kLength;
    const auto tokens = static_cast<std::int64_t>(completion.ids.size());
    const auto group = set.config.name + "/" + std::to_string(question);
    const rewards::Submission submission{ticket,
                                         set.questions[question],
                                         text,
                                         truncated,
                                         tokens,
                                         group,
                                         group + "/" + std::to_string(completion.sample)};
    set.pool.submit(submission);
    if (set.strict_pool) set.strict_pool->submit(submission);
    tally.tokens += tokens;
    tally.truncated += truncated ? 1 : 0;
    ++tally.answers;
  };
  const auto done =
      generator_.generate(set.prompts, samples, sampling, {config_.seed, "eval/" + set.config.name, 0}, on_completion);
  auto& work = spent.work;
  work.tokens += done.prefill.tokens + done.decode.tokens;
  work.model_flops += done.prefill.model_flops + done.decode.model_flops;
  work.hardware_flops += done.prefill.hardware_flops + done.decode.hardware_flops;
  const auto flexible = set.pool.collect();
  for (const auto& scored : flexible) {
    spent.services += scored.score.usage;
    if (rewards::teaches(scored.score.status)) {
      const auto question = scored.ticket / static_cast<std::size_t>(samples);
      ++tally.scored[question];
      tally.right[question] += scored.score.score >= set.config.correct_from ? 1.0 : 0.0;
    }
  }
  for (const auto& scored : set.strict_pool ? set.strict_pool->collect() : flexible) {
    spent.services += set.strict_pool ? scored.score.usage : rewards::Usage{};
    if (rewards::teaches(scored.score.status)) {
      ++tally.strict_scored;
      tally.strict_right += scored.score.score >= set.config.correct_from ? 1.0 : 0.0;
      tally.readable += scored.score.status == rewards::Status::kOk ? 1 : 0;
    }
  }
  return tally.figures();
}

std::vector<SetFigures> Evaluator::evaluate(cost::Ledger& ledger) {
  std::vector<SetFigures> figures;
  for (const auto& set : sets_) {
    cost::Stopwatch watch;
    Spent spent;
    SetFigures one{set->config.name, static_cast<std::int64_t>(set->questions.size()), {}, set->config.greedy, {}};
    one.sampled = answer(*set, set->config.num_generations, set->config.sampling.temperature, spent);
    if (set->config.greedy) {
      one.greedy = answer(*set, 1, 0.0, spent);
    }
    spent.work.seconds = watch.seconds();
    ledger.add(cost::Phase::kEvaluation, spent.work);
    ledger.charge(service_use(spent.services));
    figures.push_back(std::move(one));
  }
  return figures;
}

}  // namespace hone::rl
