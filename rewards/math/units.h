#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hone::rewards::math {

/// What units measure. Currencies and calendar months have no fixed rate to others, so each is a dimension of its own.
enum class Dimension : std::uint8_t {
  kLength,
  kMass,
  kTime,
  kMonths,
  kAngle,
  kCurrent,
  kCelsius,
  kFahrenheit,
  kKelvin,
  kAmount,
  kBits,
  kPixel,
  kDollar,
  kEuro,
  kSterling,
  kYen,
  kRupee,
  kUnit,
  kCount,
};

/// A unit's text, understood: base units · numerator/denominator (· pi for degrees of an angle), or a label ("apples").
struct Unit {
  std::array<std::int8_t, static_cast<std::size_t>(Dimension::kCount)> dimensions{};
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  std::int8_t pis = 0;  // the power of pi in the factor
  bool is_known = true;
  std::string label;  // when not known: its words, lower case, singular

  [[nodiscard]] bool is_angle() const;
};

/// "cm", "cm^2", "square feet", "miles per hour", "m/s^2", "apples". Words that are no unit make all of it a label.
[[nodiscard]] Unit read_unit(std::string_view text);

/// A word of several letters that is a unit's name or sign, in any number: "cm", "hours".
[[nodiscard]] bool is_unit_word(std::string_view word);
/// A letter that is a unit's sign: m, s, g.
[[nodiscard]] bool is_unit_letter(char letter);
/// Also A, C, K, V and the like, which are units only where they stand upright.
[[nodiscard]] bool is_upright_unit_letter(char letter);

}  // namespace hone::rewards::math
