// What `is` asks.
#include <algorithm>
#include <map>

#include "policies/chat/jinja/operations.h"

namespace hone::policies::jinja {
namespace {

using Test = bool (*)(const Value& value, const Arguments& arguments);

const Value& other(const Arguments& arguments) {
  arguments.allow("this test", {"other"});
  return arguments.require(0, "other");
}

bool is_even(const Value& value) {
  return integer_of(value, "even") % 2 == 0;
}

// Whether all letters, of which there must be one, are of that case.
template <Case kCase>
bool is_case(const Value& value, const Arguments& /*arguments*/) {
  const auto text = printed(value);
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return with_case(text, kCase).text == text.text && std::any_of(text.text.begin(), text.text.end(), is_letter);
}

bool is_iterable(const Value& value) {
  return value.as_text() != nullptr || value.as_array() != nullptr || value.as_mapping() != nullptr ||
         value.as_undefined() != nullptr || value.as_loop() != nullptr;
}

bool is_same(const Value& value, const Value& wanted) {
  const bool same_kind = type_name(value) == type_name(wanted);
  return same_kind && (value.is_none() || value.as_boolean() != nullptr) && equal(value, wanted);
}

bool is_multiple(const Value& value, const Arguments& arguments) {
  return equal(binary("%", value, arguments.require(0, "num")), Value::integer(0));
}

#define HONE_TEST(condition)                                            \
  [](const Value& value, [[maybe_unused]] const Arguments& arguments) { \
    static_cast<void>(value);                                           \
    return static_cast<bool>(condition);                                \
  }

const Test kEqual = HONE_TEST(equal(value, other(arguments)));
const Test kUnequal = HONE_TEST(!equal(value, other(arguments)));
const Test kLess = HONE_TEST(compared(value, other(arguments)) < 0);
const Test kMore = HONE_TEST(compared(value, other(arguments)) > 0);
const Test kAtMost = HONE_TEST(compared(value, other(arguments)) <= 0);
const Test kAtLeast = HONE_TEST(compared(value, other(arguments)) >= 0);
const std::map<std::string_view, Test> kTests = {
    {"defined", HONE_TEST(value.as_undefined() == nullptr)},
    {"undefined", HONE_TEST(value.as_undefined() != nullptr)},
    {"none", HONE_TEST(value.is_none())},
    {"string", HONE_TEST(value.as_text() != nullptr)},
    {"mapping", HONE_TEST(value.as_mapping() != nullptr)},
    {"number", HONE_TEST(is_number(value))},
    {"integer", HONE_TEST(value.as_integer() != nullptr)},
    {"float", HONE_TEST(value.as_real() != nullptr)},
    {"boolean", HONE_TEST(value.as_boolean() != nullptr)},
    {"true", HONE_TEST(value.as_boolean() != nullptr && *value.as_boolean())},
    {"false", HONE_TEST(value.as_boolean() != nullptr && !*value.as_boolean())},
    {"iterable", HONE_TEST(is_iterable(value))},
    {"sequence", HONE_TEST(is_iterable(value) && value.as_loop() == nullptr)},
    {"callable", HONE_TEST(value.as_callable() != nullptr)},
    {"odd", HONE_TEST(!is_even(value))},
    {"even", HONE_TEST(is_even(value))},
    {"divisibleby", is_multiple},
    {"upper", is_case<Case::kUpper>},
    {"lower", is_case<Case::kLower>},
    {"in", HONE_TEST(contains(other(arguments), value))},
    {"sameas", HONE_TEST(is_same(value, other(arguments)))},
    {"eq", kEqual},
    {"equalto", kEqual},
    {"==", kEqual},
    {"ne", kUnequal},
    {"!=", kUnequal},
    {"lt", kLess},
    {"lessthan", kLess},
    {"<", kLess},
    {"gt", kMore},
    {"greaterthan", kMore},
    {">", kMore},
    {"le", kAtMost},
    {"<=", kAtMost},
    {"ge", kAtLeast},
    {">=", kAtLeast}};

#undef HONE_TEST

}  // namespace

bool apply_test(const std::string& name, const Value& input, const Arguments& arguments) {
  const auto found = kTests.find(name);
  if (found == kTests.end()) throw Failure("test \"" + name + "\" is not supported");
  return found->second(input, arguments);
}

}  // namespace hone::policies::jinja
