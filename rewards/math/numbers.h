#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rewards/math/lexer.h"

namespace hone::rewards::math {

/// A number as spelt in a text.
struct SpeltNumber {
  std::size_t end = 0;  // where the text goes on; 0 when no number begins there
  std::uint16_t decimals = 0;
  std::uint16_t repeating = 0;
  bool has_exponent = false;
  std::int32_t exponent = 0;
  std::size_t list_end = 0;  // digits and commas up to here are a list: 1,23,4
};

/// Reads the number that begins at `at` and appends its digits to `digits`. Thousands: 1,234 1{,}234 1\,234 1 234;
/// 1.234,5; .5 and 5.; recurring 0.\overline{3} 0.(3) 0.333…; 1e-7. `is_bracketed`: commas there rather part a list.
/// `may_group` is false in what is already known to be a list.
SpeltNumber read_number(std::string_view text, std::size_t at, bool is_bracketed, bool may_group,
                        const LexerChoices& choices, LexerChoices& met, std::string& digits);

}  // namespace hone::rewards::math
