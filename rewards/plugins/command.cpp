#include "rewards/plugins/command.h"

#include <unistd.h>

#include <string_view>
#include <system_error>

#include "core/error.h"
#include "rewards/plugins/strays.h"

namespace hone::rewards::plugins {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPathOfSystems = "/usr/local/bin:/usr/bin:/bin";

std::string variable(const ScorerSetting& setting, const std::string& name, std::string_view otherwise) {
  const auto value = setting.environment ? setting.environment(name) : std::nullopt;
  return value && !value->empty() ? *value : std::string(otherwise);
}

fs::path config_folder(const ScorerSetting& setting) {
  std::error_code error;
  const fs::path folder = fs::absolute(setting.folder.empty() ? fs::path(".") : setting.folder, error);
  return error ? setting.folder : folder.lexically_normal();
}

std::string with_folder(std::string text, const fs::path& folder) {
  constexpr std::string_view kWord = "{folder}";
  std::string path = folder.string();
  while (path.size() > 1 && path.back() == '/') {
    path.pop_back();
  }
  for (std::size_t at = 0; (at = text.find(kWord, at)) != std::string::npos; at += path.size()) {
    text.replace(at, kWord.size(), path);
  }
  return text;
}

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

fs::path find_program(const std::string& name, const fs::path& folder, const ScorerSetting& setting) {
  if (name.find('/') != std::string::npos) {
    const fs::path path = folder / name;
    if (!is_program(path)) {
      throw core::ConfigError(setting.where + ".command.0 is \"" + name + "\", needs a program: " + path.string() +
                              " is no file that can be run");
    }
    return path;
  }
  const std::string path = variable(setting, "PATH", kPathOfSystems);
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const fs::path candidate = fs::path(path.substr(begin, end - begin)) / name;
    if (candidate.is_absolute() && is_program(candidate)) {
      return candidate;
    }
    begin = end + 1;
  }
  throw core::ConfigError(setting.where + ".command.0 is \"" + name + "\", needs a program: there is none in " + path);
}

std::vector<std::string> scrubbed_environment(const ProcessOptions& options, const ScorerSetting& setting) {
  std::vector<std::string> environment = {"PATH=" + variable(setting, "PATH", kPathOfSystems), "LANG=C.UTF-8"};
  for (const std::string& name : options.pass_environment) {
    if (name.empty() || name.find('=') != std::string::npos || name == "PATH" || name == "HOME" || name == "TMPDIR" ||
        name == "LANG" || name == kMarkName) {
      throw core::ConfigError(setting.where + ".pass_environment holds \"" + name +
                              "\", needs names of variables; PATH, LANG, HOME and TMPDIR are given anyway");
    }
    if (const auto value = setting.environment ? setting.environment(name) : std::nullopt) {
      environment.push_back(name + "=" + *value);
    }
  }
  return environment;
}

}  // namespace

LaunchPlan launch_plan(const ProcessOptions& options, const ScorerSetting& setting) {
  constexpr std::uint64_t kMegabyte = 1 << 20;
  constexpr std::uint64_t kMostFileBytes = 256 * kMegabyte;  // what a worker may write into one file
  const fs::path folder = config_folder(setting);
  LaunchPlan plan;
  for (const std::string& argument : options.command) {
    plan.arguments.push_back(with_folder(argument, folder));
  }
  plan.program = find_program(plan.arguments.front(), folder, setting);
  plan.environment = scrubbed_environment(options, setting);
  if (!options.working_folder.empty()) {
    plan.working_folder = folder / with_folder(options.working_folder, folder);
  }
  plan.temporary_root = variable(setting, "TMPDIR", "/tmp");
  plan.memory_bytes = static_cast<std::uint64_t>(options.memory_mb) * kMegabyte;
  plan.files = static_cast<std::uint64_t>(options.files);
  plan.processes = static_cast<std::uint64_t>(options.processes);
  plan.file_bytes = kMostFileBytes;
  return plan;
}

}  // namespace hone::rewards::plugins
