#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/chat/jinja/value.h"

/// What Jinja's expressions do, without variables. Everything here throws Failure for what Python or Jinja refuses, and
/// for what is not supported.
namespace hone::policies::jinja {

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
  /// By place or by name; nullptr where it was not given.
  [[nodiscard]] const Value* get(std::size_t place, std::string_view name) const;
  [[nodiscard]] const Value& require(std::size_t place, std::string_view name) const;
  /// Throws Failure where more or others were given than these, in order.
  void allow(std::string_view callee, std::initializer_list<std::string_view> names) const;
};

/// + - * / // % **
[[nodiscard]] Value binary(std::string_view sign, const Value& left, const Value& right);
/// object[key]: what is not there is undefined.
[[nodiscard]] Value item_of(const Value& object, const Value& key);
/// object.name: a method first, then an item.
[[nodiscard]] Value attribute_of(const Value& object, const std::string& name);
/// object[start:stop:step], each of which may be None.
[[nodiscard]] Value slice_of(const Value& object, const Value& start, const Value& stop, const Value& step);

[[nodiscard]] Value apply_filter(const std::string& name, const Value& input, const Arguments& arguments);
[[nodiscard]] bool apply_test(const std::string& name, const Value& input, const Arguments& arguments);
[[nodiscard]] Value call_method(const std::string& name, const Value& self, const Arguments& arguments);
/// range, dict, raise_exception, and strftime_now, whose `self` is the day as 2024-07-26.
[[nodiscard]] Value call_function(const std::string& name, const Value& self, const Arguments& arguments);
[[nodiscard]] bool is_function(std::string_view name);

/// A filter of lists, or nullptr: those of apply_filter that live in list_filters.cpp.
using Filter = Value (*)(const Value& input, const Arguments& arguments);
[[nodiscard]] Filter find_list_filter(std::string_view name);
[[nodiscard]] bool has_method(const Value& object, std::string_view name);
/// The length as the filter `length` and len() have it, in characters or items.
[[nodiscard]] std::size_t length_of(const Value& value);
[[nodiscard]] const MarkedText& text_of(const Value& value, std::string_view what);

}  // namespace hone::policies::jinja
