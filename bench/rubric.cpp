// How many answers a second a rubric scores on one core: ten deterministic items, answers of about 250 words.
//   cmake -S . -B build/plain -DHONE_TORCH=OFF -DHONE_BENCH=ON && cmake --build build/plain --target bench_rubric
//   build/plain/bench_rubric

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rewards/registry.h"

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

json rubric() {
  return json::parse(R"json({
    "schema": "hone.rubric/1", "id": "bench",
    "sections": {"names": ["issue", "rule", "application", "conclusion"], "required": ["application", "conclusion"]},
    "materials": {
      "authorities": [
        {"id": "R1", "cite": "Rule 801(c)", "aliases": ["FRE 801(c)"], "name": "definition of hearsay",
         "text": "Hearsay means a statement that the declarant does not make while testifying at the current trial or hearing, and a party offers in evidence to prove the truth of the matter asserted in the statement."},
        {"id": "R2", "cite": "Rule 802", "name": "the rule against hearsay", "text": "Hearsay is not admissible unless a statute or these rules provide otherwise."}],
      "record": [
        {"id": "F1", "text": "Ann told the court that Bob had said the bridge was about to fall.", "terms": ["Ann"]},
        {"id": "F2", "text": "Bob spoke to his crew on the morning of 3 May 2021.", "terms": ["the crew", "his crew"]},
        {"id": "F3", "text": "The claimant wants to show that the crew had been warned.", "terms": ["warned", "warning"]}]},
    "gold": {"conclusion": "not hearsay", "elements": {"statement": "met", "out_of_court": "met", "truth": "not_met"}},
    "labels": {"hearsay": ["is hearsay", "inadmissible hearsay"], "not hearsay": ["is not hearsay", "not hearsay"]},
    "elements": {
      "statement": {"terms": ["statement", "assertion"]},
      "out_of_court": {"terms": ["out of court"]},
      "truth": {"terms": ["truth of the matter"], "met": ["offered for its truth"], "not_met": ["not offered for its truth"]}},
    "formula": {"conclusion": "hearsay", "when": "statement and out_of_court and truth"},
    "items": [
      {"id": "verdict", "check": "conclusion", "section": "conclusion", "weight": 3, "class": "gate"},
      {"id": "rule", "check": "cites", "section": "rule", "any": ["R1"], "max": 3, "weight": 1},
      {"id": "elements", "check": "elements", "section": "application", "weight": 4},
      {"id": "consistent", "check": "consistency", "weight": 2},
      {"id": "facts", "check": "record_refs", "section": "application", "min": 2, "weight": 1, "class": "important"},
      {"id": "no_fake", "check": "citations_exist", "weight": -2, "class": "pitfall"},
      {"id": "quotes", "check": "quotes_verbatim", "weight": -2, "class": "pitfall"},
      {"id": "contradiction", "check": "contradiction", "section": "application", "weight": -2, "class": "pitfall"},
      {"id": "repetition", "check": "repetition", "weight": -1, "class": "pitfall"},
      {"id": "brief", "check": "length", "max_words": 400, "weight": -1, "class": "pitfall"}]})json");
}

std::string answer() {
  return "<issue>The question is whether Ann may tell the court what Bob said to his crew on the bridge, or whether "
         "the "
         "objection that this is an attempt to bring in hearsay must be sustained.</issue>\n"
         "<rule>Under Rule 801(c), hearsay is \"a statement that the declarant does not make while testifying at the "
         "current "
         "trial or hearing\" which a party offers to prove the truth of the matter asserted. Rule 802 keeps it out. "
         "All three "
         "parts of the definition have to be there; where one of them fails, the rule against hearsay has no work to "
         "do and "
         "the testimony is judged by its relevance alone.</rule>\n"
         "<application>First, Bob's words. He told his crew that the bridge was about to fall. That is an assertion of "
         "a fact, "
         "in words, and so the statement element is met. Second, the place. Bob spoke on the morning of 3 May 2021 on "
         "the "
         "bridge and not from the witness stand; Ann, who heard him, is the one who testifies. The out-of-court "
         "element is "
         "therefore satisfied as well. Third, the purpose. The claimant does not need the bridge to have been in "
         "danger. She "
         "wants to show that the crew had been warned, and a warning is a warning whether or not it turns out to be "
         "right. "
         "What matters is that the words were spoken and heard, which Ann can be cross-examined about. The words are "
         "not "
         "offered for its truth, so to speak, but for their effect on those who listened. The truth of the matter "
         "element is "
         "not met.</application>\n"
         "<conclusion>As one of the three elements is lacking, the testimony about the warning is not hearsay, and the "
         "objection should be overruled.</conclusion>";
}

double seconds_of(const hone::rewards::Scorer& scorer, const std::vector<hone::datasets::Question>& questions,
                  const std::vector<std::string>& answers, double& sum) {
  const auto start = Clock::now();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    hone::rewards::Answer asked;
    asked.text = answers[i];
    sum += scorer.score(questions[i / 16 % questions.size()], asked).score;
  }
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

int main() {
  std::vector<hone::datasets::Question> questions(8);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    questions[i].id = "q" + std::to_string(i);
    questions[i].messages = {
        {"user", "Ann told the court that Bob had said the bridge was about to fall. Is it hearsay?"}};
    questions[i].reference = {{"rubric", rubric()}};
  }
  std::vector<std::string> answers;
  for (std::size_t i = 0; i < 20000; ++i) answers.push_back(answer() + std::string(i % 7, ' '));
  hone::rewards::ScorerSetting setting;
  setting.where = "bench";
  const auto scorer = hone::rewards::make_scorer("rubric", nlohmann::json::object(), setting);
  double sum = 0.0;
  (void)seconds_of(*scorer, questions, answers, sum);
  std::vector<double> rates;
  for (int round = 0; round < 7; ++round) {
    rates.push_back(static_cast<double>(answers.size()) / seconds_of(*scorer, questions, answers, sum));
  }
  std::sort(rates.begin(), rates.end());
  std::printf("%zu bytes an answer, 10 items, mean score %.3f\n", answer().size(),
              sum / 8 / static_cast<double>(answers.size()));
  std::printf("answers a second on one core: median %.0f, least %.0f, most %.0f\n", rates[3], rates.front(),
              rates.back());
  return 0;
}
