#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "report/run_page.h"

namespace hone::cli {

void add_report_command(CLI::App& app) {
  auto folder = std::make_shared<std::string>();
  auto* command = app.add_subcommand("report", "A run's page: writes DIR/report.html and prints its path");
  command->add_option("folder", *folder, "The run's folder")->required()->type_name("DIR");
  command->callback([folder] {
    report::write_run_page(*folder);
    std::cout << (std::filesystem::path(*folder) / "report.html").string() << std::endl;
  });
}

}  // namespace hone::cli
