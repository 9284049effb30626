#include "rl/config.h"

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/config.h"
#include "core/error.h"
#include "rl/pretrainer.h"

using namespace hone;
using namespace hone::rl;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;

namespace {

core::Json minimal() {
  return core::Json::parse(R"({"policy": {"path": "base"}, "data": {"sources": [{"domain": "arithmetic"}]},
                               "scorers": {"math": {"type": "exact_math"}}})");
}

RunConfig read(const core::Json& json) {
  return resolve(core::from_json<RunConfig>(json, "train.json"), "train.json");
}

core::Json with(const std::string& assignment) {
  auto json = minimal();
  core::apply_override(json, assignment);
  return json;
}

}  // namespace

TEST_CASE("the smallest config names a policy, questions and scorers", "[rl][config]") {
  const auto config = read(minimal());
  CHECK(config.rollout.num_generations == 8);
  CHECK(config.algorithm.epsilon == 0.2);
  CHECK(config.eval.sets.empty());
}

TEST_CASE("a resolved config read again is the same", "[rl][config]") {
  auto json = minimal();
  json["eval"]["sets"] = core::Json::parse(R"([{"name": "a", "domain": "logic", "n": 3}])");
  json["algorithm"]["loss_type"] = GENERATE("grpo", "dapo", "gspo", "cispo", "reinforce++");
  const auto once = core::to_json(read(json));
  CHECK(core::to_json(read(once)) == once);
}

TEST_CASE("a set without scorers is scored exactly", "[rl][config]") {
  auto json = minimal();
  json["eval"]["sets"] = core::Json::parse(R"([{"name": "a", "domain": "logic"}])");
  const auto config = read(json);
  REQUIRE(config.eval.sets.at(0).scorers.size() == 1);
  CHECK(config.eval.sets[0].scorers.at("exact_math").type == "exact_math");
}

TEST_CASE("samples that the loss would misjudge are refused in training, not in evaluation", "[rl][config]") {
  for (const auto* assignment : {"rollout.top_p=0.9", "rollout.top_k=5", "rollout.min_p=0.1"}) {
    CAPTURE(assignment);
    CHECK_THROWS_MATCHES(read(with(assignment)), core::ConfigError,
                         MessageMatches(ContainsSubstring("train.json: rollout.top_k")));
  }
  CHECK_THROWS_MATCHES(read(with("rollout.temperature=0")), core::ConfigError,
                       MessageMatches(ContainsSubstring("train.json: rollout.temperature is 0")));
  auto json = minimal();
  json["eval"]["sets"] = core::Json::parse(R"([{"name": "a", "domain": "logic", "top_p": 0.9, "temperature": 0}])");
  CHECK(read(json).eval.sets[0].sampling.top_p == 0.9);
}

TEST_CASE("what is missing, twice there or unknown is named", "[rl][config]") {
  auto json = minimal();
  json.erase("policy");
  CHECK_THROWS_MATCHES(read(json), core::ConfigError,
                       MessageMatches(ContainsSubstring("train.json: policy.path is missing")));
  json = minimal();
  json["eval"]["sets"] = core::Json::parse(R"([{"name": "a", "domain": "logic"}, {"name": "a", "domain": "logic"}])");
  CHECK_THROWS_MATCHES(read(json), core::ConfigError, MessageMatches(ContainsSubstring("two sets are called a")));
  CHECK_THROWS_MATCHES(
      read(with("policy.chat_template=chatlm")), core::ConfigError,
      Message("train.json: policy.chat_template is \"chatlm\", needs one of \"auto\", \"plain\", \"chatml\", "
              "\"llama3\", \"gemma\", \"deepseek\""));
  CHECK_THROWS_MATCHES(read(with("rollout.num_generation=4")), core::ConfigError,
                       MessageMatches(ContainsSubstring("did you mean rollout.num_generations?")));
  CHECK_THROWS_MATCHES(
      core::from_json<PretrainConfig>(core::Json::parse(R"({"model": {"layers": 2}})"), "pretrain.json"),
      core::ConfigError, MessageMatches(ContainsSubstring("pretrain.json: unknown key model.layers")));
}

TEST_CASE("a device is one that is there", "[rl][config]") {
  const auto device = [](const std::string& name) {
    PolicyConfig config;
    config.device = name;
    return device_of(config, "train.json");
  };
  CHECK(device("cpu") == at::Device(at::kCPU));
  for (const auto* name : {"cudda", "meta", "", "mps", "cuda:x"}) {
    CAPTURE(name);
    CHECK_THROWS_MATCHES(
        device(name), core::ConfigError,
        Message("train.json: policy.device is \"" + std::string(name) + "\", needs cpu, cuda or cuda:N"));
  }
  CHECK_THROWS_MATCHES(device("cuda:99"), core::ConfigError, MessageMatches(ContainsSubstring("CUDA devices here")));
}
