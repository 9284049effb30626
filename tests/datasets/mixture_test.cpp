#include "datasets/mixture.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "core/error.h"

using namespace hone;
using namespace hone::datasets;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A file of `count` questions "q0", "q1", …, gone at the end of the test.
class QuestionFile {
 public:
  explicit QuestionFile(int count)
      : path_(std::filesystem::temp_directory_path() / ("hone_mixture_test_" + std::to_string(getpid()) + ".jsonl")) {
    std::ofstream file(path_);
    for (int i = 0; i < count; ++i) file << R"({"id": "q)" << i << R"(", "prompt": "?", "answer": )" << i << "}\n";
  }
  QuestionFile(const QuestionFile&) = delete;
  QuestionFile& operator=(const QuestionFile&) = delete;
  ~QuestionFile() { std::filesystem::remove(path_); }
  [[nodiscard]] SourceConfig source() const {
    SourceConfig config;
    config.path = path_.string();
    return config;
  }

 private:
  std::filesystem::path path_;
};

SourceConfig domain_source(const std::string& domain, double weight) {
  SourceConfig config;
  config.domain = domain;
  config.weight = weight;
  return config;
}

std::vector<std::string> ids(const std::vector<Question>& questions) {
  std::vector<std::string> ids;
  for (const auto& question : questions) ids.push_back(question.id);
  return ids;
}

}  // namespace

TEST_CASE("each source gets its share, in every stretch and in the long run", "[datasets][mixture]") {
  const Mixture mixture(
      {{domain_source("arithmetic", 5), domain_source("logic", 3), domain_source("word_problems", 2)}}, 1, "test");
  std::map<std::string, int> count;
  int drawn = 0;
  for (std::uint64_t step = 0; step < 100; ++step) {
    for (const auto& question : mixture.questions_for_step(step, 7)) ++count[question.domain];
    drawn += 7;
    CHECK(std::abs(count["arithmetic"] - 0.5 * drawn) <= 1);
    CHECK(std::abs(count["logic"] - 0.3 * drawn) <= 1);
    CHECK(std::abs(count["word_problems"] - 0.2 * drawn) <= 1);
  }
  CHECK(count["arithmetic"] == 350);
  CHECK(count["logic"] == 210);
  CHECK(count["word_problems"] == 140);
}

TEST_CASE("a step's questions do not depend on the steps before it", "[datasets][mixture]") {
  const QuestionFile file(10);
  const DataConfig config{{domain_source("arithmetic", 1), file.source()}};
  const Mixture whole(config, 1, "test");
  const auto all = ids(whole.questions(0, 96));
  for (const std::uint64_t step : {11, 3, 0, 7}) {
    const auto some = ids(Mixture(config, 1, "test").questions_for_step(step, 8));
    CHECK(some == std::vector<std::string>(all.begin() + static_cast<long>(step) * 8,
                                           all.begin() + static_cast<long>(step + 1) * 8));
  }
  CHECK(ids(Mixture(config, 2, "test").questions(0, 96)) != all);
  CHECK(whole.questions(5, 0).empty());
}

TEST_CASE("a file is gone through once an epoch, each time in another order", "[datasets][mixture]") {
  const QuestionFile file(20);
  const Mixture mixture({{file.source()}}, 1, "test");
  std::set<std::vector<std::string>> orders;
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    auto order = ids(mixture.questions(epoch * 20, 20));
    orders.insert(order);
    std::sort(order.begin(), order.end());
    CHECK(std::unique(order.begin(), order.end()) == order.end());
  }
  CHECK(orders.size() == 5);
}

TEST_CASE("training draws from the split for training", "[datasets][mixture]") {
  const Mixture mixture({{domain_source("logic", 1)}}, 9, "test");
  CHECK(mixture.questions(4, 1)[0].id == "logic/train/9/4");
  SourceConfig seeded = domain_source("logic", 1);
  seeded.seed = 30;
  seeded.name = "chains";
  const auto questions = Mixture({{seeded}}, 9, "test").questions(4, 1);
  CHECK(questions[0].id == "logic/train/30/4");
  CHECK(questions[0].domain == "chains");
}

TEST_CASE("a set is chosen without duplicates and says when there are too few", "[datasets][mixture]") {
  const QuestionFile file(20);
  CHECK(make_set(file.source(), Split::kEval, 1, 0, "eval.json", "eval.sets.0").size() == 20);
  auto chosen = ids(make_set(file.source(), Split::kEval, 1, 15, "eval.json", "eval.sets.0"));
  CHECK(chosen.size() == 15);
  CHECK(std::set<std::string>(chosen.begin(), chosen.end()).size() == 15);
  CHECK_THROWS_WITH(make_set(file.source(), Split::kEval, 1, 21, "eval.json", "eval.sets.0"),
                    ContainsSubstring("eval.json: eval.sets.0 needs 21 questions, found 20 in "));
  const auto generated = make_set(domain_source("logic", 1), Split::kEval, 1, 30, "eval.json", "eval.sets.0");
  CHECK(generated.size() == 30);
  CHECK(generated[0].id.rfind("logic/eval/1/", 0) == 0);
  CHECK_THROWS_AS(make_set(domain_source("logic", 1), Split::kEval, 1, 0, "eval.json", "eval.sets.0"),
                  core::ConfigError);
}

TEST_CASE("a source is a domain or a file, and its place is named when it is neither", "[datasets][mixture]") {
  CHECK_THROWS_WITH(Mixture({{SourceConfig{}}}, 1, "train.json"),
                    "train.json: data.sources.0 needs either \"domain\" or \"path\", found neither");
  const QuestionFile file(2);
  SourceConfig both = file.source();
  both.domain = "logic";
  CHECK_THROWS_WITH(Mixture({{domain_source("logic", 1), both}}, 1, "train.json"),
                    "train.json: data.sources.1 needs either \"domain\" or \"path\", found both");
  SourceConfig optioned = file.source();
  optioned.options = {{"terms_max", 3}};
  CHECK_THROWS_AS(Mixture({{optioned}}, 1, "train.json"), core::ConfigError);
  CHECK_THROWS_WITH(Mixture({{domain_source("logic", 0)}}, 1, "train.json"),
                    "train.json: data.sources needs a source with a positive weight");
}
