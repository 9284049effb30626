#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <map>

#include "core/config.h"
#include "rewards/registry.h"
#include "tests/rewards/plugin_fixture.h"

// The examples of examples/scorers give what their texts say.

using namespace hone::rewards;

namespace {

namespace fs = std::filesystem;

ScorerSetting setting_in(const fs::path& folder) {
  ScorerSetting setting;
  setting.where = "config.json: options";
  setting.folder = folder;
  setting.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
  return setting;
}

/// By the answers' ids.
std::map<std::string, Score> score_example(const Scorer& scorer, const fs::path& folder) {
  std::map<std::string, Score> scores;
  std::ifstream file(folder / "answers.jsonl");
  for (std::string line; std::getline(file, line);) {
    const auto read = nlohmann::json::parse(line);
    hone::datasets::Question question;
    question.messages = {{"user", read.at("question")}};
    question.gold = read.at("gold");
    const std::string text = read.at("answer");
    Answer answer;
    answer.text = text;
    scores[read.at("id")] = scorer.score(question, answer);
  }
  return scores;
}

}  // namespace

TEST_CASE("the example of a process scorer scores as it says", "[rewards][plugins]") {
  if (std::system("python3 -c pass >/dev/null 2>&1") != 0) {
    SKIP("python3 is not there");
  }
  const fs::path folder = "examples/scorers/python";
  auto options = hone::core::load_json_file((folder / "config.json").string()).at("options");
  options["deadline_s"] = 60;  // whatever the machine is busy with
  const auto scorer = make_scorer("process", options, setting_in(folder));
  auto scores = score_example(*scorer, folder);
  CHECK(scores.at("full").score == 1.0);
  CHECK(scores.at("bare").score == 0.5);
  CHECK(scores.at("wrong").score == 0.0);
  CHECK(scores.at("empty").score == 0.0);
  for (const auto& [id, score] : scores) {
    CHECK(score.status == Status::kOk);
  }
}

// Run by tests/plugins/find_package_test.sh, which builds it before.
TEST_CASE("the example of a shared library scores as it says", "[.find_package]") {
  const fs::path library = plugin_test::build_folder() / "tests/find_package/build/clauses.so";
  const fs::path folder = "examples/scorers/shared_library";
  const auto scorer = make_scorer("shared_library", {{"path", library.string()}}, setting_in(folder));
  auto scores = score_example(*scorer, folder);
  CHECK(scores.at("both").score == 1.0);
  CHECK(scores.at("both").spans.size() == 2);
  CHECK(scores.at("one").score == 0.5);
  CHECK(scores.at("all").score == 0.0);
}
