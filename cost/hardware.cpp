#include "cost/hardware.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

namespace hone::cost {
namespace {

/// What follows "name<spaces>:" on the first line that begins so.
std::optional<std::string_view> field(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto key = line.substr(0, line.find_last_not_of(" \t", colon == 0 ? 0 : colon - 1) + 1);
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    if (key == name && begin != std::string_view::npos) return line.substr(begin);
  }
  return std::nullopt;
}

std::string content(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Hardware describe_machine() {
  const auto cores = static_cast<std::int64_t>(std::thread::hardware_concurrency());
  return parse_machine(content("/proc/cpuinfo"), content("/proc/meminfo"), cores > 0 ? cores : 1);
}

Hardware parse_machine(std::string_view cpuinfo, std::string_view meminfo, std::int64_t cores) {
  Hardware hardware;
  hardware.cores = cores;
  if (const auto name = field(cpuinfo, "model name")) hardware.cpu = std::string(*name);
  if (const auto total = field(meminfo, "MemTotal")) {
    std::int64_t kibibytes = 0;
    std::from_chars(total->data(), total->data() + total->size(), kibibytes);
    hardware.memory_bytes = kibibytes * 1024;
  }
  return hardware;
}

std::string in_words(const Hardware& hardware) {
  auto words = std::to_string(hardware.cores) + (hardware.cores == 1 ? " core of " : " cores of ") + hardware.cpu;
  constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;
  if (hardware.memory_bytes > 0) {
    words += ", " + std::to_string((hardware.memory_bytes + kGibibyte / 2) / kGibibyte) + " GiB";
  }
  return words;
}

}  // namespace hone::cost
