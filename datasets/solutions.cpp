#include "datasets/solutions.h"

#include <algorithm>

#include "core/error.h"

namespace hone::datasets {
namespace {

/// The word that opens a habit's reasoning: one decision, taken before any work is done.
std::string_view opening(Habit habit) {
  switch (habit) {
    case Habit::kCareful:
      return "First ";
    case Habit::kHasty:
      return "Quick ";
    case Habit::kSlip:
      return "So ";
    case Habit::kStoppedEarly:
      return "Just ";
    case Habit::kWrongBox:
      return "Well ";
    case Habit::kUnfinished:
      return "Hm ";
  }
  return "";
}

std::string reasoned(const Layout& layout, Habit habit, const Work& work) {
  std::string text = std::string(layout.before_steps) + std::string(opening(habit));
  for (std::size_t i = 0; i < work.steps.size(); ++i) {
    if (i > 0) text += '\n';
    text += work.steps[i];
  }
  return text;
}

std::string finished(const Layout& layout, Habit habit, const Work& work, const std::string& answer) {
  return reasoned(layout, habit, work) + std::string(layout.after_steps) + std::string(layout.before_answer) + answer +
         std::string(layout.after_answer);
}

std::string unfinished(const Layout& layout, const Work& work, core::RandomStream& stream) {
  const std::string text = reasoned(layout, Habit::kUnfinished, work);
  switch (stream.integer(0, 2)) {
    case 0:
      return text;  // never leaves its reasoning
    case 1:
      return text + std::string(layout.after_steps) + work.answer;
    default:
      return text + std::string(layout.after_steps) + std::string(layout.before_answer) + work.answer;
  }
}

}  // namespace

std::string_view habit_name(Habit habit) {
  constexpr std::array<std::string_view, kHabits> kNames = {"careful",       "hasty",     "slip",
                                                            "stopped_early", "wrong_box", "unfinished"};
  return kNames[static_cast<std::size_t>(habit)];
}

std::string write_solution(const Problem& problem, Habit habit, core::RandomStream& stream) {
  const Layout layout = problem.layout();
  const auto as_worked = [&](const Work& work) { return finished(layout, habit, work, work.answer); };
  switch (habit) {
    case Habit::kCareful:
      return as_worked(problem.careful());
    case Habit::kHasty:
      return as_worked(problem.hasty());
    case Habit::kSlip:
      return as_worked(problem.slipped());
    case Habit::kStoppedEarly:
      return as_worked(problem.stopped_early());
    case Habit::kWrongBox:
      return finished(layout, habit, problem.careful(), problem.wrong_box());
    case Habit::kUnfinished:
      return unfinished(layout, problem.careful(), stream);
  }
  return "";
}

std::string careful_solution(const Problem& problem) {
  const Work work = problem.careful();
  return finished(problem.layout(), Habit::kCareful, work, work.answer);
}

Document make_document(const Domain& domain, const SolutionMix& mix, std::uint64_t seed, std::uint64_t index) {
  const auto weights = mix.weights();
  if (std::none_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; })) {
    throw core::ConfigError(std::string(domain.name()) + ": every weight of the mix is 0, needs one that is more");
  }
  core::RandomStream stream(seed, "datasets/" + std::string(domain.name()) + "/habit", 0, index);
  const auto habit = static_cast<Habit>(stream.weighted(weights));
  const auto problem = domain.problem(Split::kPretrain, seed, index);
  return Document{.question = domain.question_of(*problem, domain.question_id(Split::kPretrain, seed, index)),
                  .completion = write_solution(*problem, habit, stream),
                  .correct = habit == Habit::kCareful,
                  .habit = std::string(habit_name(habit))};
}

}  // namespace hone::datasets
