#include "rl/check.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/policy_options.h"
#include "cli/run_options.h"
#include "core/error.h"

namespace hone::cli {
namespace {

struct CheckOptions : RunOptions {
  bool json = false;
};

void show(std::ostream& stream, const rl::CheckItem& item) {
  stream << "── " << item.name << ": " << rl::status_name(item.status) << '\n';
  for (const auto& line : item.lines) {
    stream << "  " << line << '\n';
  }
  for (const auto& problem : item.problems) {
    stream << (item.status == rl::CheckStatus::kFailed ? "  ! " : "  ? ") << problem << '\n';
  }
  stream.flush();
}

nlohmann::ordered_json to_json(const rl::CheckItem& item) {
  nlohmann::ordered_json line = {
      {"check", item.name}, {"status", rl::status_name(item.status)}, {"problems", item.problems}};
  line.update(item.figures);
  return line;
}

/// What failed, as an error with the exit code of whoever mends it.
void judge(const std::vector<rl::CheckItem>& items) {
  std::string failed;
  bool is_hones = false;
  for (const auto& item : items) {
    if (item.status == rl::CheckStatus::kFailed) {
      failed += (failed.empty() ? "" : ", ") + item.name;
      is_hones = is_hones || item.fault == rl::Fault::kHone;
    }
  }
  if (is_hones) {
    throw core::Error("check failed: " + failed + "; this is hone's fault, please report it");
  }
  if (!failed.empty()) {
    throw core::UserError("check failed: " + failed);
  }
}

void run(const CheckOptions& options) {
  const auto config =
      rl::resolve(core::from_json<rl::RunConfig>(load_config(options), options.config_path), options.config_path);
  use_threads(options.threads);
  end_at_interrupt();
  const rl::RunPaths paths{options.config_path, std::filesystem::absolute(options.config_path).parent_path(), "", false,
                           environment()};
  const auto items = rl::check(config, paths, [&](const rl::CheckItem& item) {
    if (options.json) {
      // A plug-in's strings need not be UTF-8.
      std::cout << to_json(item).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
    }
    show(options.json ? std::cerr : std::cout, item);
  });
  if (!std::cout) {
    throw core::FileError("standard output: cannot be written");
  }
  judge(items);
}

}  // namespace

void add_check_command(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  auto* command =
      app.add_subcommand("check", "Before a long run: does it fit, do prompts fit, are scores and numerics right?");
  add_config_options(*command, *options);
  command->add_flag("--json", options->json, "A line of JSON an item on stdout; what people read goes to stderr");
  command->callback([options] { run(*options); });
}

}  // namespace hone::cli
