#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include "cli/data.h"
#include "cli/judge_eval.h"
#include "cli/probe.h"
#include "cli/score.h"

namespace hone::cli {

void add_commands(CLI::App& app) {
  add_train_command(app);
  add_pretrain_commands(app);
  add_check_command(app);
  add_eval_command(app);
  add_generate_command(app);
  add_logprobs_command(app);
  add_merge_command(app);
  add_tokenize_command(app);
  add_score_command(app);
  add_probe_command(app);
  add_judge_eval_command(app);
  add_data_command(app);
  add_report_command(app);
  add_schema_command(app);
}

}  // namespace hone::cli
