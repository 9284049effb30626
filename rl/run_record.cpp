#include "rl/run_record.h"

#include <chrono>
#include <iostream>

#include "core/random.h"
#include "rewards/readable.h"

namespace hone::rl {
namespace {

/// A file of lines with steps, up to the step that the run continues after.
std::filesystem::path cut(std::filesystem::path path, std::int64_t last_step) {
  core::keep_lines_up_to_step(path, last_step);
  return path;
}

double unix_time_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string prompt_text(const datasets::Question& question) {
  std::string text;
  for (const auto& message : question.messages) {
    text += (text.empty() ? "" : "\n") + message.content;
  }
  return text;
}

}  // namespace

RunRecord::RunRecord(const RunConfig& config, const std::filesystem::path& folder, std::int64_t last_step)
    : config_(config),
      metrics_(folder / "metrics.jsonl", last_step),
      samples_(cut(folder / "samples.jsonl", last_step)),
      progress_(std::cerr, report::terminal_of(2)) {
  if (config.logging.rollouts_every > 0) rollouts_.emplace(cut(folder / "rollouts.jsonl", last_step));
  if (config.logging.tensorboard) {
    tensorboard_.emplace(folder, std::max<std::int64_t>(0, last_step + 1));
  }
}

void RunRecord::write(std::int64_t step, const report::Metrics& line) {
  metrics_.write(step, line);
  if (tensorboard_) {
    std::vector<std::pair<std::string, double>> scalars;
    for (const auto& [name, value] : line.items()) {
      if (value.is_number()) {
        scalars.emplace_back(name, value.get<double>());
      }
    }
    tensorboard_->write(step, unix_time_s(), scalars);
  }
}

void RunRecord::write_samples(const StepResult& result) {
  const auto& logging = config_.logging;
  const auto& groups = result.experience.groups;
  if (logging.samples_every == 0 || groups.empty() || (result.step - 1) % logging.samples_every != 0) {
    return;
  }
  core::RandomStream choice(config_.seed, "samples", static_cast<std::uint64_t>(result.step));
  for (std::int64_t i = 0; i < logging.samples; ++i) {
    const auto& group = choice.pick(groups);
    const auto sample = static_cast<std::size_t>(choice.integer(0, static_cast<std::int64_t>(group.texts.size()) - 1));
    const auto& score = group.scores[sample];
    const auto question = prompt_text(*group.question);
    nlohmann::ordered_json parts = nlohmann::ordered_json::object();
    for (const auto& [name, value] : score.parts) {
      parts[name] = value;
    }
    const nlohmann::ordered_json line = {
        {"step", result.step},  {"id", group.question->id},        {"domain", group.question->domain},
        {"question", question}, {"gold", group.question->gold},    {"completion", group.texts[sample]},
        {"score", score.score}, {"reward", group.rewards[sample]}, {"status", rewards::status_name(score.status)},
        {"parts", parts},       {"extracted", score.extracted},    {"detail", score.detail}};
    samples_.write(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    if (i == 0) {
      progress_.print_sample({question, group.texts[sample], score.score, score.detail});
    }
  }
}

void RunRecord::write_rollouts(const StepResult& result) {
  if (!rollouts_ || (result.step - 1) % config_.logging.rollouts_every != 0) return;
  for (const auto& group : result.experience.groups) {
    nlohmann::ordered_json line = {{"step", result.step}, {"id", group.question->id}, {"prompt", group.prompt.ids}};
    for (const auto& completion : group.completions) {
      line["completions"].push_back(completion.ids);
      line["logprobs"].push_back(completion.logprobs);
    }
    line["rewards"] = group.rewards;
    rollouts_->write(line.dump());
  }
}

void RunRecord::sync() {
  metrics_.sync();
  samples_.sync();
  if (rollouts_) rollouts_->sync();
}

}  // namespace hone::rl
