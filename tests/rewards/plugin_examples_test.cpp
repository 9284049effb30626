#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "core/config.h"
#include "rewards/plugins/strays.h"
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

namespace {

/// A program in the background that prints a line first; killed when it goes.
class Background {
 public:
  explicit Background(const std::string& command) : pipe_(popen((command + " & echo $!; wait").c_str(), "re")) {
    REQUIRE(pipe_ != nullptr);
    pid_ = static_cast<pid_t>(std::stol(line()));
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() {
    kill(pid_, SIGKILL);
    pclose(pipe_);
  }
  [[nodiscard]] std::string line() {
    std::string text;
    for (int byte; (byte = std::fgetc(pipe_)) != EOF && byte != '\n';) {
      text += static_cast<char>(byte);
    }
    return text;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  FILE* pipe_;
  pid_t pid_ = 0;
};

}  // namespace

TEST_CASE("the example of a reward server is understood in all three shapes", "[rewards][plugins]") {
  if (std::system("python3 -c pass >/dev/null 2>&1") != 0) {
    SKIP("python3 is not there");
  }
  const fs::path folder = "examples/scorers/python";
  Background server("python3 examples/scorers/http/server.py 0");
  const std::string base = "http://127.0.0.1:" + server.line();
  for (const auto& [path, shape] :
       std::map<std::string, std::string>{{"/score", "hone"}, {"/get_reward", "openrlhf"}, {"/rm", "slime"}}) {
    INFO(shape);
    const auto scorer = make_scorer("http", {{"url", base + path}, {"shape", shape}}, setting_in(folder));
    auto scores = score_example(*scorer, folder);
    CHECK(scores.at("full").score == 1.0);
    CHECK(scores.at("bare").score == 0.5);
    CHECK(scores.at("wrong").score == 0.0);
    CHECK(scores.at("empty").score == 0.0);
    for (const auto& [id, score] : scores) {
      INFO(id << ": " << score.detail);
      CHECK(score.status == Status::kOk);
    }
  }
}

// Started by the test below, and killed.
TEST_CASE("a host that waits to be killed", "[.host_to_kill]") {
  const auto scorer = plugin_test::faulty_scorer(plugin_test::faulty_options());
  std::puts("ready");
  std::fflush(stdout);
  (void)plugin_test::score_all(*scorer, std::vector<std::string>(1000, "hang"));
}

TEST_CASE("when the host is killed its workers end with it", "[rewards][plugins]") {
  Background host(fs::read_symlink("/proc/self/exe").string() + " '[host_to_kill]'");
  while (host.line() != "ready") {
  }
  const std::string mark = std::to_string(host.pid()) + "-";
  CHECK(plugins::count_strays(mark) == 1);
  kill(host.pid(), SIGKILL);
  for (int turn = 0; turn < 1000 && plugins::count_strays(mark) > 0; ++turn) {
    usleep(10000);
  }
  CHECK(plugins::count_strays(mark) == 0);
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
