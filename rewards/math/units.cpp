#include "rewards/math/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <unordered_map>

#include "rewards/math/characters.h"

namespace hone::rewards::math {
namespace {

struct Entry {
  std::string_view name;
  std::array<std::pair<Dimension, std::int8_t>, 4> dimensions;
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  std::int8_t pis = 0;
};

constexpr Entry entry(std::string_view name, Dimension dimension, std::int64_t numerator = 1,
                      std::int64_t denominator = 1, std::int8_t power = 1, std::int8_t pis = 0) {
  return {name, {{{dimension, power}}}, numerator, denominator, pis};
}
constexpr Entry derived(std::string_view name, int mass, int length, int time, std::int64_t numerator = 1,
                        std::int64_t denominator = 1, int current = 0) {
  return {name,
          {{{Dimension::kMass, static_cast<std::int8_t>(mass)},
            {Dimension::kLength, static_cast<std::int8_t>(length)},
            {Dimension::kTime, static_cast<std::int8_t>(time)},
            {Dimension::kCurrent, static_cast<std::int8_t>(current)}}},
          numerator,
          denominator};
}

// Base units: metre, gram, second, month, radian, ampere. US customary measures by their legal definitions.
constexpr auto kEntries = std::to_array<Entry>({
    entry("m", Dimension::kLength),
    entry("meter", Dimension::kLength),
    entry("metre", Dimension::kLength),
    entry("mm", Dimension::kLength, 1, 1000),
    entry("millimeter", Dimension::kLength, 1, 1000),
    entry("millimetre", Dimension::kLength, 1, 1000),
    entry("cm", Dimension::kLength, 1, 100),
    entry("centimeter", Dimension::kLength, 1, 100),
    entry("centimetre", Dimension::kLength, 1, 100),
    entry("dm", Dimension::kLength, 1, 10),
    entry("decimeter", Dimension::kLength, 1, 10),
    entry("km", Dimension::kLength, 1000),
    entry("kilometer", Dimension::kLength, 1000),
    entry("kilometre", Dimension::kLength, 1000),
    entry("nm", Dimension::kLength, 1, 1000000000),
    entry("micrometer", Dimension::kLength, 1, 1000000),
    entry("micron", Dimension::kLength, 1, 1000000),
    entry("inch", Dimension::kLength, 127, 5000),
    entry("in", Dimension::kLength, 127, 5000),
    entry("foot", Dimension::kLength, 381, 1250),
    entry("feet", Dimension::kLength, 381, 1250),
    entry("ft", Dimension::kLength, 381, 1250),
    entry("yard", Dimension::kLength, 1143, 1250),
    entry("yd", Dimension::kLength, 1143, 1250),
    entry("mile", Dimension::kLength, 201168, 125),
    entry("mi", Dimension::kLength, 201168, 125),
    entry("acre", Dimension::kLength, 316160658, 78125, 2),
    entry("hectare", Dimension::kLength, 10000, 1, 2),
    entry("ha", Dimension::kLength, 10000, 1, 2),
    entry("L", Dimension::kLength, 1, 1000, 3),
    entry("liter", Dimension::kLength, 1, 1000, 3),
    entry("litre", Dimension::kLength, 1, 1000, 3),
    entry("mL", Dimension::kLength, 1, 1000000, 3),
    entry("ml", Dimension::kLength, 1, 1000000, 3),
    entry("cc", Dimension::kLength, 1, 1000000, 3),
    entry("milliliter", Dimension::kLength, 1, 1000000, 3),
    entry("millilitre", Dimension::kLength, 1, 1000000, 3),
    entry("gallon", Dimension::kLength, 473176473, 125000000000, 3),
    entry("gal", Dimension::kLength, 473176473, 125000000000, 3),
    entry("quart", Dimension::kLength, 473176473, 500000000000, 3),
    entry("pint", Dimension::kLength, 473176473, 1000000000000, 3),
    entry("cup", Dimension::kLength, 473176473, 2000000000000, 3),
    entry("g", Dimension::kMass),
    entry("gram", Dimension::kMass),
    entry("mg", Dimension::kMass, 1, 1000),
    entry("milligram", Dimension::kMass, 1, 1000),
    entry("kg", Dimension::kMass, 1000),
    entry("kilogram", Dimension::kMass, 1000),
    entry("tonne", Dimension::kMass, 1000000),
    entry("ton", Dimension::kMass, 45359237, 50),
    entry("pound", Dimension::kMass, 45359237, 100000),
    entry("lb", Dimension::kMass, 45359237, 100000),
    entry("ounce", Dimension::kMass, 45359237, 1600000),
    entry("oz", Dimension::kMass, 45359237, 1600000),
    entry("s", Dimension::kTime),
    entry("sec", Dimension::kTime),
    entry("second", Dimension::kTime),
    entry("ms", Dimension::kTime, 1, 1000),
    entry("millisecond", Dimension::kTime, 1, 1000),
    entry("min", Dimension::kTime, 60),
    entry("minute", Dimension::kTime, 60),
    entry("h", Dimension::kTime, 3600),
    entry("hr", Dimension::kTime, 3600),
    entry("hour", Dimension::kTime, 3600),
    entry("day", Dimension::kTime, 86400),
    entry("week", Dimension::kTime, 604800),
    entry("month", Dimension::kMonths),
    entry("year", Dimension::kMonths, 12),
    entry("yr", Dimension::kMonths, 12),
    entry("decade", Dimension::kMonths, 120),
    entry("century", Dimension::kMonths, 1200),
    entry("centuries", Dimension::kMonths, 1200),
    entry("radian", Dimension::kAngle),
    entry("rad", Dimension::kAngle),
    entry("degree", Dimension::kAngle, 1, 180, 1, 1),
    entry("deg", Dimension::kAngle, 1, 180, 1, 1),
    entry("revolution", Dimension::kAngle, 2, 1, 1, 1),
    entry("\xC2\xB0"
          "C",
          Dimension::kCelsius),
    entry("celsius", Dimension::kCelsius),
    entry("\xC2\xB0"
          "F",
          Dimension::kFahrenheit),
    entry("fahrenheit", Dimension::kFahrenheit),
    entry("K", Dimension::kKelvin),
    entry("kelvin", Dimension::kKelvin),
    entry("A", Dimension::kCurrent),
    entry("amp", Dimension::kCurrent),
    entry("ampere", Dimension::kCurrent),
    derived("N", 1, 1, -2, 1000),
    derived("newton", 1, 1, -2, 1000),
    derived("J", 1, 2, -2, 1000),
    derived("joule", 1, 2, -2, 1000),
    derived("kJ", 1, 2, -2, 1000000),
    derived("W", 1, 2, -3, 1000),
    derived("watt", 1, 2, -3, 1000),
    derived("kW", 1, 2, -3, 1000000),
    derived("kilowatt", 1, 2, -3, 1000000),
    derived("Pa", 1, -1, -2, 1000),
    derived("pascal", 1, -1, -2, 1000),
    derived("kPa", 1, -1, -2, 1000000),
    derived("Hz", 0, 0, -1),
    derived("hertz", 0, 0, -1),
    derived("V", 1, 2, -3, 1000, 1, -1),
    derived("volt", 1, 2, -3, 1000, 1, -1),
    derived("C", 0, 0, 1, 1, 1, 1),
    derived("coulomb", 0, 0, 1, 1, 1, 1),
    derived("T", 1, 0, -2, 1000, 1, -1),
    derived("tesla", 1, 0, -2, 1000, 1, -1),
    derived("ohm", 1, 2, -3, 1000, 1, -2),
    derived("mph", 0, 1, -1, 1397, 3125),
    derived("kph", 0, 1, -1, 5, 18),
    derived("kmh", 0, 1, -1, 5, 18),
    entry("mol", Dimension::kAmount),
    entry("mole", Dimension::kAmount),
    entry("bit", Dimension::kBits),
    entry("byte", Dimension::kBits, 8),
    entry("pixel", Dimension::kPixel),
    entry("dollar", Dimension::kDollar),
    entry("buck", Dimension::kDollar),
    entry("usd", Dimension::kDollar),
    entry("cent", Dimension::kDollar, 1, 100),
    entry("penny", Dimension::kDollar, 1, 100),
    entry("pennies", Dimension::kDollar, 1, 100),
    entry("euro", Dimension::kEuro),
    entry("eur", Dimension::kEuro),
    entry("pound_sterling", Dimension::kSterling),
    entry("gbp", Dimension::kSterling),
    entry("yen", Dimension::kYen),
    entry("rupee", Dimension::kRupee),
    entry("unit", Dimension::kUnit),
});

const Entry* find_exact(std::string_view name) {
  static const auto kIndex = [] {
    std::unordered_map<std::string_view, const Entry*> index;
    for (const Entry& entry : kEntries) {
      index.emplace(entry.name, &entry);
    }
    return index;
  }();
  const auto found = kIndex.find(name);
  return found == kIndex.end() ? nullptr : found->second;
}

std::string folded(std::string_view word) {
  std::string result(word);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

const Entry* find_entry(std::string_view word) {
  if (const Entry* found = find_exact(word); found != nullptr || word.size() < 2) {
    return found;
  }
  const std::string small = folded(word);
  if (const Entry* found = find_exact(small)) {
    return found;
  }
  for (const std::string_view ending : {"s", "es"}) {
    if (small.size() > ending.size() + 1 && small.ends_with(ending)) {
      if (const Entry* found = find_exact(std::string_view(small).substr(0, small.size() - ending.size()))) {
        return found;
      }
    }
  }
  return nullptr;
}

std::string singular(std::string_view word) {
  std::string result = folded(word);
  if (result.size() > 3 && result.ends_with("ies")) {
    return result.replace(result.size() - 3, 3, "y");
  }
  if (result.size() > 3 && result.ends_with('s') && !result.ends_with("ss")) {
    result.pop_back();
  }
  return result;
}

bool multiply(std::int64_t& factor, std::int64_t by) {
  if (factor > std::numeric_limits<std::int64_t>::max() / by) {
    return false;
  }
  factor *= by;
  return true;
}

bool apply(Unit& unit, const Entry& entry, int power) {
  for (const auto& [dimension, exponent] : entry.dimensions) {
    auto& total = unit.dimensions[static_cast<std::size_t>(dimension)];
    total = static_cast<std::int8_t>(total + exponent * power);
  }
  unit.pis = static_cast<std::int8_t>(unit.pis + entry.pis * power);
  for (int i = 0; i < std::abs(power); ++i) {
    if (!multiply(power > 0 ? unit.numerator : unit.denominator, entry.numerator) ||
        !multiply(power > 0 ? unit.denominator : unit.numerator, entry.denominator)) {
      return false;
    }
  }
  return true;
}

/// Reads "cm^2", "square feet", "m / s ^2": words, "/", "^" and a whole number, each parted by spaces.
class UnitReader {
 public:
  explicit UnitReader(std::string_view text) : text_(text) {}

  Unit run() {
    Unit unit;
    for (std::string_view piece = next(); !piece.empty(); piece = next()) {
      if (piece == "/" || piece == "per") {
        is_below_ = true;
      } else if (piece == "*") {
        continue;
      } else if (piece == "square" || piece == "sq") {
        prefix_ = 2;
      } else if (piece == "cubic" || piece == "cu") {
        prefix_ = 3;
      } else if (!one(unit, piece)) {
        return label();
      }
      has_unit_ = true;
    }
    return has_unit_ ? unit : label();
  }

 private:
  bool one(Unit& unit, std::string_view piece) {
    const Entry* entry = find_entry(piece);
    int power = prefix_;
    prefix_ = 1;
    const std::string_view after = peek();
    if (after == "squared" || after == "cubed") {
      power = after == "squared" ? 2 : 3;
      (void)next();
    } else if (after.starts_with('^')) {
      (void)next();
      const bool is_negative = after.size() == 3 && after[1] == '-';
      if (after.size() > 3 || (after.size() == 3 && !is_negative) || !is_digit(after.back())) {
        return false;
      }
      power *= (is_negative ? -1 : 1) * (after.back() - '0');
    }
    return entry != nullptr && apply(unit, *entry, is_below_ ? -power : power);
  }

  [[nodiscard]] std::string_view peek() const {
    const std::size_t start = std::min(text_.find_first_not_of(' ', at_), text_.size());
    return text_.substr(start, std::min(text_.find(' ', start), text_.size()) - start);
  }
  std::string_view next() {
    const std::string_view piece = peek();
    at_ = static_cast<std::size_t>(piece.data() - text_.data()) + piece.size();
    return piece;
  }

  Unit label() {
    Unit unit;
    unit.is_known = false;
    at_ = 0;
    for (std::string_view piece = next(); !piece.empty(); piece = next()) {
      unit.label += (unit.label.empty() ? "" : " ") + singular(piece);
    }
    return unit;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int prefix_ = 1;
  bool is_below_ = false;
  bool has_unit_ = false;
};

}  // namespace

bool Unit::is_angle() const {
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    if (dimensions[i] != (i == static_cast<std::size_t>(Dimension::kAngle) ? 1 : 0)) {
      return false;
    }
  }
  return is_known;
}

Unit read_unit(std::string_view text) {
  return UnitReader(text).run();
}

bool is_unit_word(std::string_view word) {
  return word.size() > 1 && find_entry(word) != nullptr;
}

bool is_upright_unit_letter(char letter) {
  return find_exact(std::string_view(&letter, 1)) != nullptr;
}

bool is_unit_letter(char letter) {
  return is_upright_unit_letter(letter) && std::string_view("ACKTV").find(letter) == std::string_view::npos;
}

}  // namespace hone::rewards::math
