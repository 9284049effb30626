#include "tests/rewards/exact_math_spelling.h"

#include <cstdlib>
#include <numeric>
#include <utility>

namespace exact_math {
namespace {

std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  for (int i = 0; i < exponent; ++i) {
    value *= 10;
  }
  return value;
}

std::string grouped(std::int64_t value, std::string_view separator) {
  std::string digits = std::to_string(std::llabs(value));
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, separator);
  }
  return (value < 0 ? "-" : "") + digits;
}

std::string fraction_bar(std::int64_t numerator, std::int64_t denominator, RandomStream& random) {
  constexpr std::string_view kCommands[] = {"\\frac", "\\dfrac", "\\tfrac", "\\cfrac"};
  const std::string top = std::to_string(numerator);
  const std::string bottom = std::to_string(denominator);
  const std::string command(random.pick(std::span(kCommands)));
  const bool is_short = numerator > 0 && top.size() == 1 && bottom.size() == 1;
  if (is_short && random.chance(0.3)) {
    return command + top + bottom;
  }
  return command + "{" + top + "}{" + bottom + "}";
}

std::string signed_fraction(const Fraction& value, RandomStream& random) {
  const std::int64_t scale = random.chance(0.3) ? random.integer(2, 12) : 1;
  const std::int64_t numerator = value.numerator * scale;
  const std::int64_t denominator = value.denominator * scale;
  if (random.chance(0.3)) {
    return std::to_string(numerator) + "/" + std::to_string(denominator);
  }
  if (numerator < 0 && random.chance(0.5)) {
    return random.chance(0.2) ? fraction_bar(-numerator, -denominator, random)
                              : fraction_bar(numerator, denominator, random);
  }
  return (numerator < 0 ? "-" : "") + fraction_bar(std::llabs(numerator), denominator, random);
}

std::string mixed(const Fraction& value, RandomStream& random) {
  const std::int64_t size = std::llabs(value.numerator);
  const std::int64_t rest = size % value.denominator;
  const std::string whole = (value.numerator < 0 ? "-" : "") + std::to_string(size / value.denominator);
  if (random.chance(0.3)) {
    return whole + " " + std::to_string(rest) + "/" + std::to_string(value.denominator);
  }
  return whole + fraction_bar(rest, value.denominator, random);
}

/// 0.1\overline{6}, where the period has at most six digits; else "".
std::string repeating(const Fraction& value, RandomStream& random) {
  for (int lead = 0; lead <= 2; ++lead) {
    for (int period = 1; period <= 6; ++period) {
      const std::int64_t scale = power_of_ten(lead) * (power_of_ten(period) - 1);
      if (scale % value.denominator != 0) {
        continue;
      }
      const std::int64_t size = std::llabs(value.numerator) * (scale / value.denominator);
      const std::int64_t nines = power_of_ten(period) - 1;
      std::string head = std::to_string(size / nines);
      std::string tail = std::to_string(size % nines);
      head.insert(0, head.size() > static_cast<std::size_t>(lead) ? 0 : lead + 1 - head.size(), '0');
      tail.insert(0, period - tail.size(), '0');
      head.insert(head.size() - lead, ".");
      const std::string sign = value.numerator < 0 ? "-" : "";
      return sign + head + (random.chance(0.5) ? "\\overline{" + tail + "}" : "(" + tail + ")");
    }
  }
  return "";
}

}  // namespace

Fraction fraction(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t divisor = std::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
  return {numerator / divisor, denominator / divisor};
}
Fraction operator+(const Fraction& left, const Fraction& right) {
  return fraction(left.numerator * right.denominator + right.numerator * left.denominator,
                  left.denominator * right.denominator);
}
Fraction operator-(const Fraction& left, const Fraction& right) {
  return left + Fraction{-right.numerator, right.denominator};
}
Fraction operator*(const Fraction& left, const Fraction& right) {
  return fraction(left.numerator * right.numerator, left.denominator * right.denominator);
}
bool operator<(const Fraction& left, const Fraction& right) {
  return left.numerator * right.denominator < right.numerator * left.denominator;
}

std::int64_t nonzero(RandomStream& random, std::int64_t low, std::int64_t high) {
  for (;;) {
    if (const std::int64_t value = random.integer(low, high); value != 0) {
      return value;
    }
  }
}

Fraction small_fraction(RandomStream& random) {
  return fraction(nonzero(random, -40, 60), random.chance(0.3) ? 1 : random.integer(2, 20));
}

std::string plain(const Fraction& value) {
  if (value.denominator == 1) {
    return std::to_string(value.numerator);
  }
  return (value.numerator < 0 ? "-" : "") + std::string("\\frac{") + std::to_string(std::llabs(value.numerator)) +
         "}{" + std::to_string(value.denominator) + "}";
}

std::string coefficient(const Fraction& value) {
  if (value == Fraction{1, 1}) {
    return "";
  }
  return value == Fraction{-1, 1} ? "-" : plain(value);
}

std::string decimal(const Fraction& value) {
  for (int places = 1; places <= 6; ++places) {
    const std::int64_t scale = power_of_ten(places);
    if (scale % value.denominator == 0) {
      std::string digits = std::to_string(std::llabs(value.numerator) * (scale / value.denominator));
      if (digits.size() <= static_cast<std::size_t>(places)) {
        digits.insert(0, places + 1 - digits.size(), '0');
      }
      digits.insert(digits.size() - places, ".");
      return (value.numerator < 0 ? "-" : "") + digits;
    }
  }
  return "";
}

std::string sum_of(std::vector<std::string> terms, RandomStream& random) {
  random.shuffle(terms);
  const std::string space = random.chance(0.5) ? " " : "";
  std::string sum;
  for (const std::string& term : terms) {
    const bool has_sign = term.front() == '-' || term.front() == '+';
    const std::string sign(1, has_sign ? term.front() : '+');
    const std::string body = has_sign ? term.substr(1) : term;
    if (sum.empty()) {
      sum = (sign == "-" ? "-" : "") + body;
    } else {
      sum += space + sign + space + body;
    }
  }
  return sum.empty() ? "0" : sum;
}

std::string wrapped(const std::string& text, RandomStream& random) {
  switch (random.integer(0, 15)) {
    case 0:
      return "$" + text + "$";
    case 1:
      return "\\boxed{" + text + "}";
    case 2:
      return "\\(" + text + "\\)";
    case 3:
      return "\\displaystyle " + text;
    case 4:
      return "  " + text + " ";
    case 5:
      return text.ends_with('.') ? text : text + ".";
    case 6:
      return "$$\\boxed{" + text + "}$$";
    case 7:
      return "\\,{" + text + "}\\!";
    case 8:
      return "\\[ " + text + " \\]";
    default:
      return text;
  }
}

std::string root_text(const std::string& radicand, RandomStream& random) {
  switch (random.integer(0, 7)) {
    case 0:
      return "√" + (radicand.size() == 1 ? radicand : "(" + radicand + ")");
    case 1:
      return "\\sqrt(" + radicand + ")";
    case 2:
      return radicand.size() == 1 ? "\\sqrt" + radicand : "\\sqrt{" + radicand + "}";
    default:
      return "\\sqrt{" + radicand + "}";
  }
}

std::string spell(std::int64_t value, RandomStream& random) {
  const std::string digits = std::to_string(value);
  switch (random.integer(0, 11)) {
    case 0:
      return grouped(value, ",");
    case 1:
      return grouped(value, "{,}");
    case 2:
      return grouped(value, random.chance(0.5) ? "\\," : ",\\!");
    case 3:
      return digits + (random.chance(0.5) ? ".0" : ".00");
    case 4: {
      const std::int64_t part = random.integer(1, 99);
      return std::to_string(value - part) + " + " + std::to_string(part);
    }
    case 5: {
      const std::int64_t factor = random.integer(2, 9);
      return "\\frac{" + std::to_string(value * factor) + "}{" + std::to_string(factor) + "}";
    }
    case 6:
      return "(" + digits + ")";
    case 7: {
      int zeros = 0;
      std::int64_t rest = value;
      while (rest != 0 && rest % 10 == 0) {
        rest /= 10;
        ++zeros;
      }
      if (zeros == 0) {
        return digits;
      }
      return std::to_string(rest) + (random.chance(0.5) ? "\\times" : " \\cdot ") + "10^{" + std::to_string(zeros) +
             "}";
    }
    case 8:
      for (std::int64_t factor = 2; factor < 12; ++factor) {
        if (value % factor == 0) {
          return std::to_string(factor) + " \\times " +
                 (value < 0 ? "(" + std::to_string(value / factor) + ")" : std::to_string(value / factor));
        }
      }
      return digits;
    case 9:
      return value < 0 ? "−" + digits.substr(1) : "+" + digits;
    default:
      return digits;
  }
}

std::string spell(const Fraction& value, RandomStream& random) {
  std::string text;
  switch (random.integer(0, 7)) {
    case 0:
      text = decimal(value);
      if (!text.empty() && random.chance(0.3)) {
        text += "0";
      } else if (text.starts_with("0.") && random.chance(0.3)) {
        text.erase(0, 1);
      }
      break;
    case 1:
      if (decimal(value).empty()) {
        text = repeating(value, random);
      }
      break;
    case 2:
      if (value.denominator > 1 && std::llabs(value.numerator) > value.denominator) {
        text = mixed(value, random);
      }
      break;
    case 3: {
      const Fraction part = fraction(random.integer(1, 9), random.integer(2, 9));
      text = sum_of({plain(value - part), plain(part)}, random);
      break;
    }
    case 4:
      text = plain(fraction(value.numerator, 1)) + " \\div " + std::to_string(value.denominator);
      break;
    default:
      break;
  }
  return text.empty() ? signed_fraction(value, random) : text;
}

std::int64_t near_miss(std::int64_t value, RandomStream& random) {
  std::string digits = std::to_string(std::llabs(value));
  const std::int64_t sign = value < 0 ? -1 : 1;
  const auto at = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(digits.size()) - 1));
  switch (random.integer(0, 6)) {
    case 0:
      return -value;
    case 1:
      return value + (random.chance(0.5) ? 1 : -1);
    case 2:
      digits[at] = static_cast<char>('0' + random.integer(0, 9));
      break;
    case 3:
      std::swap(digits[at], digits[digits.size() - 1 - at]);
      break;
    case 4:
      return value * 10;
    case 5:
      digits.insert(digits.begin() + static_cast<std::ptrdiff_t>(at), static_cast<char>('0' + random.integer(0, 9)));
      break;
    default:
      digits.erase(at, 1);
      break;
  }
  return digits.empty() || digits.size() > 15 ? value + 2 : sign * std::stoll(digits);
}

Fraction near_miss(const Fraction& value, RandomStream& random) {
  switch (random.integer(0, 6)) {
    case 0:
      return {-value.numerator, value.denominator};
    case 1:
      return value.numerator == 0 ? Fraction{1, 1} : fraction(value.denominator, value.numerator);
    case 2:
      return Fraction{1, 1} - value;
    case 3:
      return fraction(near_miss(value.numerator, random), value.denominator);
    case 4: {
      const std::int64_t denominator = near_miss(value.denominator, random);
      return denominator == 0 ? Fraction{0, 1} : fraction(value.numerator, denominator);
    }
    case 5:
      return fraction(value.numerator, value.denominator * 10);
    default:
      return value + fraction(random.chance(0.5) ? 1 : -1, value.denominator);
  }
}

}  // namespace exact_math
