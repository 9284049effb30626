#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <csignal>

#include "cli/policy_options.h"
#include "tests/cli/command.h"
#include "tests/policies/scripted_policy.h"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using nlohmann::json;
using scripted::byte_token;

namespace {

/// Writes "Hi!" and ends, once it has read a newline.
hone::policies::Policy greeter() {
  constexpr std::int32_t kNewline = 3;
  const std::vector<std::int32_t> path = {kNewline, byte_token('H'), byte_token('i'), byte_token('!'), scripted::kEnd};
  return scripted::scripted_policy(scripted::path_logits(path));
}

}  // namespace

TEST_CASE("a prompt in text, as messages or as tokens is answered with text, tokens and log-probabilities",
          "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.save("greeter", greeter());
  const auto prompts = here.write("prompts.jsonl",
                                  R"({"id": "a", "prompt": "Hello\n"}
{"id": 7, "messages": [{"role": "user", "content": "Hello"}]}
{"id": "c", "token_ids": [1, 3]}
)");
  const auto result = command::run({"generate", "--policy", policy, "--prompts", prompts});
  REQUIRE(result.status == 0);
  const auto lines = command::lines(result.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0]["id"] == "a");
  CHECK(lines[1]["id"] == 7);
  CHECK(lines[2]["id"] == "c");
  for (const auto& line : lines) {
    CHECK(line["index"] == 0);
    CHECK(line["text"] == "Hi!");
    CHECK(line["token_ids"] == json({byte_token('H'), byte_token('i'), byte_token('!'), scripted::kEnd}));
    REQUIRE(line["logprobs"].size() == 4);
    // Each token's logit is 30, the other 419 are 0.
    for (const auto& logprob : line["logprobs"]) {
      CHECK(std::abs(logprob.get<double>() + std::log1p(419.0 * std::exp(-30.0))) < 1e-5);
    }
    CHECK(line["finish"] == "stop");
  }
  CHECK(result.err.empty());
}

TEST_CASE("an answer ends at its length or at a stop string, which its text leaves out", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.save("greeter", greeter());
  const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "token_ids": [3]})");
  const auto cut = command::run({"generate", "--policy", policy, "--prompts", prompts, "--max-new-tokens", "2"});
  CHECK(command::lines(cut.out).at(0)["text"] == "Hi");
  CHECK(command::lines(cut.out).at(0)["finish"] == "length");
  const auto stopped =
      command::run({"generate", "--policy", policy, "--prompts", prompts, "--stop", "??", "--stop", "i"});
  CHECK(command::lines(stopped.out).at(0)["text"] == "H");
  CHECK(command::lines(stopped.out).at(0)["token_ids"] == json({byte_token('H'), byte_token('i')}));
  CHECK(command::lines(stopped.out).at(0)["finish"] == "stop");
}

TEST_CASE("samples are written by prompt and index, and do not depend on the slots", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.save("tiny", scripted::tiny_policy());
  const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "prompt": "one two three"}
{"id": "b", "prompt": "4"}
{"id": "c", "prompt": "what is 5 + 6?"}
)");
  const auto run = [&](const std::string& slots, const std::string& seed) {
    return command::run({"generate", "--policy", policy, "--prompts", prompts, "--n", "4", "--temperature", "1.5",
                         "--max-new-tokens", "12", "--slots", slots, "--seed", seed});
  };
  const auto lines = command::lines(run("64", "3").out);
  REQUIRE(lines.size() == 12);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i]["id"] == std::string(1, "abc"[i / 4]));
    CHECK(lines[i]["index"] == i % 4);
    CHECK(lines[i]["token_ids"].size() == lines[i]["logprobs"].size());
  }
  CHECK(lines[0]["token_ids"] != lines[1]["token_ids"]);
  const auto others = command::lines(run("2", "3").out);
  const auto reseeded = command::lines(run("64", "4").out);
  REQUIRE(others.size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(others[i]["token_ids"] == lines[i]["token_ids"]);
  CHECK(reseeded[0]["token_ids"] != lines[0]["token_ids"]);
}

TEST_CASE("the log-probabilities of a sample are those that hone logprobs computes", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.save("tiny", scripted::tiny_policy());
  const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "token_ids": [1, 300, 60, 9]})");
  const auto sampled = command::run({"generate", "--policy", policy, "--prompts", prompts, "--n", "3", "--temperature",
                                     "0.8", "--max-new-tokens", "10"});
  std::string sequences;
  for (const auto& line : command::lines(sampled.out)) {
    json ids = {1, 300, 60, 9};
    ids.insert(ids.end(), line["token_ids"].begin(), line["token_ids"].end());
    sequences += json{{"id", line["index"]}, {"token_ids", ids}, {"completion_start", 4}}.dump() + "\n";
  }
  const auto scored = command::run(
      {"logprobs", "--policy", policy, "--input", here.write("sequences.jsonl", sequences), "--temperature", "0.8"});
  const auto before = command::lines(sampled.out);
  const auto after = command::lines(scored.out);
  REQUIRE(after.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(after[i]["logprobs"].size() == before[i]["logprobs"].size());
    for (std::size_t t = 0; t < after[i]["logprobs"].size(); ++t) {
      const auto gap = after[i]["logprobs"][t].get<double>() - before[i]["logprobs"][t].get<double>();
      CHECK(std::abs(gap) < 1e-4);
    }
  }
}

TEST_CASE("--stats counts the prompts' tokens once and the new tokens of all samples", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.save("greeter", greeter());
  const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "token_ids": [1, 3]}
{"id": "b", "token_ids": [1, 1, 3]}
)");
  const auto result = command::run({"generate", "--policy", policy, "--prompts", prompts, "--n", "2", "--stats"});
  const auto stats = command::lines(result.err).back();
  CHECK(stats["prompt_tokens"] == 5);
  CHECK(stats["new_tokens"] == 16);
  CHECK(stats["seconds"] > 0.0);
  CHECK(stats["tokens_per_s"].get<double>() == Catch::Approx(16.0 / stats["seconds"].get<double>()));
}

TEST_CASE("without --max-new-tokens an answer has the room that the context leaves", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.copy_fixture("tiny_llama_tied");  // context 64
  std::string ids = "5";
  for (int i = 1; i < 60; ++i) ids += ", 5";
  const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "token_ids": [)" + ids + "]}");
  const auto result = command::run({"generate", "--policy", policy, "--prompts", prompts, "--temperature", "0"});
  REQUIRE(result.status == 0);
  const auto tokens = command::lines(result.out).at(0)["token_ids"];
  CHECK((tokens.size() == 4 || tokens.back() == 2));

  const auto refused = command::run({"generate", "--policy", policy, "--prompts", prompts, "--max-new-tokens", "5"});
  CHECK(refused.status == 2);
  CHECK(refused.err == "hone: " + prompts +
                           ":1: the prompt has 60 tokens, needs at most 59 to leave room for the answer in the "
                           "policy's context of 64\n");
}

TEST_CASE("a prompt that cannot be used is named by file and line before anything is sampled", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.copy_fixture("tiny_llama_tied");  // vocabulary 96
  const auto refuse = [&](const std::string& line) {
    const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "token_ids": [1]})"
                                                     "\n" +
                                                         line + "\n");
    const auto result = command::run({"generate", "--policy", policy, "--prompts", prompts});
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, ContainsSubstring("prompts.jsonl:2: "));
    return result.err;
  };
  CHECK_THAT(refuse("{"), ContainsSubstring("needs one JSON value a line"));
  CHECK_THAT(refuse("[1, 2]"), EndsWith("needs an object, found array\n"));
  CHECK_THAT(refuse(R"({"token_ids": [1]})"), EndsWith("needs \"id\"\n"));
  CHECK_THAT(refuse(R"({"id": null, "token_ids": [1]})"),
             EndsWith("\"id\" needs text or a whole number, found null\n"));
  CHECK_THAT(refuse(R"({"id": 1})"), EndsWith(R"(needs one of "prompt", "messages" and "token_ids", found none)"
                                              "\n"));
  CHECK_THAT(refuse(R"({"id": 1, "prompt": "a", "token_ids": [1]})"), EndsWith("found 2\n"));
  CHECK_THAT(refuse(R"({"id": 1, "prompt": 5})"), EndsWith("\"prompt\" needs text, found 5\n"));
  CHECK_THAT(refuse(R"({"id": 1, "messages": "hello"})"), EndsWith("\"messages\" needs a list of messages\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": []})"), EndsWith("needs a prompt of at least one token, found none\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [3, 96]})"),
             EndsWith("\"token_ids\" at index 1 needs a whole number from 0 to 95, found 96\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [-1]})"), EndsWith("found -1\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [18446744073709551615]})"), EndsWith("found 18446744073709551615\n"));
  CHECK_THAT(refuse(R"({"id": 1, "token_ids": [1.5]})"), EndsWith("found 1.5\n"));
  CHECK_THAT(refuse(R"({"id": 1, "prompt": "token ids above 95"})"), ContainsSubstring("the policy knows only 96"));
}

TEST_CASE("an option out of its range is refused with what it needs", "[cli][generate]") {
  const command::Workplace here;
  const auto prompts = here.write("prompts.jsonl", R"({"id": "a", "token_ids": [1]})");
  const auto refuse = [&](const std::string& option, const std::string& value) {
    const auto result = command::run({"generate", "--policy", "unread", "--prompts", prompts, option + "=" + value});
    CHECK(result.status == 2);
    return result.err;
  };
  CHECK_THAT(refuse("--temperature", "-0.5"), ContainsSubstring("needs a number, at least 0, found -0.5"));
  CHECK_THAT(refuse("--temperature", "nan"), ContainsSubstring("needs a number, at least 0, found nan"));
  CHECK_THAT(refuse("--top-p", "1.5"), ContainsSubstring("at most 1, found 1.5"));
  CHECK_THAT(refuse("--top-k", "-1"), ContainsSubstring("at least 0, found -1"));
  CHECK_THAT(refuse("--max-new-tokens", "0"), ContainsSubstring("at least 1, found 0"));
  CHECK_THAT(refuse("--n", "0"), ContainsSubstring("--n"));
  CHECK_THAT(refuse("--seed", "-1"), ContainsSubstring("--seed"));
  CHECK_THAT(refuse("--slots", "0"), ContainsSubstring("--slots"));
  CHECK_THAT(refuse("--dtype", "float16"), ContainsSubstring("bfloat16"));
  CHECK_THAT(refuse("--chat-template", "llama"), ContainsSubstring("chatml"));
  CHECK_THAT(refuse("--adaptor", "x"), ContainsSubstring("--adaptor"));
  CHECK_THAT(refuse("--adapter", "x"), ContainsSubstring("unread"));  // taken, and the policy is read first
}

TEST_CASE("a policy or a file of prompts that is not there is named", "[cli][generate]") {
  const command::Workplace here;
  const auto policy = here.save("greeter", greeter());
  const auto no_policy = command::run({"generate", "--policy", "no/such/folder", "--prompts", "no.jsonl"});
  CHECK(no_policy.status == 2);
  CHECK_THAT(no_policy.err, ContainsSubstring("no/such/folder"));
  const auto no_prompts = command::run({"generate", "--policy", policy, "--prompts", "no.jsonl"});
  CHECK(no_prompts.status == 2);
  CHECK_THAT(no_prompts.err, ContainsSubstring("no.jsonl: cannot be opened"));
  const auto empty = command::run({"generate", "--policy", policy, "--prompts", here.write("empty.jsonl", "\n")});
  CHECK(empty.status == 2);
  CHECK_THAT(empty.err, EndsWith("empty.jsonl: needs at least one line, found none\n"));
}

TEST_CASE("Ctrl-C ends a command that has nothing to save at once, with status 130", "[cli][generate]") {
  const pid_t child = fork();
  if (child == 0) {
    hone::cli::end_at_interrupt();
    raise(SIGINT);
    _exit(1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
}
