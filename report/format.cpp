#include "report/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace hone::report {
namespace {

std::string fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), "%.*f", decimals, value);
  return buffer;
}

std::string padded(long long value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

/// The value over a power of the base that leaves 1 to 999, with that power's name.
template <std::size_t Count>
std::string scaled(double value, const std::array<const char*, Count>& names, int digits, double base = 1000.0) {
  std::size_t power = 0;
  // Rounding may carry into the next power: 999.96 is 1000 in three digits.
  while (power + 1 < Count && std::abs(value) >= 999.5) {
    value /= base;
    ++power;
  }
  return format_number(value, std::abs(value) >= 100.0 ? std::max(digits, 3) : digits) + names[power];
}

/// Two parts of a duration, from a whole number of the smaller unit.
std::string two_units(long long total, long long base, const char* large, const char* small) {
  return std::to_string(total / base) + large + padded(total % base) + small;
}

}  // namespace

std::string format_number(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
  return buffer;
}

std::string format_count(double count) {
  static constexpr std::array<const char*, 5> kNames = {"", "k", "M", "B", "T"};
  return scaled(count, kNames, 3);
}

std::string format_token_rate(double tokens_per_s) {
  return format_count(tokens_per_s) + " tok/s";
}

std::string format_flops(double flops) {
  static constexpr std::array<const char*, 9> kNames = {" FLOP",  " kFLOP", " MFLOP", " GFLOP", " TFLOP",
                                                        " PFLOP", " EFLOP", " ZFLOP", " YFLOP"};
  return scaled(flops, kNames, 2);
}

std::string format_bytes(double bytes) {
  static constexpr std::array<const char*, 5> kNames = {" B", " KiB", " MiB", " GiB", " TiB"};
  return scaled(bytes, kNames, 3, 1024.0);
}

std::string format_percent(double share) {
  const double percent = share * 100.0;
  const bool is_small = percent != 0.0 && std::abs(percent) < 0.1;
  return (is_small ? format_number(percent, 2) : fixed(percent, 1)) + " %";
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds) || std::abs(seconds) > 1e12) {
    return "?";
  }
  if (seconds < 9.95) {
    return fixed(seconds, 1) + " s";
  }
  const long long whole_seconds = std::llround(seconds);
  const long long whole_minutes = std::llround(seconds / 60.0);
  const long long whole_hours = std::llround(seconds / 3600.0);
  if (whole_seconds < 60) {
    return std::to_string(whole_seconds) + " s";
  }
  if (whole_seconds < 3600) {
    return two_units(whole_seconds, 60, " m ", " s");
  }
  if (whole_minutes < 24 * 60) {
    return two_units(whole_minutes, 60, " h ", " m");
  }
  return two_units(whole_hours, 24, " d ", " h");
}

std::string format_usd(double usd) {
  if (std::abs(usd) >= 1000.0) {
    return "$" + format_count(usd);
  }
  return "$" + (usd == 0.0 || std::abs(usd) >= 0.1 ? fixed(usd, 2) : format_number(usd, 2));
}

}  // namespace hone::report
