#include "rl/run.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <fstream>
#include <set>

#include "core/files.h"
#include "rl/summary.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Approx;

namespace {

nlohmann::json json_file(const std::filesystem::path& path) {
  return nlohmann::json::parse(core::read_file(path));
}

std::vector<nlohmann::json> lines_in(const std::filesystem::path& path) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::set<std::string> keys_of(const nlohmann::json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

void require_keys(const nlohmann::json& object, const std::vector<std::string>& wanted) {
  for (const auto& key : wanted) {
    CAPTURE(key, object.dump());
    CHECK(object.contains(key));
  }
}

/// The two-choice task, trained to its end.
struct Finished {
  tensor_checks::TemporaryFolder folder;
  std::filesystem::path out = folder.path / "out";
  double wall_s = 0.0;

  explicit Finished(std::int64_t steps) {
    use_scorer("prefers_a", [](const datasets::Question&, const rewards::Answer& answer) {
      rewards::Score score;
      score.score = answer.text == "a" ? 1.0 : 0.0;
      return score;
    });
    two_choices().save(folder.path / "base");
    auto config = training_fixture::config("prefers_a");
    config.rollout.prompts_per_step = 8;
    config.rollout.num_generations = 8;
    config.train.max_steps = steps;
    config.train.schedule.learning_rate = 0.02;
    config.checkpoint.every = 2;
    config.cost.peak_tflops = 0.1;
    config.cost.pretraining_flops = 1e9;
    config.cost.usd_per_hour = 3600.0;
    EvalSetConfig set;
    set.name = "sums";
    set.source.domain = "arithmetic";
    set.n = 40;
    set.scorers["own"].type = "prefers_a";
    set.sampling.max_completion_length = 4;
    config.eval.sets.push_back(set);
    config.logging.rollouts_every = 5;
    config.eval.every = 3;
    std::filesystem::create_directories(out);
    const auto resolved = resolve(config, "train.json");
    const auto start = std::chrono::steady_clock::now();
    train(resolved, {"train.json", folder.path, out, false});
    wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
};

}  // namespace

TEST_CASE("a run leaves what people's scripts read", "[rl][run]") {
  const Finished run(8);
  const auto summary = json_file(run.out / "summary.json");
  require_keys(summary, {"steps", "seconds", "seed", "policy", "eval", "cost", "throughput"});
  CHECK(summary["steps"] == 8);
  CHECK(summary["seed"] == 11);
  CHECK(std::filesystem::exists(std::filesystem::path(summary["policy"].get<std::string>()) / "model.safetensors"));

  const auto& set = summary["eval"]["sums"];
  for (const auto* when : {"before", "after"}) {
    require_keys(set[when], {"n", "accuracy", "ci95", "greedy_accuracy"});
    CHECK(set[when]["n"] == 40);
    CHECK(set[when]["ci95"][0].get<double>() <= set[when]["accuracy"].get<double>());
    CHECK(set[when]["ci95"][1].get<double>() >= set[when]["accuracy"].get<double>());
  }
  CHECK(set["before"]["accuracy"].get<double>() < 0.8);
  CHECK(set["after"]["accuracy"].get<double>() > 0.9);
  CHECK(set["gain"].get<double>() ==
        Approx(set["after"]["accuracy"].get<double>() - set["before"]["accuracy"].get<double>()));

  const auto& cost = summary["cost"];
  require_keys(cost,
               {"model_flops", "hardware_flops", "pretraining_flops", "over_pretraining", "phases", "mfu", "usd"});
  CHECK(keys_of(cost["phases"]) == std::set<std::string>{"prefill", "decode", "scoring", "reference", "old_policy",
                                                         "forward", "backward", "optimizer", "evaluation", "checkpoint",
                                                         "other"});
  double seconds = 0.0;
  double flops = 0.0;
  for (const auto& [name, phase] : cost["phases"].items()) {
    CHECK(keys_of(phase) == std::set<std::string>{"seconds", "tokens", "model_flops", "hardware_flops"});
    seconds += phase["seconds"].get<double>();
    flops += phase["model_flops"].get<double>();
  }
  CHECK(seconds == Approx(summary["seconds"].get<double>()));
  CHECK(flops == Approx(cost["model_flops"].get<double>()));
  CHECK(cost["pretraining_flops"] == 1e9);
  CHECK(cost["over_pretraining"].get<double>() == Approx(flops / 1e9));
  CHECK(cost["usd"].get<double>() == Approx(seconds));
  CHECK(cost["mfu"].get<double>() == Approx(flops / seconds / 1e11));
  require_keys(summary["throughput"], {"rollout_tokens_per_s", "update_tokens_per_s"});
  CHECK(summary["throughput"]["rollout_tokens_per_s"].get<double>() > 0.0);
  CHECK(json_file(run.out / "ledger.json")["phases"] == cost["phases"]);
}

TEST_CASE("metrics have a line a step, timings and evaluations where they belong", "[rl][run]") {
  const Finished run(7);
  const auto lines = lines_in(run.out / "metrics.jsonl");
  REQUIRE(lines.size() == 8);
  for (std::size_t step = 0; step < lines.size(); ++step) {
    CAPTURE(step);
    CHECK(lines[step]["step"] == step);
    CHECK(lines[step].contains("eval/sums/accuracy") == (step % 3 == 0 || step == 7));
    if (step > 0) {
      require_keys(lines[step], {"reward", "timing_s/gen", "timing_s/reward", "timing_s/update_actor", "timing_s/step",
                                 "perf/throughput", "perf/rollout_tokens_per_s", "perf/update_tokens_per_s",
                                 "step_time", "num_tokens", "cost/model_flops", "cost/rl_over_pretraining"});
      CHECK(lines[step]["cost/model_flops"].get<double>() > lines[step - 1].value("cost/model_flops", 0.0));
    }
  }
  const auto samples = lines_in(run.out / "samples.jsonl");
  REQUIRE_FALSE(samples.empty());
  require_keys(samples[0], {"step", "id", "question", "gold", "completion", "score", "reward", "status", "parts"});
}

TEST_CASE("whole steps are written as tokens where that is asked for", "[rl][run]") {
  const Finished run(7);
  const auto groups = lines_in(run.out / "rollouts.jsonl");
  REQUIRE(groups.size() == 2 * 8);  // steps 1 and 6
  CHECK(groups.front()["step"] == 1);
  CHECK(groups.back()["step"] == 6);
  double reward = 0.0;
  for (std::size_t i = 0; i < 8; ++i) {
    REQUIRE(groups[i]["completions"].size() == 8);
    CHECK_FALSE(groups[i]["prompt"].empty());
    for (std::size_t k = 0; k < 8; ++k) {
      CHECK(groups[i]["logprobs"][k].size() == groups[i]["completions"][k].size());
      reward += groups[i]["rewards"][k].get<double>() / 64.0;
    }
  }
  CHECK(reward == Approx(lines_in(run.out / "metrics.jsonl")[1]["reward"].get<double>()));
}

TEST_CASE("the phases' seconds are the run's", "[rl][run]") {
  const Finished run(60);
  const auto seconds = json_file(run.out / "summary.json")["seconds"].get<double>();
  // What is left is loading, opening files and the page at the end, which take a fixed time.
  CHECK(seconds <= run.wall_s);
  CHECK(seconds > 0.97 * run.wall_s - 0.5);
}

TEST_CASE("a summary without prices, peaks or a card says null", "[rl][run]") {
  cost::Ledger ledger;
  ledger.add(cost::Phase::kDecode, {2.0, 100, 1e6, 2e6});
  const RunOutcome outcome{3, "p", {}, {}, ledger, std::nullopt, std::nullopt};
  const auto summary = summary_json(RunConfig{}, outcome);
  CHECK(summary["cost"]["pretraining_flops"].is_null());
  CHECK(summary["cost"]["over_pretraining"].is_null());
  CHECK(summary["cost"]["mfu"].is_null());
  CHECK(summary["cost"]["usd"].is_null());
  CHECK(summary["eval"].empty());
  CHECK(summary["throughput"]["rollout_tokens_per_s"] == 50.0);
  CHECK(summary["throughput"]["update_tokens_per_s"] == 0.0);
}
