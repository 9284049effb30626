#include "tests/rewards/plugin_fixture.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "rewards/plugins/strays.h"

namespace plugin_test {
namespace fs = std::filesystem;
using namespace hone::rewards;

fs::path build_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

int rounds(int without_sanitizer) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return std::max(1, without_sanitizer / 20);
#else
  return without_sanitizer;
#endif
}

ProcessOptions faulty_options(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.command = {(build_folder() / "faulty_scorer").string()};
  options.command.insert(options.command.end(), arguments.begin(), arguments.end());
  options.workers = 1;
  options.deadline_s = 1.0;
  options.deadline_per_answer_s = 0.0;
  options.longest_s = 120.0;
  options.memory_mb = 256;
  return options;
}

std::unique_ptr<Process> faulty_scorer(const ProcessOptions& options) {
  ScorerSetting setting;
  setting.where = "score.json: scorers.faulty.options";
  return std::make_unique<Process>(options, setting);
}

std::vector<Score> score_all(const Scorer& scorer, const std::vector<std::string>& answers) {
  const hone::datasets::Question question;
  std::vector<Asked> asked;
  for (const std::string& answer : answers) {
    Asked& one = asked.emplace_back();
    one.question = &question;
    one.answer.text = answer;
    one.answer.uid = "u";
  }
  return scorer.score_batch(asked);
}

namespace {

int entries(const fs::path& folder, const std::string& prefix = "") {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    count += entry.path().filename().string().starts_with(prefix) ? 1 : 0;
  }
  return count;
}

int children() {
  int count = 0;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "children");
    count += static_cast<int>(std::distance(std::istream_iterator<int>(file), std::istream_iterator<int>()));
  }
  return count;
}

}  // namespace

Held held() {
  const std::string own = std::to_string(getpid()) + "-";
  return {entries("/proc/self/fd"), children(), plugins::count_strays(own), entries("/tmp", "hone-scorer-" + own)};
}

}  // namespace plugin_test
