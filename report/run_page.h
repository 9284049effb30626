#pragma once

#include <filesystem>
#include <string>

#include "report/run_folder.h"

namespace hone::report {

/// One page that needs no other file and no script: outcomes, curves, what it cost by phase, samples, the config.
/// Everything that the run wrote is escaped.
[[nodiscard]] std::string run_page_html(const RunFolder& run);

/// Writes FOLDER/report.html. Throws FileError or DataError as read_run_folder does.
void write_run_page(const std::filesystem::path& folder);

}  // namespace hone::report
