#include <malloc.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "cli/commands.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/version.h"

namespace {

/// glibc gives large blocks back to the kernel at every free, and the next tensor pays for fresh zeroed pages. A training step
/// reuses the same sizes over and over, so keep them.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

int run(int argc, char** argv) {
  CLI::App app{"hone: RL post-training with rewards that can be checked"};
  app.set_version_flag("--version", std::string(hone::core::kVersion));
  app.require_subcommand(1);
  hone::cli::add_commands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error, std::cout, std::cerr);
    return status == 0 ? 0 : 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  hone::core::watch_interrupts();
  try {
    return run(argc, argv);
  } catch (const hone::core::Error& error) {
    std::cerr << "hone: " << error.what() << std::endl;
    return error.exit_code();
  } catch (const std::exception& error) {
    std::cerr << "hone: internal error: " << error.what() << std::endl;
    return 1;
  }
}
