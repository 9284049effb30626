#include "datasets/domain.h"

#include <unordered_set>
#include <utility>

#include "core/error.h"
#include "datasets/solutions.h"

namespace hone::datasets {
namespace {

// Draws before an exercise of the split must have come up: at 5 % for the smallest split, 1,000 draws miss it once in
// 10^22, so a miss means that the options leave next to no exercises.
constexpr int kMaximumDraws = 1000;
// Shares of the splits, in thousandths. Changing them moves questions from one split to another: never do so.
constexpr std::uint64_t kPretrainBelow = 800;
constexpr std::uint64_t kTrainBelow = 950;

core::ConfigError too_few(const Domain& domain, Split split, const std::string& problem) {
  return core::ConfigError(std::string(domain.name()) + ": " + problem + " in the split " +
                           std::string(split_name(split)) + "; widen the domain's options");
}

}  // namespace

std::string_view split_name(Split split) {
  switch (split) {
    case Split::kPretrain:
      return "pretrain";
    case Split::kTrain:
      return "train";
    case Split::kEval:
      return "eval";
  }
  return "";
}

Split split_from_name(std::string_view name, const std::string& where) {
  for (const Split split : {Split::kPretrain, Split::kTrain, Split::kEval}) {
    if (name == split_name(split)) return split;
  }
  throw core::ConfigError(where + " is \"" + std::string(name) + R"(", needs one of "pretrain", "train", "eval")");
}

Split Domain::split_of(std::string_view content) const {
  const std::uint64_t bucket = core::stable_hash(content, core::stable_hash(name())) % 1000;
  if (bucket < kPretrainBelow) return Split::kPretrain;
  return bucket < kTrainBelow ? Split::kTrain : Split::kEval;
}

std::unique_ptr<Problem> Domain::problem(Split split, std::uint64_t seed, std::uint64_t index) const {
  const std::string purpose = "datasets/" + std::string(name()) + "/" + std::string(split_name(split));
  core::RandomStream stream(seed, purpose, 0, index);
  for (int attempt = 0; attempt < kMaximumDraws; ++attempt) {
    auto drawn = draw(stream);
    if (split_of(drawn->content()) == split) return drawn;
  }
  throw too_few(*this, split, "found no question among " + std::to_string(kMaximumDraws) + " draws");
}

Question Domain::question_of(const Problem& problem, std::string id) const {
  return Question{.id = std::move(id),
                  .domain = std::string(name()),
                  .messages = {{"user", problem.text()}},
                  .gold = problem.careful().answer,
                  .reference = problem.reference(),
                  .good_answer = careful_solution(problem)};
}

std::string Domain::question_id(Split split, std::uint64_t seed, std::uint64_t index) const {
  return std::string(name()) + "/" + std::string(split_name(split)) + "/" + std::to_string(seed) + "/" +
         std::to_string(index);
}

Question Domain::question(Split split, std::uint64_t seed, std::uint64_t index) const {
  return question_of(*problem(split, seed, index), question_id(split, seed, index));
}

std::vector<Question> make_questions(const Domain& domain, Split split, std::uint64_t seed, std::size_t count) {
  const std::size_t patience = 50 * count + 1000;  // positions to look at before giving up
  std::unordered_set<std::string> seen;
  std::vector<Question> questions;
  for (std::size_t index = 0; questions.size() < count; ++index) {
    if (index == patience) {
      throw too_few(domain, split,
                    "needed " + std::to_string(count) + " different questions, found only " +
                        std::to_string(questions.size()) + " in " + std::to_string(patience) + " draws");
    }
    const auto problem = domain.problem(split, seed, index);
    if (!seen.insert(problem->content()).second) continue;
    questions.push_back(domain.question_of(*problem, domain.question_id(split, seed, index)));
  }
  return questions;
}

}  // namespace hone::datasets
