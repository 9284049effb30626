#include <unistd.h>

#include <atomic>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "rewards/judge/agreement.h"
#include "rewards/judge/evaluation.h"

using namespace hone::rewards;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Passes answers in which a word stands.
class WordScorer final : public Scorer {
 public:
  explicit WordScorer(std::string word, int flips_at = 0) : word_(std::move(word)), flips_at_(flips_at) {}
  [[nodiscard]] Score score(const hone::datasets::Question&, const Answer& answer) const override {
    if (answer.text == "fail") {
      return failure(Status::kError, "the judge failed");
    }
    Score score;
    score.score = answer.text.find(word_) != std::string_view::npos ? 1.0 : 0.0;
    if (flips_at_ != 0 && answer.text == "doubtful" && ++doubts_ == flips_at_) {
      score.score = 1.0 - score.score;
    }
    return score;
  }

 private:
  std::string word_;
  int flips_at_;
  mutable std::atomic<int> doubts_{0};
};

LabelledAnswer labelled(const std::string& question, const std::string& answer, double label,
                        const std::string& category) {
  hone::datasets::Question asked;
  asked.id = question;
  asked.messages = {{"user", question}};
  return {std::make_shared<const hone::datasets::Question>(asked), answer, label, category};
}

std::vector<Graded> graded(std::initializer_list<Graded> all) {
  return all;
}

}  // namespace

TEST_CASE("kappa is agreement beyond chance", "[rewards][judge][agreement]") {
  // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, by chance 0.5.
  std::vector<int> left;
  std::vector<int> right;
  const int table[2][2] = {{15, 10}, {5, 20}};
  for (int a = 0; a < 2; ++a) {
    for (int b = 0; b < 2; ++b) {
      left.insert(left.end(), static_cast<std::size_t>(table[a][b]), a);
      right.insert(right.end(), static_cast<std::size_t>(table[a][b]), b);
    }
  }
  CHECK(cohens_kappa(left, right, 2, KappaWeights::kNone) == Approx(0.4));
  CHECK(cohens_kappa(left, left, 2, KappaWeights::kNone) == Approx(1.0));
  const std::vector<int> same(5, 1);
  CHECK(std::isnan(cohens_kappa(same, same, 2, KappaWeights::kNone)));
}

TEST_CASE("on a scale the distance counts", "[rewards][judge][agreement]") {
  // Squares of distances: 2 observed; 22 / 4 expected by the margins 1, 1, 2 of both.
  const std::vector<int> left = {0, 1, 2, 2};
  const std::vector<int> right = {0, 2, 2, 1};
  CHECK(cohens_kappa(left, right, 3, KappaWeights::kQuadratic) == Approx(1.0 - 8.0 / 22.0));
}

TEST_CASE("balanced F1 is the mean of both classes", "[rewards][judge][agreement]") {
  const std::vector<int> labels = {1, 1, 1, 0, 0};
  const std::vector<int> found = {1, 1, 0, 0, 1};
  CHECK(balanced_f1(labels, found) == Approx((2.0 / 3.0 + 0.5) / 2));
  const std::vector<int> ones = {1, 1};
  const std::vector<int> one = {1, 0};
  CHECK(balanced_f1(ones, ones) == 1.0);
  CHECK(balanced_f1(ones, one) == Approx((2.0 / 3.0 + 0.0) / 2));
}

TEST_CASE("correlation is of ranks, ties in their middle", "[rewards][judge][agreement]") {
  const std::vector<double> a = {1, 2, 3, 4};
  const std::vector<double> b = {10, 300, 20, 4000};
  CHECK(rank_correlation(a, b) == Approx(0.8));
  const std::vector<double> tied = {1, 1, 2};
  const std::vector<double> c = {1, 2, 3};
  CHECK(rank_correlation(tied, c) == Approx(1.5 / std::sqrt(3.0)));
  const std::vector<double> flat = {1, 1, 1};
  CHECK(std::isnan(rank_correlation(flat, c)));
}

TEST_CASE("a share has Wilson's interval", "[rewards][judge][agreement]") {
  const Estimate share = proportion(8, 10);
  CHECK(share.value == 0.8);
  CHECK(share.low == Approx(0.4901625));
  CHECK(share.high == Approx(0.9433178));
  CHECK(proportion(0, 10).low == 0.0);
  CHECK(std::isnan(proportion(0, 0).value));
}

TEST_CASE("agreement says how lenient a judge is and whether it likes length", "[rewards][judge][agreement]") {
  const auto answers = graded({{1, 1, 10}, {0, 0.5, 20}, {0.5, 1, 30}, {0, 0, 5}});
  const auto levels = label_levels(answers);
  CHECK(levels == std::vector<double>{0, 0.5, 1});
  CHECK(nearest_level(levels, 0.75) == 2);
  CHECK(nearest_level(levels, 0.2) == 0);
  const Agreement found = agreement(answers, levels);
  CHECK(found.n == 4);
  CHECK(found.accuracy.value == 0.75);
  CHECK(found.kappa.value == Approx(0.5));  // observed 3/4, by chance 1/2 · 3/4 + 1/2 · 1/4
  CHECK(found.balanced_f1.value == Approx((0.8 + 2.0 / 3.0) / 2));
  CHECK(found.offset_points.value == Approx(25));  // means 0.625 and 0.375
  // Levels: labels 2 0 1 0, scores 2 1 2 0: observed 0+1+1+0 = 2; margins 2,1,1 and 1,1,2 make 2·(1+8)+1·(1+2)+1·(4+1)
  // = 26.
  CHECK(found.weighted_kappa.value == Approx(1.0 - 2.0 * 4.0 / 26.0));
  CHECK(found.length_correlation.value > 0.5);
  CHECK(found.offset_points.low <= 25);
  CHECK(found.offset_points.high >= 25);
  const Agreement again = agreement(answers, levels);
  CHECK(again.offset_points.low == found.offset_points.low);
}

TEST_CASE("a judge that says yes to everything is found out", "[rewards][judge][agreement]") {
  const std::vector<LabelledAnswer> labels = {labelled("a", "yes", 1, "x"), labelled("a", "no", 0, "x"),
                                              labelled("b", "no", 0, "y"), labelled("b", "fail", 1, "y")};
  const auto gullible = std::make_shared<WordScorer>("");
  const JudgeEvaluation evaluation = evaluate_judge(gullible, gullible, labels, {.canary_questions = 2});
  CHECK(evaluation.all.n == 3);
  CHECK(evaluation.failed == 1);
  CHECK(evaluation.failures == std::vector<std::string>{"b: the judge failed"});
  CHECK(evaluation.all.kappa.value == Approx(0.0).margin(1e-12));
  CHECK(evaluation.all.offset_points.value == Approx(200.0 / 3));
  CHECK(evaluation.false_positives.value == 1.0);
  CHECK(evaluation.by_category.at("x").n == 2);
  CHECK(evaluation.by_category.at("y").accuracy.value == 0.0);
  CHECK_FALSE(evaluation.flips.has_value());
  CHECK(evaluation.canaries.back().asked == 1);  // question b is answered with the good answer to a
  CHECK_THAT(evaluation_table(evaluation), ContainsSubstring("canaries that pass") && ContainsSubstring("solution"));
  CHECK(to_json(evaluation)["false_positives"]["value"] == 1.0);
  CHECK(to_json(evaluation)["weighted_kappa"]["value"].is_null());
}

TEST_CASE("verdicts that change from one asking to the next are counted", "[rewards][judge][agreement]") {
  const std::vector<LabelledAnswer> labels = {labelled("a", "good", 1, ""), labelled("a", "doubtful", 0, ""),
                                              labelled("a", "fail", 0, ""), labelled("a", "bad", 0, "")};
  const auto strict = std::make_shared<WordScorer>("good");
  const auto moody = std::make_shared<WordScorer>("good", 2);
  const JudgeEvaluation evaluation = evaluate_judge(strict, moody, labels, {.repeats = 3, .canary_questions = 1});
  REQUIRE(evaluation.flips.has_value());
  CHECK(evaluation.flips->value == Approx(1.0 / 3));
  CHECK(evaluation.all.accuracy.value == 1.0);
  CHECK(evaluation.false_positives.value == 0.0);
}

TEST_CASE("labels are read with their questions", "[rewards][judge][agreement]") {
  namespace fs = std::filesystem;
  const fs::path path = fs::temp_directory_path() / ("hone_labels_" + std::to_string(::getpid()) + ".jsonl");
  const auto read = [&](const std::string& lines) {
    std::ofstream(path) << lines;
    return read_labels(path);
  };
  const auto labels = read(R"({"id":"1","question":"Q?","gold":"g","answer":"A","label":true,"category":"c"}
{"id":"2","question":"R?","answer":"B","label":0.25,"rubric":{"id":"r"}}
)");
  REQUIRE(labels.size() == 2);
  CHECK(labels[0].answer == "A");
  CHECK(labels[0].label == 1.0);
  CHECK(labels[0].category == "c");
  CHECK(labels[0].question->id == "1");
  CHECK(labels[0].question->gold == "g");
  CHECK(labels[0].question->messages.at(0).content == "Q?");
  CHECK(labels[1].label == 0.25);
  CHECK(labels[1].question->reference["rubric"]["id"] == "r");
  for (const char* bad :
       {R"({"id":"1","question":"Q?","answer":"A"})", R"({"id":"1","question":"Q?","label":1})",
        R"({"id":"1","question":"Q?","answer":"A","label":2})",
        R"({"id":"1","question":"Q?","answer":"A","label":"yes"})",
        R"({"id":"1","question":"Q?","answer":7,"label":1})", R"({"id":"1","answer":"A","label":1})", "[]", ""}) {
    INFO(bad);
    CHECK_THROWS_AS(read(bad), hone::core::DataError);
  }
  fs::remove(path);
}
