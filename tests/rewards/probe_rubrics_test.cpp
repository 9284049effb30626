// The shipped rubrics under attack: none may earn half of an honest answer.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>
#include <string>

#include "datasets/domain.h"
#include "datasets/jsonl.h"
#include "rewards/probe/probe.h"
#include "rewards/registry.h"

using namespace hone::rewards;
using namespace hone::rewards::probe;

namespace {

std::set<std::string> holes(const ProbeReport& report) {
  std::set<std::string> names;
  for (const AttackOutcome& one : report.attacks) {
    if (one.verdict == Verdict::kHole || one.verdict == Verdict::kBroken) {
      INFO(one.attack->name << " " << one.worst_share << " " << one.worst.question_id << ": " << one.worst.text);
      names.insert(one.attack->name);
    }
  }
  return names;
}

ProbeReport probe_folder(const std::string& folder, std::uint64_t seed) {
  const auto scorer = make_scorer("rubric", {{"rubrics", folder}}, {.where = "test: rubric"});
  return probe::probe(scorer, hone::datasets::load_questions(folder + "/questions.jsonl"),
                      {.threshold = 0.5, .seed = seed, .pool = {}});
}

}  // namespace

TEST_CASE("no attack earns half of an honest answer under a shipped rubric", "[rewards][probe][rubric]") {
  const std::string domain = GENERATE("hearsay", "statute", "contract");
  const std::uint64_t seed = GENERATE(1U, 2U, 3U);
  CAPTURE(domain, seed);
  const ProbeReport report = probe_folder("examples/rubrics/" + domain, seed);
  CHECK(report.judges_reasoning);
  CHECK(report.honest.known == report.questions);
  CHECK(report.honest.lowest >= 0.9);
  for (const AttackOutcome& one : report.attacks) {
    CAPTURE(one.attack->name, one.worst.question_id, one.worst.detail, one.worst.text.substr(0, 1500));
    // A deal of sentences can by luck leave all findings in their section; under the default seed none does.
    const bool is_lucky = seed != 1 && one.attack->name == std::string("reasoning_shuffled");
    CHECK((one.attack->aim == Aim::kNobody || is_lucky || one.worst_share < 0.5));
    CHECK(one.verdict != Verdict::kBroken);
  }
}

TEST_CASE("nor under the rubrics of generated claims", "[rewards][probe][rubric]") {
  const auto domain = hone::datasets::make_domain("statute", nlohmann::json::object(), "test");
  const auto questions = hone::datasets::make_questions(*domain, hone::datasets::Split::kTrain, 1, 16);
  const auto scorer = make_scorer("rubric", nlohmann::json::object(), {.where = "test: rubric"});
  const ProbeReport report = probe::probe(scorer, questions, ProbeOptions{});
  CHECK(report.honest.lowest == 1.0);
  for (const AttackOutcome& one : report.attacks) {
    CAPTURE(one.attack->name, one.worst.question_id, one.worst.detail, one.worst.text.substr(0, 1500));
    CHECK((one.attack->aim == Aim::kNobody || one.worst_share < 0.5));
  }
}

TEST_CASE("the rubric of the ten minutes has the holes that docs/scorers.md closes", "[rewards][probe][rubric]") {
  CHECK(holes(probe_folder("examples/rubrics/first", 1)) == std::set<std::string>{"fake_citations", "words_shuffled"});
}
