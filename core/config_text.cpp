#include "core/config_text.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace hone::core::text {

std::string number(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return {buffer, end};
}

std::string one_of(const std::vector<std::string>& names) {
  std::string all = "one of ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    all += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
  }
  return all;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[right.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string join_path(std::string_view parent, std::string_view child) {
  std::string path(parent);
  if (!parent.empty() && !child.empty()) {
    path += '.';
  }
  return path.append(child);
}

}  // namespace hone::core::text
