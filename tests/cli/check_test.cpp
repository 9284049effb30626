#include <ATen/Parallel.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "rl/checks/item.h"
#include "tests/cli/command.h"
#include "tests/policies/scripted_policy.h"

using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

/// A tiny policy and a config of sums, scored by their length so that answers differ.
struct Run {
  explicit Run(const hone::policies::Policy& policy = scripted::tiny_policy()) {
    here.save("base", policy);
    config = {{"seed", 5},
              {"policy", {{"path", "base"}}},
              {"data", {{"sources", {{{"domain", "arithmetic"}}}}}},
              {"scorers", {{"length", {{"type", "length"}, {"options", {{"max_length", 12}, {"buffer", 10}}}}}}},
              {"rollout",
               {{"num_generations", 4},
                {"prompts_per_step", 4},
                {"slots", 8},
                {"max_completion_length", 12},
                {"stop", {"a", " "}}}},
              {"train", {{"micro_batch_tokens", 256}}},
              {"cost", {{"peak_tflops", 0.1}}}};  // not measured: that takes a second
  }

  command::Result check(std::vector<std::string> more = {}) const {
    const tensor_checks::Threads threads(at::get_num_threads());  // the command sets its own
    std::vector<std::string> arguments = {"check", here.write("train.json", config.dump()), "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return command::run(arguments);
  }

  /// The lines of --json by the item's name.
  std::map<std::string, json> items(command::Result& result, std::vector<std::string> more = {}) const {
    more.push_back("--json");
    result = check(more);
    std::map<std::string, json> items;
    for (auto& line : command::lines(result.out)) items[line.at("check").get<std::string>()] = line;
    return items;
  }

  command::Workplace here;
  json config;
};

std::set<std::string> files_of(const std::filesystem::path& folder) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) files.insert(entry.path().string());
  return files;
}

std::string problems(const json& item) {
  return item.at("problems").dump();
}

}  // namespace

TEST_CASE("a run that can be started passes every check, and nothing is written", "[cli][check]") {
  const Run run;
  run.here.write("train.json", "");
  const auto before = files_of(run.here.folder.path);
  const auto result = run.check();
  CAPTURE(result.out, result.err);
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  for (const auto* name : {"policy", "prompts", "memory", "compute", "sample", "numerics"}) {
    CHECK_THAT(result.out, ContainsSubstring("── " + std::string(name) + ": ok\n"));
  }
  CHECK(files_of(run.here.folder.path) == before);
}

TEST_CASE("with --json each check is a line of stdout, and people read stderr", "[cli][check]") {
  const Run run;
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 0);
  CHECK_THAT(result.err, ContainsSubstring("── numerics: ok"));
  REQUIRE(items.size() == 6);
  CHECK(items.at("policy").at("family") == "LlamaForCausalLM");
  CHECK(items.at("policy").at("context") == 128);
  CHECK(items.at("policy").at("eos_token_ids") == json::array({2}));
  CHECK(items.at("policy").at("tokenizer_vocab_size") == 420);
  // Embedding 420·40, two layers of qkv 96·40, out 40·48, gate and up 104·40, down 40·52 and norms 80, a norm of 40.
  CHECK(items.at("policy").at("parameters") == 16'800 + 2 * (3'840 + 1'920 + 4'160 + 2'080 + 80) + 40);
  const auto& prompts = items.at("prompts").at("sets").at(0);
  CHECK(prompts.at("name") == "arithmetic");
  CHECK(prompts.at("questions") == 512);
  CHECK(prompts.at("shortest") <= prompts.at("mean"));
  CHECK(prompts.at("mean") <= prompts.at("longest"));
  CHECK(prompts.at("too_long") == 0);
  const auto& memory = items.at("memory");
  CHECK(memory.at("peak_bytes") > 4 * 3 * 40'000);
  CHECK(memory.at("available_bytes") > memory.at("peak_bytes"));
  const auto& compute = items.at("compute");
  CHECK(compute.at("step_seconds_at_peak").get<double>() == compute.at("step_flops").get<double>() / 1e11);
  const auto& sample = items.at("sample");
  CHECK(sample.at("answers") == 16);
  CHECK(sample.at("answer").at("parts").contains("length"));
  const auto& numerics = items.at("numerics");
  CHECK(numerics.at("ratio").at("min") == 1.0);
  CHECK(numerics.at("ratio").at("max") == 1.0);
  CHECK(numerics.at("logprob_difference").at("max") < 1e-3);
  CHECK(numerics.at("gradient").at("norm") > 0.0);
  CHECK(numerics.at("gradient").at("relative_difference") < 1e-4);
  CHECK(numerics.at("gradient").at("micro_batches").at(0) < numerics.at("gradient").at("micro_batches").at(1));
}

TEST_CASE("numerics hold in bfloat16 and for every loss", "[cli][check]") {
  const Run run;
  const std::string dtype = GENERATE("float32", "bfloat16");
  const std::string loss = GENERATE("grpo", "gspo", "cispo", "rloo", "reinforce++");
  command::Result result;
  const auto items = run.items(result, {"--set", "policy.dtype=" + dtype, "--set", "algorithm.loss_type=" + loss});
  CAPTURE(dtype, loss, result.err);
  CHECK(result.status == 0);
  CHECK(items.at("numerics").at("status") == "ok");
}

TEST_CASE("prompts that do not fit are counted and named, with what would help", "[cli][check]") {
  Run run;
  std::string lines = R"({"id": "short", "prompt": "1+1?", "answer": "2"})"
                      "\n";
  lines += json{{"id", "long"}, {"prompt", "Why\n" + std::string(117, '~')}, {"answer", "2"}}.dump() + "\n";
  run.here.write("questions.jsonl", lines);
  run.config["data"] = {{"sources", {{{"path", "questions.jsonl"}}}}};
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 2);
  CHECK_THAT(result.err, ContainsSubstring("hone: check failed: prompts\n"));
  const auto& prompts = items.at("prompts");
  CHECK(prompts.at("status") == "failed");
  const auto& set = prompts.at("sets").at(0);
  CHECK(set.at("too_long") == 1);
  CHECK(set.at("longest_id") == "long");
  const auto longest = set.at("longest").get<int>();
  CHECK(longest > 128 - 12);
  CHECK_THAT(problems(prompts), ContainsSubstring("1 of all 2 prompts do not fit the policy's context of 128"));
  CHECK_THAT(problems(prompts),
             ContainsSubstring("the longest, long, has " + std::to_string(longest) + " tokens: \\\"Why\\\""));
  CHECK_THAT(problems(prompts),
             ContainsSubstring("lower rollout.max_completion_length to " + std::to_string(128 - longest)));
  CHECK(items.at("sample").at("status") != "failed");  // with the questions that do fit
}

TEST_CASE("an evaluation set's prompts have to fit its own limit", "[cli][check]") {
  Run run;
  run.config["eval"] = {
      {"sets", {{{"name", "held_out"}, {"domain", "arithmetic"}, {"n", 5}, {"max_completion_length", 127}}}}};
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 2);
  CHECK_THAT(problems(items.at("prompts")), ContainsSubstring("evaluation held_out: 5 of all 5 prompts"));
  CHECK_THAT(problems(items.at("prompts")), ContainsSubstring("eval.sets.0.max_completion_length"));
}

TEST_CASE("a run that does not fit into memory is told what to lower, and is not tried out", "[cli][check]") {
  const Run run;
  command::Result result;
  auto items = run.items(
      result, {"--set", "train.micro_batch_tokens=1000000000000", "--set", "rollout.prompts_per_step=1000000000"});
  CHECK(result.status == 2);
  CHECK_THAT(problems(items.at("memory")), ContainsSubstring("lower train.micro_batch_tokens"));
  CHECK_FALSE(items.contains("numerics"));
  items = run.items(result, {"--set", "rollout.slots=1000000000", "--set", "rollout.prompts_per_step=1000000000"});
  CHECK(result.status == 2);
  CHECK_THAT(problems(items.at("memory")), ContainsSubstring("lower rollout.slots"));
}

TEST_CASE("a tokenizer that is another policy's is refused", "[cli][check]") {
  auto model = scripted::tiny_config();
  model.vocab_size = 400;  // the tokenizer has 420
  const Run run(scripted::tiny_policy(model));
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 2);
  CHECK_THAT(problems(items.at("policy")), ContainsSubstring("tokenizer has 420 tokens, but the policy rows for 400"));
}

TEST_CASE("a policy whose answers nothing ends is warned about", "[cli][check]") {
  auto model = scripted::tiny_config();
  model.eos_token_ids = {};
  const Run run(scripted::tiny_policy(model));
  command::Result result;
  auto items = run.items(result, {"--set", "rollout.stop=[]"});
  CHECK(result.status == 0);
  CHECK(items.at("policy").at("status") == "warning");
  CHECK_THAT(problems(items.at("policy")), ContainsSubstring("no token ends an answer"));
  items = run.items(result);  // with strings that do
  CHECK(items.at("policy").at("status") == "ok");
}

TEST_CASE("questions that cannot be scored fail the sample as they would fail the run", "[cli][check]") {
  Run run;
  run.here.write("questions.jsonl", R"({"id": "a", "prompt": "1+1?"})");  // without an answer
  run.config["data"] = {{"sources", {{{"path", "questions.jsonl"}}}}};
  run.config["scorers"] = {{"math", {{"type", "exact_math"}}}};
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 2);
  CHECK_THAT(problems(items.at("sample")), ContainsSubstring("scorers failed on 16 of 16 answers (unscorable: "));
  CHECK(items.at("numerics").at("made_up_rewards") == true);
  CHECK(items.at("numerics").at("status") == "ok");
}

TEST_CASE("rewards that never differ are a warning", "[cli][check]") {
  Run run;
  run.config["scorers"] = {{"math", {{"type", "exact_math"}}}};
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 0);
  CHECK(items.at("sample").at("status") == "warning");
  CHECK_THAT(problems(items.at("sample")), ContainsSubstring("in no group do the rewards differ"));
}

TEST_CASE("a policy that answers the same every time has no gradient to look at", "[cli][check]") {
  const std::vector<std::int32_t> path = {3, scripted::byte_token('H'), scripted::byte_token('i'), scripted::kEnd};
  const Run run(scripted::scripted_policy(scripted::path_logits(path)));
  command::Result result;
  const auto items = run.items(result);
  CHECK(result.status == 0);
  CHECK(items.at("numerics").at("status") == "warning");
  CHECK_THAT(problems(items.at("numerics")), ContainsSubstring("the same answer every time"));
}

TEST_CASE("a policy that is not there fails its check in words", "[cli][check]") {
  const Run run;
  command::Result result;
  const auto items = run.items(result, {"--set", "policy.path=elsewhere"});
  CHECK(result.status == 2);
  REQUIRE(items.size() == 1);
  CHECK_THAT(problems(items.at("policy")), ContainsSubstring("elsewhere"));
}

TEST_CASE("a failure that is hone's outweighs one that the user can mend", "[cli][check]") {
  hone::rl::CheckItem item;
  item.warn("a");
  item.fail(hone::rl::Fault::kHone, "b");
  item.fail(hone::rl::Fault::kUser, "c");
  item.warn("d");
  CHECK(item.status == hone::rl::CheckStatus::kFailed);
  CHECK(item.fault == hone::rl::Fault::kHone);
  CHECK(item.problems == std::vector<std::string>{"a", "b", "c", "d"});
  const auto thrown = hone::rl::look_at("x", [](auto&) { throw hone::core::DataError("line 3"); });
  CHECK(thrown.fault == hone::rl::Fault::kUser);
  CHECK(thrown.problems == std::vector<std::string>{"line 3"});
}
