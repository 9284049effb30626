#include "rl/checks/resource_check.h"

#include "report/format.h"
#include "report/text.h"
#include "rl/checks/words.h"

namespace hone::rl {
namespace {

/// Allocators lose some memory between blocks, and the program itself grows.
constexpr double kComfortableShare = 0.8;
/// What training reaches of a matrix product's peak on a CPU (docs/performance.md).
constexpr double kUsualUtilization = 0.5;

std::string bytes(std::int64_t number) {
  return report::format_bytes(static_cast<double>(number));
}

void show_rows(CheckItem& item, const MemoryPlan& plan) {
  item.figures["rows"] = nlohmann::ordered_json::array();
  for (const auto& row : plan.rows) {
    const std::string phase(memory_phase_name(row.phase));
    item.say(report::pad_right(phase, 9) + report::pad_right(row.name, 30) + report::pad_right(bytes(row.bytes), 11) +
             row.from);
    item.figures["rows"].push_back({{"name", row.name}, {"phase", phase}, {"bytes", row.bytes}, {"from", row.from}});
  }
}

void judge(CheckItem& item, const MemoryPlan& plan, const cost::AvailableMemory& available) {
  const auto peak = plan.peak();
  const auto always = plan.bytes(MemoryPhase::kAlways);
  const auto found = bytes(available.bytes) + " that " + available.source + " leaves";
  if (always > available.bytes) {
    item.fail(Fault::kUser, "weights and optimizer alone take " + bytes(always) + ", more than the " + found +
                                ": it needs a smaller policy or a larger machine");
  } else if (peak > available.bytes) {
    item.fail(Fault::kUser,
              "the run needs " + bytes(peak) + ", more than the " + found + ": lower " + joined(plan.to_lower()));
  } else if (static_cast<double>(peak) > kComfortableShare * static_cast<double>(available.bytes)) {
    item.warn("the run needs " + bytes(peak) + " of the " + found + ", which is close: " + joined(plan.to_lower()) +
              " would lower it");
  }
}

}  // namespace

void check_memory(CheckItem& item, const MemoryPlan& plan, const cost::AvailableMemory& available) {
  show_rows(item, plan);
  const auto peak = plan.peak();
  item.say("at most " + bytes(peak) + " at once: always " + bytes(plan.bytes(MemoryPhase::kAlways)) +
           ", and the larger of rollout " + bytes(plan.bytes(MemoryPhase::kRollout)) + " and update " +
           bytes(plan.bytes(MemoryPhase::kUpdate)) +
           (available.bytes > 0 ? "; " + available.source + " leaves " + bytes(available.bytes) : ""));
  item.figures["peak_bytes"] = peak;
  item.figures["available_bytes"] = available.bytes > 0 ? nlohmann::ordered_json(available.bytes) : nullptr;
  if (available.bytes > 0) {
    judge(item, plan, available);
  } else {
    item.warn("how much memory is free there could not be read: compare with " + bytes(peak) + " yourself");
  }
}

void check_compute(CheckItem& item, const RunConfig& config, const StepInput& input, double peak_flops_per_s) {
  const auto step = plan_step(input);
  item.say("upper bound: " + std::to_string(input.prompts) + " prompts of " + std::to_string(input.prompt_tokens) +
           " tokens (the mean), each with " + std::to_string(input.num_generations) + " answers of the full " +
           std::to_string(input.completion_tokens) + ", none left out of the update");
  item.figures["phases"] = nlohmann::ordered_json::object();
  for (int i = 0; i < cost::kPhaseCount; ++i) {
    const auto phase = static_cast<cost::Phase>(i);
    const auto& work = step.work(phase);
    if (work.tokens == 0) {
      continue;
    }
    const std::string name(cost::phase_name(phase));
    item.say(report::pad_right(name, 12) + report::pad_right(report::format_flops(work.hardware_flops), 14) +
             report::pad_right(report::format_count(static_cast<double>(work.tokens)) + " tokens", 16) +
             report::format_duration(work.hardware_flops / peak_flops_per_s) + " at the peak");
    item.figures["phases"][name] = {
        {"tokens", work.tokens}, {"model_flops", work.model_flops}, {"hardware_flops", work.hardware_flops}};
  }
  const auto total = step.total().hardware_flops;
  const auto seconds = total / peak_flops_per_s;
  const auto usual = seconds / kUsualUtilization;
  item.say("a step of " + report::format_flops(total) + " takes " + report::format_duration(seconds) +
           " at this machine's matrix-product peak of " + report::format_flops(peak_flops_per_s) + "/s, about " +
           report::format_duration(usual) + " at half of it, as is usual; " + std::to_string(config.train.max_steps) +
           " steps at most " + report::format_duration(usual * static_cast<double>(config.train.max_steps)) +
           ", evaluation and scoring not counted");
  item.figures["peak_flops_per_s"] = peak_flops_per_s;
  item.figures["step_flops"] = total;
  item.figures["step_seconds_at_peak"] = seconds;
  item.figures["step_seconds"] = usual;
}

}  // namespace hone::rl
