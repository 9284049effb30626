#include "tests/rl/training_fixture.h"

#include <ATen/ATen.h>

#include <fstream>

#include "rewards/registry.h"

namespace training_fixture {

using namespace hone;

namespace {

class FunctionScorer final : public rewards::Scorer {
 public:
  explicit FunctionScorer(ScoreOf score_of) : score_of_(std::move(score_of)) {}
  [[nodiscard]] rewards::Score score(const datasets::Question& question, const rewards::Answer& answer) const override {
    return score_of_(question, answer);
  }

 private:
  ScoreOf score_of_;
};

std::map<std::string, ScoreOf>& functions() {
  static std::map<std::string, ScoreOf> all;
  return all;
}

std::filesystem::path saved(const policies::Policy& policy, const std::filesystem::path& folder) {
  policy.save(folder);
  return folder;
}

}  // namespace

void use_scorer(const std::string& type, ScoreOf score_of) {
  const bool is_new = !functions().contains(type);
  functions()[type] = std::move(score_of);
  if (is_new) {
    rewards::register_scorer(type,
                             [type](const nlohmann::json& /*options*/, const rewards::ScorerSetting& /*setting*/) {
                               return std::make_shared<FunctionScorer>(functions().at(type));
                             });
  }
}

rewards::Score even_bytes(const datasets::Question& /*question*/, const rewards::Answer& answer) {
  unsigned sum = 0;
  for (const char byte : answer.text) sum += static_cast<unsigned char>(byte);
  rewards::Score score;
  score.score = sum % 2 == 0 ? 1.0 : 0.0;
  return score;
}

rl::RunConfig config(const std::string& scorer) {
  rl::RunConfig config;
  config.seed = 11;
  config.policy.path = "base";
  config.data.sources.emplace_back();
  config.data.sources.back().domain = "arithmetic";
  config.scorers[scorer].type = scorer;
  config.rollout.num_generations = 4;
  config.rollout.prompts_per_step = 4;
  config.rollout.slots = 8;
  config.rollout.sampling.max_completion_length = 8;
  config.train.max_steps = 10;
  config.train.schedule.learning_rate = 1e-3;
  return config;
}

policies::Policy two_choices() {
  auto logits = at::zeros({420, 420});
  const auto set = [&](std::int32_t from, std::int32_t to, double value) { logits[from][to] = value; };
  const std::int32_t newline = 3;  // the last token of a prompt
  set(newline, scripted::byte_token('a'), 12.0);
  set(newline, scripted::byte_token('b'), 12.0);
  set(scripted::byte_token('a'), scripted::kEnd, 30.0);
  set(scripted::byte_token('b'), scripted::kEnd, 30.0);
  return scripted::scripted_policy(logits);
}

Training::Training(policies::Policy given, rl::RunConfig wanted)
    : config(rl::resolve(std::move(wanted), "train.json")),
      policy(std::move(given)),
      trainer(config, paths, policy, config.data, saved(policy, folder.path / "base"), ledger) {}

std::vector<at::Tensor> Training::weights() const {
  std::vector<at::Tensor> copies;
  for (const auto& master : policy.masters()) copies.push_back(master.detach().clone());
  return copies;
}

double largest_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, tensor_checks::difference(a[i], b[i]));
  return largest;
}

rl::Group group(std::int64_t prompt_tokens, const std::vector<std::int64_t>& lengths,
                const std::vector<double>& rewards, std::uint64_t seed) {
  rl::Group made;
  auto question = std::make_shared<datasets::Question>();
  question->id = "q" + std::to_string(seed);
  made.question = question;
  made.prompt.ids = tensor_checks::random_ids(prompt_tokens, 420, seed);
  made.rewards = rewards;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    rollout::Completion completion;
    completion.ids = tensor_checks::random_ids(lengths[i], 420, 1000 * seed + i);
    completion.logprobs.assign(completion.ids.size(), -5.0F);
    completion.sample = static_cast<std::int64_t>(i);
    completion.finish = rollout::Finish::kStop;
    made.completions.push_back(std::move(completion));
    made.texts.emplace_back();
    made.scores.emplace_back().score = rewards[i];
  }
  return made;
}

std::string write_lines(const std::filesystem::path& path, const std::vector<std::string>& lines) {
  std::ofstream file(path);
  for (const auto& line : lines) file << line << '\n';
  return path.string();
}

}  // namespace training_fixture
