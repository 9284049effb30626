// Answers that a person wrote and graded before any engine read them, against what the shipped rubrics make of them.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <iomanip>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "datasets/jsonl.h"
#include "rewards/registry.h"

using namespace hone;
using namespace hone::rewards;

namespace {

struct Graded {
  std::string id;
  double grade = 0;
  Score score;
};

/// Ranks from 1, the mean of their places where values are equal.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> rank(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (std::size_t i = first; i < last; ++i) rank[order[i]] = 1 + (static_cast<double>(first + last) - 1) / 2;
    first = last;
  }
  return rank;
}

/// Pearson's correlation of the ranks: with ties the only right form of Spearman's rho.
double spearman(const std::vector<double>& left, const std::vector<double>& right) {
  const auto x = ranks(left);
  const auto y = ranks(right);
  const double mean = (static_cast<double>(x.size()) + 1) / 2;
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xy / std::sqrt(xx * yy);
}

std::vector<Graded> graded(const std::string& domain, const std::string& suite) {
  const std::string folder = "examples/rubrics/" + domain;
  const auto scorer = make_scorer("rubric", {{"rubrics", folder}}, {.where = "test: rubric"});
  std::map<std::string, datasets::Question> questions;
  for (auto& question : datasets::load_questions(folder + "/questions.jsonl")) {
    const std::string id = question.id;
    questions.emplace(id, std::move(question));
  }
  std::vector<Graded> all;
  datasets::for_each_json_line(
      std::filesystem::path("tests/rewards/rubric_suite/" + suite + ".jsonl"),
      [&](std::size_t, const nlohmann::json& line) {
        const std::string answer = line.at("answer");
        const auto& question = questions.at(line.at("question"));
        all.push_back({line.at("id"), line.at("grade").get<double>(), scorer->score(question, {.text = answer})});
      });
  return all;
}

double rho_of(const std::vector<Graded>& all) {
  std::vector<double> grades;
  std::vector<double> scores;
  for (const auto& one : all) {
    grades.push_back(one.grade);
    scores.push_back(one.score.score);
  }
  return spearman(grades, scores);
}

/// The answers about whose places grader and rubric differ most, with what the items say.
std::string disagreements(const std::vector<Graded>& all, std::size_t most) {
  std::vector<double> grades;
  std::vector<double> scores;
  for (const auto& one : all) {
    grades.push_back(one.grade);
    scores.push_back(one.score.score);
  }
  const auto by_grade = ranks(grades);
  const auto by_score = ranks(scores);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto difference = [&](std::size_t i) { return by_score[i] - by_grade[i]; };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::abs(difference(a)) > std::abs(difference(b)); });
  std::ostringstream text;
  text << std::fixed;
  for (std::size_t i = 0; i < std::min(most, order.size()); ++i) {
    const auto& one = all[order[i]];
    text << std::setprecision(1) << std::showpos << std::setw(6) << difference(order[i]) << std::noshowpos << "  grade "
         << std::setprecision(0) << std::setw(3) << one.grade << "  score " << std::setprecision(2) << one.score.score
         << "  " << one.id << ":";
    for (const auto& [item, earned] : one.score.parts) text << ' ' << item << '=' << earned;
    text << "  (" << one.score.detail << ")\n";
  }
  return text.str();
}

}  // namespace

TEST_CASE("Spearman's rho by hand, with ties", "[rewards][rubric_suite]") {
  CHECK(ranks({10, 30, 20, 20}) == std::vector<double>{1, 4, 2.5, 2.5});
  CHECK(spearman({1, 2, 3}, {10, 20, 30}) == 1.0);
  CHECK(spearman({1, 2, 3}, {3, 2, 1}) == -1.0);
  // Ranks 1, 2, 3, 4 and 1, 2.5, 2.5, 4: 4.5 / sqrt(5 * 4.5).
  CHECK(std::abs(spearman({1, 2, 3, 4}, {1, 2, 2, 3}) - 4.5 / std::sqrt(22.5)) < 1e-12);
}

TEST_CASE("each shipped rubric puts answers in the order of their grades", "[rewards][rubric_suite]") {
  const std::string domain = GENERATE("hearsay", "statute", "contract");
  const auto all = graded(domain, domain);
  const double rho = rho_of(all);
  CAPTURE(domain);
  INFO(disagreements(all, 12));
  WARN(domain << ": rho " << rho << " over " << all.size() << " answers");
  CHECK(all.size() >= 40);
  CHECK(rho >= 0.9);
  for (const auto& one : all) CHECK(teaches(one.score.status));
}

TEST_CASE("held-out answers keep roughly the order of their grades", "[rewards][rubric_suite]") {
  // Written before the engine and the rubrics were finished, scored for the first time afterwards, and nothing was
  // changed for them since: 0.811, 0.935 and 0.970 on that first run. Eleven answers each, so one that is misread costs
  // some 0.1.
  const auto [domain, bound] =
      GENERATE(table<std::string, double>({{"hearsay", 0.8}, {"statute", 0.92}, {"contract", 0.95}}));
  const auto all = graded(domain, domain + "_heldout");
  const double rho = rho_of(all);
  CAPTURE(domain);
  INFO(disagreements(all, 5));
  WARN(domain << ", held out: rho " << rho << " over " << all.size() << " answers");
  CHECK(rho >= bound);
}

TEST_CASE("each shipped rubric gives its question's good answer full marks", "[rewards][rubric_suite]") {
  const std::string domain = GENERATE("hearsay", "statute", "contract");
  const std::string folder = "examples/rubrics/" + domain;
  const auto scorer = make_scorer("rubric", {{"rubrics", folder}}, {.where = "test: rubric"});
  for (const auto& question : datasets::load_questions(folder + "/questions.jsonl")) {
    const Score score = scorer->score(question, {.text = question.good_answer});
    CAPTURE(domain, question.id, score.detail);
    CHECK(score.status == Status::kOk);
    CHECK(score.score >= 0.99);
  }
}
