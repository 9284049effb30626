#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/json_lines.h"
#include "policies/chat/chat_template.h"
#include "policies/policy.h"

namespace CLI {
class App;
}

namespace hone::cli {

/// What the commands that only read a policy have in common: --policy DIR [--adapter DIR] [--dtype TYPE]
/// [--threads N].
struct PolicyOptions {
  std::string folder;
  std::string adapter;
  std::string dtype = "float32";
  int threads = 0;
};
void add_policy_folder(CLI::App& command, std::string& folder);
void add_policy_options(CLI::App& command, PolicyOptions& options);
[[nodiscard]] policies::Policy load_policy(const PolicyOptions& options);

void add_chat_template(CLI::App& command, std::string& chat_template);

/// The line's `messages`.
[[nodiscard]] std::vector<policies::ChatMessage> chat_messages(const InputLine& line);

/// From here on Ctrl-C and SIGTERM end the program at once with status 130: there is nothing to save.
void end_at_interrupt();

}  // namespace hone::cli
