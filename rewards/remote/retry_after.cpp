#include "rewards/remote/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hone::rewards {
namespace {

/// The whole text as digits.
std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size() && !text.empty() && text[0] != '-';
  return is_whole ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? std::nullopt : std::optional(static_cast<unsigned>(found - kNames.begin()) + 1);
}

/// "Sun, 06 Nov 1994 08:49:37 GMT": each field stands at its place.
std::optional<std::chrono::system_clock::time_point> date(std::string_view text) {
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT") || text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  const auto day = number(text.substr(5, 2));
  const auto in_month = month(text.substr(8, 3));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (!day || !in_month || !year || !hour || !minute || !second) {
    return std::nullopt;
  }
  const std::chrono::year_month_day written(std::chrono::year(*year), std::chrono::month(*in_month),
                                            std::chrono::day(static_cast<unsigned>(*day)));
  if (!written.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(written) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace

std::optional<double> retry_after_s(std::string_view value, std::chrono::system_clock::time_point now) {
  if (const auto count = number(value)) {
    return *count;
  }
  if (const auto until = date(value)) {
    return std::max(0.0, std::chrono::duration<double>(*until - now).count());
  }
  return std::nullopt;
}

}  // namespace hone::rewards
