#pragma once

namespace CLI {
class App;
}

namespace hone::cli {

/// All of hone's subcommands. Each has a file of its own: it parses, builds, and calls one library function.
void add_commands(CLI::App& app);

void add_train_command(CLI::App& app);
void add_pretrain_commands(CLI::App& app);  // pretrain and sft
void add_check_command(CLI::App& app);
void add_generate_command(CLI::App& app);
void add_logprobs_command(CLI::App& app);
void add_eval_command(CLI::App& app);
void add_merge_command(CLI::App& app);
void add_tokenize_command(CLI::App& app);
void add_report_command(CLI::App& app);
void add_schema_command(CLI::App& app);

}  // namespace hone::cli
