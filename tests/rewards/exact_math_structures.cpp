// Families of structures: sets, lists, tuples, matrices, plus-minus, ratios, choices.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "tests/rewards/exact_math_entries.h"

namespace exact_math {
namespace {

using Members = std::set<std::pair<std::int64_t, std::int64_t>>;

std::string spell_set(const Members& value, bool is_list, RandomStream& random) {
  Entries members;
  for (const auto& [numerator, denominator] : value) {
    members.push_back({numerator, denominator});
  }
  if (!is_list && random.chance(0.2)) {
    members.push_back(random.pick(members));  // a repetition
  }
  random.shuffle(members);
  constexpr std::array<const char*, 4> kBetween = {", ", ",\\ ", ",  ", "; "};
  if (!is_list) {
    const bool is_sized = random.chance(0.3);
    return (is_sized ? "\\left\\{" : "\\{") + joined(members, random.chance(0.7) ? ", " : ",\\, ", random) +
           (is_sized ? "\\right\\}" : "\\}");
  }
  if (members.size() == 2 && random.chance(0.3)) {
    return joined(members, random.chance(0.5) ? " \\text{ and } " : " and ", random);
  }
  if (random.chance(0.3)) {
    std::string text;
    for (const Fraction& member : members) {
      text += (text.empty()         ? ""
               : random.chance(0.5) ? " \\text{ or } "
                                    : ", ") +
              std::string("x=") + entry_text(member, random);
    }
    return text;
  }
  return joined(members, random.pick(kBetween), random);
}

Members changed_members(Members value, RandomStream& random) {
  auto chosen = value.begin();
  std::advance(chosen, random.integer(0, static_cast<std::int64_t>(value.size()) - 1));
  const Fraction old{chosen->first, chosen->second};
  const std::int64_t kind = random.integer(0, 2);
  if (kind != 0 && (kind != 1 || value.size() > 2)) {
    value.erase(chosen);
  }
  if (kind != 1) {
    const Fraction made = near_miss(old, random);
    value.insert({made.numerator, made.denominator});
  }
  return value;
}

Members small_members(RandomStream& random) {
  Members made;
  for (const Fraction& entry : entries_of(random.integer(2, 5), random)) {
    made.insert({entry.numerator, entry.denominator});
  }
  return made;
}

Pair sets(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, small_members(random), [&](const Members& v) { return spell_set(v, false, random); },
      [&](const Members& v) { return changed_members(v, random); });
}

Pair lists(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, small_members(random), [&](const Members& v) { return spell_set(v, random.chance(0.7), random); },
      [&](const Members& v) { return changed_members(v, random); });
}

Entries changed_entries(Entries value, RandomStream& random) {
  const auto last = static_cast<std::int64_t>(value.size()) - 1;
  const auto at = static_cast<std::size_t>(random.integer(0, last));
  switch (random.integer(0, 3)) {
    case 0:
      std::swap(value[at], value[static_cast<std::size_t>(random.integer(0, last))]);
      break;
    case 1:
      if (value.size() > 2) {
        value.erase(value.begin() + static_cast<std::ptrdiff_t>(at));
      }
      break;
    case 2:
      value.push_back({random.integer(-3, 3), 1});
      break;
    default:
      value[at] = near_miss(value[at], random);
      break;
  }
  return value;
}

std::string spell_tuple(const Entries& value, RandomStream& random) {
  switch (random.integer(0, 6)) {
    case 0:
      return "\\left(" + joined(value, ", ", random) + "\\right)";
    case 1:
      return "\\langle " + joined(value, ", ", random) + "\\rangle";
    case 2:
      return "\\begin{pmatrix} " + joined(value, " \\\\ ", random) + " \\end{pmatrix}";
    case 3:
      return "\\begin{bmatrix}" + joined(value, "\\\\", random) + "\\end{bmatrix}";
    case 4:
      return "( " + joined(value, " , ", random) + " )";
    default:
      return "(" + joined(value, random.chance(0.5) ? "," : ",\\,", random) + ")";
  }
}

Pair tuples(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, entries_of(random.integer(2, 4), random), [&](const Entries& v) { return spell_tuple(v, random); },
      [&](const Entries& v) { return changed_entries(v, random); });
}

/// The same entries as a tuple, a set and a closed interval are three different things.
Pair bracket_kinds(Wanted wanted, RandomStream& random) {
  Entries entries = entries_of(2, random);
  std::sort(entries.begin(), entries.end());
  const std::string inside = joined(entries, ", ", random);
  const std::array<std::string, 4> kinds = {"(" + inside + ")", "\\{" + inside + "\\}", "[" + inside + "]",
                                            "[" + inside + ")"};
  const std::int64_t gold = random.integer(0, 3);
  const std::int64_t answer = wanted == Wanted::kEqual ? gold : (gold + random.integer(1, 3)) % 4;
  return {kinds[static_cast<std::size_t>(gold)], kinds[static_cast<std::size_t>(answer)]};
}

struct Matrix {
  std::size_t columns = 2;
  Entries entries;
  friend bool operator==(const Matrix&, const Matrix&) = default;
};

std::string spell_matrix(const Matrix& value, RandomStream& random) {
  constexpr std::array<const char*, 3> kNames = {"pmatrix", "bmatrix", "Bmatrix"};
  const std::string space = random.chance(0.5) ? " " : "";
  std::string rows;
  for (std::size_t i = 0; i < value.entries.size(); ++i) {
    const bool is_first = i % value.columns == 0;
    rows += (i == 0     ? ""
             : is_first ? space + "\\\\" + space
                        : space + "&" + space) +
            entry_text(value.entries[i], random);
  }
  rows += random.chance(0.1) ? " \\\\" : "";
  if (random.chance(0.2)) {
    return "\\left(\\begin{array}{" + std::string(value.columns, 'c') + "} " + rows + " \\end{array}\\right)";
  }
  const std::string name = random.pick(kNames);
  return "\\begin{" + name + "} " + rows + " \\end{" + name + "}";
}

Pair matrices(Wanted wanted, RandomStream& random) {
  const auto columns = static_cast<std::size_t>(random.integer(2, 3));
  const auto rows = random.integer(2, 3);
  Matrix value{columns, {}};
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(columns) * rows; ++i) {
    value.entries.push_back(random.chance(0.8) ? Fraction{random.integer(-9, 9), 1} : small_fraction(random));
  }
  return pair_of(
      wanted, value, [&](const Matrix& v) { return spell_matrix(v, random); },
      [&](const Matrix& v) {
        Matrix made = v;
        const auto last = static_cast<std::int64_t>(v.entries.size()) - 1;
        const auto at = static_cast<std::size_t>(random.integer(0, last));
        switch (random.integer(0, 2)) {
          case 0:
            made.entries[at] = near_miss(v.entries[at], random);
            break;
          case 1:
            std::swap(made.entries[at], made.entries[static_cast<std::size_t>(random.integer(0, last))]);
            break;
          default: {  // the transpose
            const std::size_t height = v.entries.size() / v.columns;
            made = {height, {}};
            for (std::size_t column = 0; column < v.columns; ++column) {
              for (std::size_t row = 0; row < height; ++row) {
                made.entries.push_back(v.entries[row * v.columns + column]);
              }
            }
            break;
          }
        }
        return made;
      });
}

/// a ± b sqrt(c), which is a set of two; or one of the two alone.
struct Roots {
  Fraction middle;
  Fraction reach;  // positive
  std::int64_t radicand = 1;
  bool is_both = true;
  friend bool operator==(const Roots&, const Roots&) = default;
};

std::string spell_roots(const Roots& v, RandomStream& random) {
  const std::string root =
      v.radicand == 1 ? plain(v.reach) : coefficient(v.reach) + "\\sqrt{" + std::to_string(v.radicand) + "}";
  const std::string middle = v.middle.numerator == 0 ? "" : plain(v.middle);
  const std::string front = random.chance(0.3) ? "x = " : "";
  const std::string plus = sum_of({root, middle.empty() ? "0" : middle}, random);
  const std::string minus = sum_of({"-" + root, middle.empty() ? "0" : middle}, random);
  if (!v.is_both) {
    return front + (random.chance(0.5) ? plus : minus);
  }
  switch (random.integer(0, 3)) {
    case 0:
      return "\\{" + plus + ", " + minus + "\\}";
    case 1:
      return minus + ", " + plus;
    case 2:
      return "x = " + minus + " \\text{ or } x = " + plus;
    default:
      return front + middle + (random.chance(0.2) ? "±" : " \\pm ") + root;
  }
}

Pair plus_minus(Wanted wanted, RandomStream& random) {
  Fraction reach = small_fraction(random);
  reach.numerator = std::llabs(reach.numerator);
  constexpr std::array<std::int64_t, 5> kRadicands = {1, 2, 3, 5, 7};
  const Fraction middle = random.chance(0.4) ? Fraction{0, 1} : small_fraction(random);
  return pair_of(
      wanted, Roots{middle, reach, random.pick(kRadicands)}, [&](const Roots& v) { return spell_roots(v, random); },
      [&](Roots v) {
        switch (random.integer(0, 3)) {
          case 0:
            v.is_both = false;
            break;
          case 1:
            v.middle = near_miss(v.middle, random);
            break;
          case 2:
            v.radicand = random.pick(kRadicands);
            break;
          default:
            v.reach = v.reach + Fraction{1, 1};
            break;
        }
        return v;
      });
}

Pair ratios(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, fraction(random.integer(1, 30), random.integer(1, 30)),
      [&](const Fraction& v) {
        const std::int64_t scale = random.chance(0.5) ? 1 : random.integer(2, 6);
        constexpr std::array<const char*, 3> kSigns = {":", " : ", "{:}"};
        return random.chance(0.8)
                   ? std::to_string(v.numerator * scale) + random.pick(kSigns) + std::to_string(v.denominator * scale)
                   : plain(v);
      },
      [&](const Fraction& v) {
        switch (random.integer(0, 2)) {
          case 0:
            return Fraction{v.denominator, v.numerator};
          case 1:
            return fraction(v.numerator, v.numerator + v.denominator);
          default:
            return fraction(v.numerator + 1, v.denominator);
        }
      });
}

Pair choices(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, random.integer('A', 'E'),
      [&](std::int64_t v) {
        const std::string letter(1, static_cast<char>(v));
        const std::array<std::string, 8> spellings = {
            letter,       "(" + letter + ")",           "\\text{" + letter + "}",   "\\text{(" + letter + ")}",
            letter + ".", "\\textbf{(" + letter + ")}", "\\mathrm{" + letter + "}", "\\boxed{" + letter + "}"};
        return random.pick(spellings);
      },
      [&](std::int64_t) { return random.integer('A', 'E'); });
}

}  // namespace

std::vector<Family> structure_families() {
  return {{"sets", sets},         {"lists", lists},           {"tuples", tuples},
          {"matrices", matrices}, {"plus-minus", plus_minus}, {"bracket kinds", bracket_kinds},
          {"ratios", ratios},     {"choices", choices}};
}

}  // namespace exact_math
