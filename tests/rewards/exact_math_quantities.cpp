// Families of quantities: percentages, units, money, bases, times of day.
#include <array>
#include <cstdlib>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {
namespace {

/// In tenths of a percent, whole: between 0.1 and 200 percent.
Pair percentages(Wanted wanted, RandomStream& random) {
  const std::int64_t gold = random.integer(1, 2000);
  const auto with_sign = [&](std::int64_t tenths) {
    const Fraction value = fraction(tenths, 10);
    const std::string number = value.denominator == 1 ? std::to_string(value.numerator) : decimal(value);
    constexpr std::array<const char*, 4> kSigns = {"\\%", "%", " \\%", "\\text{ percent}"};
    return number + random.pick(kSigns);
  };
  const auto without = [&](std::int64_t tenths) {
    const Fraction value = fraction(tenths, 1000);
    if (random.chance(0.3)) {
      return plain(fraction(tenths, 10));
    }
    return random.chance(0.5) && !decimal(value).empty() ? decimal(value) : plain(value);
  };
  std::int64_t answer = gold;
  if (wanted == Wanted::kDifferent) {
    // Not by a factor of a hundred, which the sign alone would explain, and not by so little that a decimal gold of
    // three digits would round to it.
    do {
      answer = random.chance(0.3)   ? std::llabs(1000 - gold)
               : random.chance(0.5) ? gold * 10
                                    : gold + nonzero(random, -40, 40);
    } while (answer <= 0 || answer == gold || answer == gold * 100 || answer * 100 == gold);
  }
  const bool is_signed = random.chance(0.6);
  return random.chance(0.5) ? Pair{with_sign(gold), is_signed ? with_sign(answer) : without(answer)}
                            : Pair{is_signed ? with_sign(gold) : without(gold), with_sign(answer)};
}

struct Unit {
  const char* spelling;
  std::int64_t size;  // in the smallest of its kind
};

/// Several spellings of each unit of one kind, ascending.
using Units = std::vector<Unit>;
const std::array<Units, 4>& kinds() {
  static const std::array<Units, 4> all = {
      Units{{"mm", 1}, {"cm", 10}, {"centimeters", 10}, {"m", 1000}, {"meters", 1000}, {"km", 1000000}},
      Units{{"seconds", 1}, {"minutes", 60}, {"min", 60}, {"hours", 3600}, {"days", 86400}},
      Units{{"g", 1}, {"grams", 1}, {"kg", 1000}, {"kilograms", 1000}},
      Units{{"inches", 1}, {"in", 1}, {"feet", 12}, {"ft", 12}, {"yards", 36}}};
  return all;
}

std::string with_unit(const std::string& number, const std::string& unit, RandomStream& random) {
  switch (random.integer(0, 4)) {
    case 0:
      return number + " " + unit;
    case 1:
      return number + "\\," + "\\mathrm{" + unit + "}";
    case 2:
      return number + "\\text{" + unit + "}";
    default:
      return number + " \\text{ " + unit + "}";
  }
}

Pair units(Wanted wanted, RandomStream& random) {
  const Units& all = random.pick(kinds());
  const Unit& first = random.pick(all);
  const Fraction number{random.integer(1, 90), 1};
  const std::string gold = with_unit(plain(number), first.spelling, random);
  if (wanted == Wanted::kEqual) {
    if (random.chance(0.2)) {
      return random.chance(0.5) ? Pair{gold, plain(number)} : Pair{plain(number), gold};
    }
    const Unit& second = random.pick(all);
    const Fraction other = number * fraction(first.size, second.size);
    const std::string text = random.chance(0.3) && !decimal(other).empty() ? decimal(other) : plain(other);
    return {gold, with_unit(text, second.spelling, random)};
  }
  for (;;) {
    const Units& others = random.chance(0.3) ? random.pick(kinds()) : all;
    const Unit& second = random.pick(others);
    const Fraction other =
        random.chance(0.5) ? number : Fraction{std::max<std::int64_t>(1, near_miss(number.numerator, random)), 1};
    if (&others != &all || !(number * Fraction{first.size, 1} == other * Fraction{second.size, 1})) {
      return {gold, with_unit(plain(other), second.spelling, random)};
    }
  }
}

Pair money(Wanted wanted, RandomStream& random) {
  const std::int64_t cents = random.chance(0.5) ? random.integer(1, 99) * 100 : random.integer(5, 99999);
  const auto written = [&](std::int64_t value) {
    const Fraction dollars = fraction(value, 100);
    std::string digits = std::to_string(value % 100);
    digits = std::to_string(value / 100) + "." + (digits.size() == 1 ? "0" + digits : digits);
    switch (random.integer(0, 4)) {
      case 0:
        return std::to_string(value) + " \\text{ cents}";
      case 1:
        return dollars.denominator == 1 ? plain(dollars) + " \\text{ dollars}" : digits + " dollars";
      case 2:
        return dollars.denominator == 1 ? "\\$" + plain(dollars) : "\\$" + digits;
      case 3:
        return "\\text{\\$}" + digits;
      default:
        return "\\$" + digits;
    }
  };
  return pair_of(wanted, cents, written, [&](std::int64_t value) {
    const std::int64_t other = random.chance(0.3) ? value * 100 : std::llabs(near_miss(value, random));
    return std::llabs(other - value) < 3 ? value : std::max<std::int64_t>(other, 1);
  });
}

std::string in_base(std::int64_t value, std::int64_t base) {
  std::string digits;
  for (; value > 0; value /= base) {
    digits.insert(digits.begin(), static_cast<char>('0' + value % base));
  }
  return digits;
}

struct Based {
  std::int64_t value = 0;
  std::int64_t base = 2;
};

std::string spell_based(const Based& v, RandomStream& random) {
  const std::string digits = in_base(v.value, v.base);
  const std::string base = std::to_string(v.base);
  switch (random.integer(0, 3)) {
    case 0:
      return "(" + digits + ")_{" + base + "}";
    case 1:
      return base.size() == 1 ? digits + "_" + base : digits + "_{" + base + "}";
    default:
      return digits + "_{" + base + "}";
  }
}

Pair bases(Wanted wanted, RandomStream& random) {
  const Based gold{random.integer(20, 5000), random.integer(2, 9)};
  if (wanted == Wanted::kEqual) {
    switch (random.integer(0, 3)) {
      case 0:
        return {spell_based(gold, random), in_base(gold.value, gold.base)};
      case 1:
        return {spell_based(gold, random), spell_based({gold.value, 10}, random)};
      default:
        return {spell_based(gold, random), spell_based({gold.value, random.integer(2, 9)}, random)};
    }
  }
  // Another value in any base, or the same digits in another base, which with two digits or more is another value.
  if (random.chance(0.3)) {
    const std::int64_t other = gold.base == 9 ? 10 : gold.base + 1;
    return {spell_based(gold, random), in_base(gold.value, gold.base) + "_{" + std::to_string(other) + "}"};
  }
  std::int64_t other = gold.value;
  while (other == gold.value || other <= 0) {
    other = gold.value + random.integer(-9, 9);
  }
  return {spell_based(gold, random), spell_based({other, random.chance(0.7) ? gold.base : 10}, random)};
}

Pair times(Wanted wanted, RandomStream& random) {
  const auto written = [&](std::int64_t minutes) {
    const std::int64_t hour = minutes / 60;
    const std::string minute = (minutes % 60 < 10 ? "0" : "") + std::to_string(minutes % 60);
    if (hour >= 13 && random.chance(0.3)) {
      return std::to_string(hour) + ":" + minute;
    }
    constexpr std::array<const char*, 4> kMorning = {" am", " \\text{ a.m.}", " a.m.", " AM"};
    constexpr std::array<const char*, 4> kEvening = {" pm", " \\text{ p.m.}", " p.m.", " PM"};
    return std::to_string(hour % 12 == 0 ? 12 : hour % 12) + ":" + minute +
           random.pick(hour < 12 ? kMorning : kEvening);
  };
  return pair_of(wanted, random.integer(0, 24 * 60 - 1), written, [&](std::int64_t minutes) {
    constexpr std::array<std::int64_t, 6> kSteps = {1, 10, 60, 720, 1380, 1439};
    return (minutes + random.pick(kSteps)) % (24 * 60);
  });
}

}  // namespace

std::vector<Family> quantity_families() {
  return {{"percentages", percentages}, {"units", units}, {"money", money}, {"bases", bases}, {"times", times}};
}

}  // namespace exact_math
