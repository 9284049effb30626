#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rewards/plugins/process.h"
#include "rewards/scorer.h"

namespace plugin_test {

/// The folder of this test program, where what the tests start and load is built.
[[nodiscard]] std::filesystem::path build_folder();

/// Fewer rounds where a sanitizer makes each cost more.
[[nodiscard]] int rounds(int without_sanitizer);

/// Options of a scorer whose worker does what the answers say; short deadlines.
[[nodiscard]] hone::rewards::ProcessOptions faulty_options(const std::vector<std::string>& arguments = {});
[[nodiscard]] std::unique_ptr<hone::rewards::Process> faulty_scorer(const hone::rewards::ProcessOptions& options);

/// The scores of answers in one batch, to a question that says nothing.
[[nodiscard]] std::vector<hone::rewards::Score> score_all(const hone::rewards::Scorer& scorer,
                                                          const std::vector<std::string>& answers);

/// What must not grow.
struct Held {
  int descriptors = 0;
  int children = 0;  // of this process, zombies among them
  int marked = 0;    // processes anywhere that a worker started
  int folders = 0;   // that were made for workers
  bool operator==(const Held&) const = default;
};
[[nodiscard]] Held held();

}  // namespace plugin_test
