#include "cost/available_memory.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace hone::cost {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return std::nullopt;
  const auto read = std::from_chars(text.data() + begin, text.data() + text.size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

/// The number behind `name` and a space or colon, at the beginning of a line.
std::optional<std::int64_t> field(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || text[at - 1] == '\n';
    if (begins && end < text.size() && (text[end] == ' ' || text[end] == ':')) return number(text.substr(end + 1));
  }
  return std::nullopt;
}

/// The path behind "0::" (version 2) or "N:…memory…:" (version 1) in /proc/self/cgroup.
std::optional<std::string> group_path(const std::string& groups, bool is_second_version) {
  std::size_t begin = 0;
  while (begin < groups.size()) {
    const auto end = std::min(groups.find('\n', begin), groups.size());
    const auto line = groups.substr(begin, end - begin);
    begin = end + 1;
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (is_second_version ? controllers == ",," : controllers.find(",memory,") != std::string::npos) {
      return line.substr(second + 1);
    }
  }
  return std::nullopt;
}

/// The least room of the group at `path` below `root` and of those that it is in; -1 where none has a limit. Inside a
/// container the path may be the host's, which is not there: then the root itself is the container's.
std::int64_t least_room(const std::filesystem::path& root, const std::string& path, const char* limit,
                        const char* used) {
  std::int64_t least = -1;
  const auto look = [&](const std::filesystem::path& folder) {
    const auto room = cgroup_room(content(folder / limit), content(folder / used), content(folder / "memory.stat"));
    if (room >= 0 && (least < 0 || room < least)) least = room;
  };
  for (auto below = std::filesystem::path(path).relative_path(); !below.empty(); below = below.parent_path()) {
    look(root / below);
  }
  look(root);
  return least;
}

}  // namespace

std::int64_t cgroup_room(std::string_view limit, std::string_view used, std::string_view stat) {
  constexpr std::int64_t kUnlimited = std::int64_t{1} << 60;  // version 1 writes a huge number, version 2 "max"
  const auto most = number(limit);
  if (!most || *most >= kUnlimited) return -1;
  auto droppable = field(stat, "total_inactive_file");
  if (!droppable) droppable = field(stat, "inactive_file");
  const auto taken = number(used).value_or(0) - droppable.value_or(0);
  return std::max<std::int64_t>(0, *most - std::max<std::int64_t>(0, taken));
}

std::int64_t meminfo_available(std::string_view meminfo) {
  return field(meminfo, "MemAvailable").value_or(0) * 1024;
}

AvailableMemory available_memory() {
  AvailableMemory found{meminfo_available(content("/proc/meminfo")), "MemAvailable"};
  const auto groups = content("/proc/self/cgroup");
  std::int64_t room = -1;
  if (const auto path = group_path(groups, false)) {
    room = least_room("/sys/fs/cgroup/memory", *path, "memory.limit_in_bytes", "memory.usage_in_bytes");
  } else if (const auto unified = group_path(groups, true)) {
    room = least_room("/sys/fs/cgroup", *unified, "memory.max", "memory.current");
  }
  if (room >= 0 && (found.bytes == 0 || room < found.bytes)) found = {room, "cgroup"};
  return found;
}

}  // namespace hone::cost
