#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/json_lines.h"
#include "cli/policy_options.h"
#include "cli/run_options.h"
#include "core/error.h"
#include "report/format.h"
#include "rl/evaluation.h"

namespace hone::cli {
namespace {

struct EvalOptions : RunOptions {
  std::string policy;
  std::string adapter;
  bool json = false;
};

OutputLine to_line(const rl::SetFigures& set) {
  OutputLine line;
  line["set"] = set.name;
  line.update(set.to_json());
  line["pass@k"] = {{"1", set.sampled.accuracy.value}};
  return line;
}

void show(const rl::SetFigures& set) {
  const auto& sampled = set.sampled;
  const auto percent = [](double share) { return report::format_percent(share); };
  std::cout << set.name << "  " << percent(sampled.accuracy.value) << "  95 % [" << percent(sampled.accuracy.low)
            << ", " << percent(sampled.accuracy.high) << ']';
  if (set.has_greedy) {
    std::cout << "  greedy " << percent(set.greedy.accuracy.value);
  }
  std::cout << "  form " << percent(sampled.format_rate) << "  " << report::format_number(sampled.mean_length)
            << " tokens  n=" << set.questions << std::endl;
}

void evaluate(const EvalOptions& options) {
  auto json = load_config(options);
  json["policy"]["path"] = std::filesystem::absolute(options.policy).string();
  const auto config = rl::resolve(core::from_json<rl::RunConfig>(json, options.config_path), options.config_path);
  if (config.eval.sets.empty()) {
    throw core::ConfigError(options.config_path + ": eval.sets is empty, needs a set to evaluate");
  }
  use_threads(options.threads);
  end_at_interrupt();
  auto policy = policies::Policy::load(options.policy, config.policy.dtype, policies::Use::kInference,
                                       rl::device_of(config.policy, options.config_path));
  if (!options.adapter.empty()) policy.load_adapters(options.adapter, policies::Use::kInference);
  const auto folder = std::filesystem::absolute(options.config_path).parent_path();
  rl::Evaluator evaluator(config, {options.config_path, folder, "", false, environment()}, policy);
  cost::Ledger ledger;
  for (const auto& set : evaluator.evaluate(ledger)) {
    if (options.json) {
      write_line(to_line(set));
    } else {
      show(set);
    }
  }
}

}  // namespace

void add_eval_command(CLI::App& app) {
  auto options = std::make_shared<EvalOptions>();
  auto* command = app.add_subcommand("eval", "A policy on the evaluation sets of a run's config; nothing is trained");
  add_config_options(*command, *options);
  add_policy_folder(*command, options->policy);
  command->add_option("--adapter", options->adapter, "LoRA adapters over it, a PEFT folder")->type_name("DIR");
  command->add_flag("--json", options->json, "A line of JSON a set");
  command->callback([options] { evaluate(*options); });
}

}  // namespace hone::cli
