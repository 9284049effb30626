#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/math/expression.h"

namespace hone::rewards::math {

/// One way to take a text.
struct Reading {
  Expression expression;
  bool has_bare_log = false;          // \log without a base
  bool log_is_decimal = false;        // and it was taken to base 10
  bool has_letters_as_units = false;  // 5m, taken as metres: only against a quantity
};

enum class ReadProblem : std::uint8_t { kNone, kEmpty, kTooLarge, kUnreadable };

/// What a short answer says. No reading at all: `problem` says why.
struct Readings {
  std::vector<Reading> list;  // the likeliest first; at most kMaxReadings
  ReadProblem problem = ReadProblem::kNone;
  std::string spelling;  // without typesetting and spaces: two that are the same say the same
};

struct ReadOptions {
  bool arguments_are_degrees = false;  // sin 30 is 1/2
};

/// Reads LaTeX or plain notation. Linear in the text, which may be hostile; never throws for it.
[[nodiscard]] Readings read(std::string_view text, const ReadOptions& options = {});

/// `text` with its whitespace at the ends, LaTeX's included, taken off.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The text without what only wraps it: $…$, **…**, the last full stop.
[[nodiscard]] std::string_view unwrapped(std::string_view text);

}  // namespace hone::rewards::math
