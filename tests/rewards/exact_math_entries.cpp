#include "tests/rewards/exact_math_entries.h"

#include <algorithm>

namespace exact_math {

Entries entries_of(std::int64_t count, RandomStream& random) {
  Entries made;
  while (static_cast<std::int64_t>(made.size()) < count) {
    const Fraction entry = random.chance(0.6) ? Fraction{random.integer(-20, 30), 1} : small_fraction(random);
    if (std::find(made.begin(), made.end(), entry) == made.end()) {
      made.push_back(entry);
    }
  }
  return made;
}

std::string entry_text(const Fraction& value, RandomStream& random) {
  if (value.denominator > 1 && random.chance(0.3)) {
    return std::to_string(value.numerator) + "/" + std::to_string(value.denominator);
  }
  if (value.denominator == 2 && random.chance(0.3)) {
    return decimal(value);
  }
  return plain(value);
}

std::string joined(const Entries& entries, std::string_view between, RandomStream& random) {
  std::string text;
  for (const Fraction& entry : entries) {
    text += (text.empty() ? "" : std::string(between)) + entry_text(entry, random);
  }
  return text;
}

}  // namespace exact_math
