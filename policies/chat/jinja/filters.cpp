// Filters of one value: texts, numbers, default, tojson.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "policies/chat/jinja/operations.h"

namespace hone::policies::jinja {
namespace {

// Filters of text take anything, as str() prints it.
template <Case kCase>
Value cased(const Value& input, const Arguments& arguments) {
  arguments.allow("this filter", {});
  return {with_case(printed(input), kCase)};
}

Value trim(const Value& input, const Arguments& arguments) {
  arguments.allow("trim", {"chars"});
  const auto* characters = arguments.get(0, "chars");
  if (characters == nullptr || characters->is_none()) return {stripped(printed(input), Side::kBoth, {})};
  return {stripped(printed(input), Side::kBoth, text_of(*characters, "trim").text)};
}

Value replace(const Value& input, const Arguments& arguments) {
  arguments.allow("replace", {"old", "new", "count"});
  const auto* count = arguments.get(2, "count");
  const auto limit = count == nullptr || count->is_none() ? -1 : integer_of(*count, "replace");
  return {replaced(printed(input), printed(arguments.require(0, "old")).text, printed(arguments.require(1, "new")),
                   static_cast<std::ptrdiff_t>(limit))};
}

Value string(const Value& input, const Arguments& arguments) {
  arguments.allow("this filter", {});
  return {printed(input)};
}

Value indent(const Value& input, const Arguments& arguments) {
  arguments.allow("indent", {"width", "first", "blank"});
  const auto* width = arguments.get(0, "width");
  const auto is_set = [&](std::size_t place, std::string_view name) {
    const auto* value = arguments.get(place, name);
    return value != nullptr && is_true(*value);
  };
  MarkedText margin = trusted_text("    ");
  if (width != nullptr && width->as_text() != nullptr) margin = *width->as_text();
  if (width != nullptr && width->as_text() == nullptr) {
    margin = trusted_text(
        std::string(static_cast<std::size_t>(std::clamp<std::int64_t>(integer_of(*width, "indent"), 0, 1024)), ' '));
  }
  auto text = text_of(input, "indent");
  append_trusted(text, "\n");
  MarkedText result;
  if (is_set(1, "first")) append(result, margin);
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) append_trusted(result, "\n");
    if (i > 0 && (is_set(2, "blank") || !lines[i].text.empty())) append(result, margin);
    append(result, lines[i]);
  }
  return {std::move(result)};
}

Value length(const Value& input, const Arguments& arguments) {
  arguments.allow("length", {});
  return Value::integer(static_cast<std::int64_t>(length_of(input)));
}

Value or_default(const Value& input, const Arguments& arguments) {
  arguments.allow("default", {"default_value", "boolean"});
  const auto* wants_truth = arguments.get(1, "boolean");
  const bool is_missing =
      input.as_undefined() != nullptr || (wants_truth != nullptr && is_true(*wants_truth) && !is_true(input));
  if (!is_missing) return input;
  const auto* otherwise = arguments.get(0, "default_value");
  return otherwise == nullptr ? Value(MarkedText{}) : *otherwise;
}

// What float() reads of a text: nothing where there is anything but a number.
std::optional<double> real_in(const MarkedText& text) {
  auto written = stripped(text, Side::kBoth, {}).text;
  if (written.starts_with('+')) written.erase(0, 1);
  double value = 0;
  const auto* end = written.data() + written.size();
  const auto read = std::from_chars(written.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  return value;
}

Value to_integer(const Value& input, const Arguments& arguments) {
  arguments.allow("int", {"default"});
  const auto* given = arguments.get(0, "default");
  const auto otherwise = given == nullptr ? Value::integer(0) : *given;
  if (input.as_integer() != nullptr || input.as_boolean() != nullptr) return Value::integer(integer_of(input, "int"));
  if (const auto* undefined = input.as_undefined()) throw Failure(undefined->reason);
  if (const auto* text = input.as_text()) {
    auto written = stripped(*text, Side::kBoth, {}).text;
    if (written.starts_with('+')) written.erase(0, 1);
    std::int64_t value = 0;
    const auto* end = written.data() + written.size();
    const auto read = std::from_chars(written.data(), end, value);
    if (read.ec == std::errc{} && read.ptr == end) return Value::integer(value);
  }
  const auto real = input.as_real() != nullptr   ? std::optional(*input.as_real())
                    : input.as_text() != nullptr ? real_in(*input.as_text())
                                                 : std::nullopt;
  if (!real || !std::isfinite(*real)) return otherwise;
  if (std::abs(*real) >= 9.2e18) throw Failure("an integer passes 64 bits");
  return Value::integer(static_cast<std::int64_t>(*real));
}

Value to_real(const Value& input, const Arguments& arguments) {
  arguments.allow("float", {"default"});
  if (is_number(input)) return Value::real(number_of(input, "float"));
  if (const auto* undefined = input.as_undefined()) throw Failure(undefined->reason);
  if (const auto* text = input.as_text()) {
    if (const auto value = real_in(*text)) return Value::real(*value);
  }
  const auto* otherwise = arguments.get(0, "default");
  return otherwise == nullptr ? Value::real(0) : *otherwise;
}

Value absolute(const Value& input, const Arguments& /*arguments*/) {
  if (const auto* real = input.as_real()) return Value::real(std::abs(*real));
  const auto value = integer_of(input, "abs");
  return value < 0 ? binary("-", Value::integer(0), input) : Value::integer(value);
}

// Python rounds the exact value of the double, half to even.
double rounded_half_even(double value, int digits) {
  std::array<char, 512> written{};
  const auto end =
      std::to_chars(written.data(), written.data() + written.size(), value, std::chars_format::fixed, digits);
  double result = value;
  if (end.ec == std::errc{}) std::from_chars(written.data(), end.ptr, result);
  return result;
}

Value rounded(const Value& input, const Arguments& arguments) {
  arguments.allow("round", {"precision", "method"});
  const auto* precision = arguments.get(0, "precision");
  const auto* method = arguments.get(1, "method");
  const auto digits = precision == nullptr ? 0 : integer_of(*precision, "round");
  if (digits < 0 || digits > 15) throw Failure("round needs a precision of 0 to 15");
  const auto value = number_of(input, "round");
  const auto how = method == nullptr ? std::string("common") : text_of(*method, "round").text;
  if (how == "common") {
    if (input.as_real() == nullptr) return Value::integer(integer_of(input, "round"));
    return Value::real(rounded_half_even(value, static_cast<int>(digits)));
  }
  if (how != "ceil" && how != "floor") throw Failure("method must be common, ceil or floor");
  const auto scale = std::pow(10.0, static_cast<double>(digits));
  return Value::real((how == "ceil" ? std::ceil(value * scale) : std::floor(value * scale)) / scale);
}

Value json(const Value& input, const Arguments& arguments) {
  arguments.allow("tojson", {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonStyle style;
  const auto is_set = [](const Value* value) { return value != nullptr && is_true(*value); };
  style.ensures_ascii = is_set(arguments.get(0, "ensure_ascii"));
  if (const auto* indent = arguments.get(1, "indent"); indent != nullptr && !indent->is_none()) {
    style.indent = static_cast<int>(std::clamp<std::int64_t>(integer_of(*indent, "tojson"), 0, 64));
    style.item_separator = ",";
  }
  if (const auto* given = arguments.get(2, "separators"); given != nullptr && !given->is_none()) {
    const auto* separators = given->as_array();
    if (separators == nullptr || separators->items.size() != 2) throw Failure("tojson needs two separators");
    style.item_separator = text_of(separators->items[0], "tojson").text;
    style.key_separator = text_of(separators->items[1], "tojson").text;
  }
  style.sorts_keys = is_set(arguments.get(3, "sort_keys"));
  return {to_json(input, style)};
}

Filter find_filter(std::string_view name) {
  static const std::map<std::string_view, Filter> kFilters = {{"upper", cased<Case::kUpper>},
                                                              {"lower", cased<Case::kLower>},
                                                              {"capitalize", cased<Case::kCapital>},
                                                              {"title", cased<Case::kTitle>},
                                                              {"trim", trim},
                                                              {"replace", replace},
                                                              {"string", string},
                                                              {"safe", string},
                                                              {"indent", indent},
                                                              {"length", length},
                                                              {"count", length},
                                                              {"default", or_default},
                                                              {"d", or_default},
                                                              {"int", to_integer},
                                                              {"float", to_real},
                                                              {"abs", absolute},
                                                              {"round", rounded},
                                                              {"tojson", json}};
  const auto found = kFilters.find(name);
  return found == kFilters.end() ? find_list_filter(name) : found->second;
}

}  // namespace

Value apply_filter(const std::string& name, const Value& input, const Arguments& arguments) {
  const auto filter = find_filter(name);
  if (filter == nullptr) throw Failure("filter \"" + name + "\" is not supported");
  return filter(input, arguments);
}

}  // namespace hone::policies::jinja
