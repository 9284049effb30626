#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "core/files.h"
#include "report/run_chart.h"
#include "report/run_page.h"

namespace hone::cli {
namespace {

struct ReportOptions {
  std::vector<std::string> folders;
  std::string svg;
  std::string metric = "accuracy";
  std::string set;
};

void write_pages(const ReportOptions& options) {
  for (const auto& folder : options.folders) {
    report::write_run_page(folder);
    std::cout << (std::filesystem::path(folder) / "report.html").string() << std::endl;
  }
}

void write_chart(const ReportOptions& options) {
  std::vector<report::RunFolder> runs;
  for (const auto& folder : options.folders) {
    runs.push_back(report::read_run_folder(folder));
  }
  const auto metric = options.metric == "reward" ? report::RunChartMetric::kReward : report::RunChartMetric::kAccuracy;
  core::atomic_write_file(options.svg, options.set.empty() ? report::run_chart_svg(runs, metric)
                                                           : report::set_chart_svg(runs, options.set));
  std::cout << options.svg << std::endl;
}

}  // namespace

void add_report_command(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  auto* command = app.add_subcommand("report", "A run's page: writes DIR/report.html and prints its path");
  command->add_option("folders", options->folders, "Folders of runs")->required()->type_name("DIR");
  auto* svg =
      command->add_option("--svg", options->svg,
                          "Write one picture of the runs' curves here instead: of one run a curve an evaluation "
                          "set, of several a curve a run");
  svg->type_name("FILE");
  auto* metric =
      command->add_option("--metric", options->metric, "What the picture shows: accuracy (default) or reward");
  metric->check(CLI::IsMember({"accuracy", "reward"}))->needs(svg);
  command->add_option("--set", options->set, "Accuracy on this evaluation set alone, a curve a run")
      ->needs(svg)
      ->excludes(metric);
  command->callback([options, svg] { svg->count() > 0 ? write_chart(*options) : write_pages(*options); });
}

}  // namespace hone::cli
