// range, dict, raise_exception, strftime_now.
#include <array>
#include <charconv>
#include <chrono>

#include "policies/chat/jinja/operations.h"

namespace hone::policies::jinja {
namespace {

Value range(const Arguments& arguments) {
  arguments.allow("range", {"start", "stop", "step"});
  const auto count = arguments.positional.size();
  const auto at = [&](std::size_t place) { return integer_of(arguments.require(place, "stop"), "range"); };
  const auto start = count > 1 ? at(0) : 0;
  const auto stop = at(count > 1 ? 1 : 0);
  const auto step = count > 2 ? at(2) : 1;
  if (step == 0) throw Failure("range() arg 3 must not be zero");
  std::vector<Value> items;
  for (auto i = start; step > 0 ? i < stop : i > stop;) {
    if (items.size() == kMaxItems) throw Failure("range() gives more than " + std::to_string(kMaxItems) + " numbers");
    items.push_back(Value::integer(i));
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return make_list(std::move(items));
}

Value dict(const Arguments& arguments) {
  std::vector<std::pair<Value, Value>> entries;
  if (!arguments.positional.empty()) {
    const auto* from = arguments.positional[0].as_mapping();
    if (from == nullptr) throw Failure("dict() of a " + type_name(arguments.positional[0]) + " is not supported");
    entries = from->entries;
  }
  for (const auto& [name, value] : arguments.named) entries.emplace_back(trusted_text(name), value);
  return make_mapping(std::move(entries));
}

std::string two_digits(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string part_of_day(char letter, std::chrono::year_month_day day) {
  static constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                               "May",       "June",     "July",     "August",
                                                               "September", "October",  "November", "December"};
  static constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                            "Thursday", "Friday", "Saturday"};
  const auto month = kMonths[static_cast<unsigned>(day.month()) - 1];
  const auto weekday = kDays[std::chrono::weekday(std::chrono::sys_days(day)).c_encoding()];
  const auto year = std::to_string(static_cast<int>(day.year()));
  switch (letter) {
    case 'd':
      return two_digits(static_cast<unsigned>(day.day()));
    case 'm':
      return two_digits(static_cast<unsigned>(day.month()));
    case 'b':
      return std::string(month.substr(0, 3));
    case 'B':
      return std::string(month);
    case 'Y':
      return year;
    case 'y':
      return year.substr(year.size() - 2);
    case 'a':
      return std::string(weekday.substr(0, 3));
    case 'A':
      return std::string(weekday);
    case 'H':
    case 'M':
    case 'S':
      return "00";
    case '%':
      return "%";
    default:
      throw Failure("strftime_now: %" + std::string(1, letter) + " is not supported");
  }
}

// `day` is 2024-07-26, as RenderOptions checked it.
Value strftime_now(const Value& day, const Arguments& arguments) {
  const auto& written = text_of(day, "strftime_now").text;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    std::from_chars(written.data() + at, written.data() + at + size, value);
    return value;
  };
  const auto date = std::chrono::year(number(0, 4)) / number(5, 2) / number(8, 2);
  const auto& format = text_of(arguments.require(0, "format"), "strftime_now").text;
  MarkedText result;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const bool is_part = format[i] == '%' && i + 1 < format.size();
    append_trusted(result, is_part ? part_of_day(format[++i], date) : std::string(1, format[i]));
  }
  return {std::move(result)};
}

}  // namespace

bool is_function(std::string_view name) {
  return name == "range" || name == "dict" || name == "raise_exception" || name == "namespace";
}

Value call_function(const std::string& name, const Value& self, const Arguments& arguments) {
  if (name == "range") return range(arguments);
  if (name == "dict") return dict(arguments);
  if (name == "strftime_now") return strftime_now(self, arguments);
  throw Raised(printed(arguments.require(0, "message")).text);
}

}  // namespace hone::policies::jinja
