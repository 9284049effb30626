#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "core/config_text.h"
#include "core/error.h"
#include "core/version.h"

namespace {

/// glibc gives large blocks back to the kernel at every free, and the next tensor pays for fresh zeroed pages. A
/// training step reuses the same sizes over and over, so keep them.
void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
}

/// libtorch's messages go on with a backtrace.
std::string first_line(const std::string& message) {
  return message.substr(0, message.find('\n'));
}

/// One line, and where to read more: "hone: config is required; see hone train --help".
int refuse(const CLI::App& app, const std::string& what) {
  std::string command = "hone";
  for (const auto* given : app.get_subcommands()) {
    command += " " + given->get_name();
  }
  std::cerr << "hone: " << first_line(what) << "; see " << command << " --help" << std::endl;
  return 2;
}

/// What is wrong with a command that there is not, or "".
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  std::vector<std::string> known;
  for (const auto* command : app.get_subcommands([](const CLI::App* /*any*/) { return true; })) {
    known.push_back(command->get_name());
  }
  if (word.empty() || word.front() == '-' || std::find(known.begin(), known.end(), word) != known.end()) {
    return "";
  }
  const auto near = hone::core::text::nearest(word, known);
  return "there is no command \"" + word + '"' + (near.empty() ? "" : ", did you mean \"" + near + "\"?");
}

int run(int argc, char** argv) {
  CLI::App app{"hone: RL post-training with rewards that can be checked"};
  app.set_version_flag("--version", std::string(hone::core::kVersion));
  app.require_subcommand(1);
  hone::cli::add_commands(app);
  if (const auto unknown = unknown_command(app, argc, argv); !unknown.empty()) {
    return refuse(app, unknown);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {  // --help, --version
    return app.exit(wish, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    return refuse(app, error.what());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  try {
    return run(argc, argv);
  } catch (const hone::core::Error& error) {
    std::cerr << "hone: " << error.what() << std::endl;
    return error.exit_code();
  } catch (const std::exception& error) {
    std::cerr << "hone: internal error: " << first_line(error.what()) << std::endl;
    return 1;
  }
}
