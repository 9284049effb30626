#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/rubric/kinds.h"

namespace hone::rewards::rubric {

/// A number, a date or an amount of money, exactly.
struct Value {
  std::string number;    // as exact math reads it: "50000", "3/4", "5500000"; of a date "2024-03-05"
  std::string currency;  // of money: "$", "€", "£", a code in lower case
};

/// A value in a text, in bytes.
struct FoundValue {
  Value value;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// All numbers of a text: 50,000, -3.5, 3/4, 12%. At most 64; more are left out.
[[nodiscard]] std::vector<FoundValue> find_numbers(std::string_view text);
/// All amounts: $50,000, USD 50,000, 50,000 dollars, €5.5 million, $1.2m.
[[nodiscard]] std::vector<FoundValue> find_money(std::string_view text);
/// All dates that the calendar has: 2024-03-05, 5 March 2024, March 5th, 2024, and 03/04/2024 in the order given.
[[nodiscard]] std::vector<FoundValue> find_dates(std::string_view text, DateOrder order);

/// Are they one value? Through exact math, so 50000.00 is 50,000 and 3/4 is 0.75.
[[nodiscard]] bool same_value(const Value& left, const Value& right);

}  // namespace hone::rewards::rubric
