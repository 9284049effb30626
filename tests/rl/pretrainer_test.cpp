#include "rl/pretrainer.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "cost/pretraining_card.h"
#include "policies/packed_batch.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

std::vector<nlohmann::json> metrics_in(const std::filesystem::path& folder) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(folder / "metrics.jsonl");
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

RunPaths paths_in(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "out");
  return {"pretrain.json", folder, folder / "out", false};
}

PretrainConfig from_nothing() {
  PretrainConfig config;
  config.model.hidden_size = 24;
  config.model.intermediate_size = 32;
  config.model.num_hidden_layers = 1;
  config.model.num_attention_heads = 2;
  config.model.num_key_value_heads = 1;
  config.model.max_position_embeddings = 128;
  config.tokenizer.sentencepiece.vocab_size = 320;
  config.tokenizer.documents = 100;
  config.data.count = 200;
  config.data.generated.emplace_back();
  config.data.generated.back().domain = "arithmetic";
  config.train.max_steps = 60;
  config.train.tokens_per_step = 512;
  config.train.micro_batch_tokens = 200;
  config.train.schedule.learning_rate = 1e-2;
  return config;
}

const std::vector<std::string> kDocuments = {R"({"prompt": "1+1?", "completion": "the sum is 2"})",
                                             R"({"prompt": "what is 3+4, do you think?", "completion": "7"})",
                                             R"({"prompt": "say yes", "completion": "yes, yes and yes again"})"};

/// Mean negative log-probability of the documents' tokens from `completions_only` their start or from the second on,
/// one document after the other.
double loss_by_hand(const policies::Policy& policy, bool completions_only) {
  const at::NoGradGuard no_grad;
  double sum = 0.0;
  std::int64_t count = 0;
  for (const auto& line : kDocuments) {
    const auto json = nlohmann::json::parse(line);
    const auto prompt = policy.tokenizer().encode(json["prompt"].get<std::string>() + "\n");
    const auto completion = policy.tokenizer().encode(json["completion"].get<std::string>());
    std::vector<std::int32_t> ids = {1};
    ids.insert(ids.end(), prompt.begin(), prompt.end());
    ids.insert(ids.end(), completion.begin(), completion.end());
    ids.push_back(2);
    policies::PackedBatchBuilder builder;
    builder.add_sequence(ids, 1);
    const auto logprobs = policies::packed_logprobs(policy, std::move(builder).build(at::kCPU), 1.0, 7).logprobs;
    const auto from = completions_only ? static_cast<std::int64_t>(prompt.size()) : 0;  // logprobs[i] is of ids[i + 1]
    sum -= logprobs.narrow(0, from, logprobs.size(0) - from).sum().item<double>();
    count += logprobs.size(0) - from;
  }
  return sum / static_cast<double>(count);
}

}  // namespace

TEST_CASE("pretraining on a small corpus lowers the loss and leaves a base with its card", "[rl][pretrainer]") {
  const tensor_checks::TemporaryFolder folder;
  const auto paths = paths_in(folder.path);
  const auto config = from_nothing();
  pretrain(config, paths);
  const auto lines = metrics_in(paths.out);
  REQUIRE(lines.size() == 60);
  CHECK(lines.front().at("step") == 1);
  CHECK(lines.front().at("loss").get<double>() == Approx(std::log(320.0)).epsilon(0.05));  // knows nothing
  CHECK(lines.back().at("loss").get<double>() < 0.6 * lines.front().at("loss").get<double>());

  const auto policy =
      policies::Policy::load(paths.out, policies::ComputeType::kFloat32, policies::Use::kInference, at::kCPU);
  CHECK(policy.config().vocab_size == 320);
  const auto card = cost::load_pretraining_card(paths.out);
  REQUIRE(card);
  CHECK(card->total_parameters == cost::total_parameters(policy.shape()));
  CHECK(card->tokens() == lines.back().at("num_tokens").get<std::int64_t>());
  CHECK(card->tokens() >= 60 * 512);
  CHECK(cost::pretraining_flops(*card) > 6.0 * 0.5 * static_cast<double>(card->total_parameters * card->tokens()));
}

TEST_CASE("the loss does not depend on micro-batches, and the same seed gives the same weights", "[rl][pretrainer]") {
  const tensor_checks::TemporaryFolder first, again, other;
  auto config = from_nothing();
  config.train.max_steps = 5;
  pretrain(config, paths_in(first.path));
  pretrain(config, paths_in(again.path));
  CHECK(core::read_file(first.path / "out/model.safetensors") == core::read_file(again.path / "out/model.safetensors"));
  config.train.micro_batch_tokens = 100000;
  pretrain(config, paths_in(other.path));
  const auto a = metrics_in(first.path / "out");
  const auto b = metrics_in(other.path / "out");
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(a[i]["loss"].get<double>() == Approx(b[i]["loss"].get<double>()).epsilon(1e-4));
    CHECK(a[i]["num_tokens"] == b[i]["num_tokens"]);
  }
}

TEST_CASE("with prompts masked only completions count in the loss", "[rl][pretrainer]") {
  const tensor_checks::TemporaryFolder folder;
  const auto policy = scripted::tiny_policy();
  policy.save(folder.path / "base");
  PretrainConfig config;
  config.policy.path = "base";
  write_lines(folder.path / "documents.jsonl", kDocuments);
  config.data.path = "documents.jsonl";
  config.train.max_steps = 1;
  config.train.tokens_per_step = 60;  // the three documents have fewer, so the first comes again; then none
  config.train.schedule.learning_rate = 0.0;
  std::int64_t tokens = 0;
  for (const bool masked : {false, true}) {
    config.train.mask_prompts = masked;
    config.train.tokens_per_step = tokens == 0 ? 1 : tokens;
    if (tokens == 0) {  // how many tokens the documents have
      config.train.num_train_epochs = 1;
      config.train.max_steps = 3;
      config.train.tokens_per_step = 1;  // a document a step
      pretrain(config, paths_in(folder.path));
      tokens = metrics_in(folder.path / "out").back().at("num_tokens").get<std::int64_t>();
      config.train.max_steps = 1;
      config.train.tokens_per_step = tokens;
    }
    auto paths = paths_in(folder.path / (masked ? "masked" : "plain"));
    paths.config_folder = folder.path;
    pretrain(config, paths);
    const auto line = metrics_in(paths.out).at(0);
    CHECK(line.at("num_tokens") == tokens);
    CHECK(line.at("loss").get<double>() == Approx(loss_by_hand(policy, masked)).epsilon(1e-5));
  }
}

TEST_CASE("fine-tuning adds a stage to the base's card", "[rl][pretrainer]") {
  const tensor_checks::TemporaryFolder folder;
  auto config = from_nothing();
  config.train.max_steps = 2;
  pretrain(config, paths_in(folder.path));
  config.policy.path = "out";
  config.train.mask_prompts = true;
  auto paths = paths_in(folder.path / "tuned");
  paths.config_folder = folder.path;
  pretrain(config, paths);
  const auto card = cost::load_pretraining_card(paths.out);
  REQUIRE(card);
  REQUIRE(card->stages.size() == 2);
  CHECK(card->stages[0].name == "pretrain");
  CHECK(card->stages[1].name == "sft");
}

TEST_CASE("sizes that do not divide are refused with their numbers", "[rl][pretrainer]") {
  const tensor_checks::TemporaryFolder folder;
  auto config = from_nothing();
  config.model.num_attention_heads = 5;
  CHECK_THROWS_MATCHES(pretrain(config, paths_in(folder.path)), core::ConfigError,
                       MessageMatches(ContainsSubstring("24, 5 and 1")));
}
