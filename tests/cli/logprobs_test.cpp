#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "policies/safetensors.h"
#include "tests/cli/command.h"
#include "tests/policies/scripted_policy.h"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using nlohmann::json;

namespace {

// expected.json of tests/fixtures/hf/tiny_llama_tied.
const json kFirst = {1, 17, 4, 88, 23, 23, 5, 61, 40, 9, 72, 2};
const json kSecond = {1, 33, 95, 3, 50, 8, 2};

/// Log-probabilities of all tokens but the first, as transformers computed them.
std::vector<float> expected(const std::string& tensor) {
  const auto file = hone::policies::WeightFiles::open_file("tests/fixtures/hf/tiny_llama_tied/expected.safetensors");
  const auto values = file.load(tensor);
  return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
}

void check_close(const json& found, std::span<const float> wanted, double tolerance) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(std::abs(found[i].get<double>() - wanted[i]) < tolerance);
}

}  // namespace

TEST_CASE("log-probabilities of a completion are those of transformers", "[cli][logprobs]") {
  const command::Workplace here;
  const auto policy = here.copy_fixture("tiny_llama_tied");
  const auto input =
      here.write("input.jsonl", json{{"id", "a"}, {"token_ids", kFirst}, {"completion_start", 1}}.dump() + "\n" +
                                    json{{"id", 2}, {"token_ids", kSecond}, {"completion_start", 4}}.dump() + "\n");
  const auto first = expected("logprobs.0");
  const auto second = expected("logprobs.1");

  const auto result = command::run({"logprobs", "--policy", policy, "--input", input});
  REQUIRE(result.status == 0);
  const auto lines = command::lines(result.out);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["id"] == "a");
  CHECK(lines[1]["id"] == 2);
  check_close(lines[0]["logprobs"], first, 1e-4);
  check_close(lines[1]["logprobs"], std::span(second).subspan(3), 1e-4);

  const auto rough = command::run({"logprobs", "--policy", policy, "--input", input, "--dtype", "bfloat16"});
  const auto rough_lines = command::lines(rough.out);
  REQUIRE(rough_lines.size() == 2);
  check_close(rough_lines[0]["logprobs"], first, 0.3);
}

TEST_CASE("a file of more tokens than a batch gives each line what it gets alone", "[cli][logprobs]") {
  const command::Workplace here;
  const auto policy = here.copy_fixture("tiny_llama_tied");
  std::string input;
  constexpr int kLines = 700;  // 700 lines of 12 or 7 tokens pass 4096 twice
  for (int i = 0; i < kLines; ++i) {
    const bool is_even = i % 2 == 0;
    input +=
        json{{"id", i}, {"token_ids", is_even ? kFirst : kSecond}, {"completion_start", is_even ? 1 : 4}}.dump() + "\n";
  }
  const auto first = expected("logprobs.0");
  const auto second = expected("logprobs.1");
  const auto result = command::run({"logprobs", "--policy", policy, "--input", here.write("input.jsonl", input)});
  const auto lines = command::lines(result.out);
  REQUIRE(lines.size() == kLines);
  for (int i = 0; i < kLines; ++i) {
    CHECK(lines[i]["id"] == i);
    check_close(lines[i]["logprobs"], i % 2 == 0 ? std::span(first) : std::span(second).subspan(3), 1e-4);
  }
}

TEST_CASE("the temperature divides the logits", "[cli][logprobs]") {
  const command::Workplace here;
  // Token 7 follows 5 with a logit of 4, 419 others with 0: at temperature 2 the logit is 2.
  auto logits = at::zeros({420, 420});
  logits[5][7] = 4.0;
  const auto policy = here.save("scripted", scripted::scripted_policy(logits));
  const auto input = here.write("input.jsonl", R"({"id": 1, "token_ids": [5, 7], "completion_start": 1})");
  const auto result = command::run({"logprobs", "--policy", policy, "--input", input, "--temperature", "2"});
  const auto logprob = command::lines(result.out).at(0)["logprobs"].at(0).get<double>();
  CHECK(std::abs(logprob - (2.0 - std::log(std::exp(2.0) + 419.0))) < 1e-5);
}

TEST_CASE("a sequence that cannot be used is named by file and line before any is computed", "[cli][logprobs]") {
  const command::Workplace here;
  const auto policy = here.copy_fixture("tiny_llama_tied");  // vocabulary 96, context 64
  const auto refuse = [&](const std::string& line) {
    const auto input = here.write("input.jsonl", R"({"id": 1, "token_ids": [1, 2], "completion_start": 1})"
                                                 "\n" +
                                                     line);
    const auto result = command::run({"logprobs", "--policy", policy, "--input", input});
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, ContainsSubstring("input.jsonl:2: "));
    return result.err;
  };
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1, 2]})"), EndsWith("needs \"completion_start\"\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1, 2], "completion_start": 0})"),
             EndsWith("\"completion_start\" needs 1 to 1, as a token has one before it that predicts it, found 0\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1, 2, 3], "completion_start": 3})"), EndsWith("found 3\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1, 2, 3], "completion_start": -1})"), EndsWith("found -1\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1, 2, 3], "completion_start": "1"})"),
             EndsWith("needs a whole number, found string\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1, 96], "completion_start": 1})"),
             EndsWith("at index 1 needs a whole number from 0 to 95, found 96\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1], "completion_start": 1})"),
             EndsWith("\"token_ids\" needs 2 to 64 tokens, the policy's context, found 1\n"));
  CHECK_THAT(refuse(json{{"id", 1}, {"token_ids", std::vector<int>(65, 5)}, {"completion_start", 1}}.dump()),
             EndsWith("found 65\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": "1 2", "completion_start": 1})"),
             EndsWith("needs a list of whole numbers, found string\n"));
}
