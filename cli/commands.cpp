#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include "cli/data.h"
#include "cli/score.h"

namespace hone::cli {

void add_commands(CLI::App& app) {
  add_pretrain_commands(app);
  add_score_command(app);
  add_data_command(app);
}

}  // namespace hone::cli
