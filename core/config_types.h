#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config_check.h"

namespace hone::core {

using Json = nlohmann::json;

/// Names of an enum's values in configs and output; specialise it for each enum that a config holds:
///   template <> struct core::EnumNames<Centering> {
///     static constexpr std::pair<Centering, const char*> values[] = {{Centering::kMean, "mean"}, …};
///   };
template <class Enum>
struct EnumNames;

template <class Enum>
[[nodiscard]] constexpr const char* enum_name(Enum value) {
  for (const auto& [known, name] : EnumNames<Enum>::values) {
    if (known == value) {
      return name;
    }
  }
  return "";
}

template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> enum_from_name(std::string_view wanted) {
  for (const auto& [known, name] : EnumNames<Enum>::values) {
    if (wanted == name) {
      return known;
    }
  }
  return std::nullopt;
}

template <class Enum>
[[nodiscard]] std::vector<std::string> enum_names() {
  std::vector<std::string> names;
  for (const auto& [known, name] : EnumNames<Enum>::values) {
    names.emplace_back(name);
  }
  return names;
}

namespace config {

struct AnyVisitor {
  template <class Member>
  void operator()(const char* name, Member& member, const char* doc, const Check& check = {});
};

template <class T>
concept Described = requires(T value, AnyVisitor visit) {
  value.describe(visit);
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_string_map = false;
template <class T>
inline constexpr bool is_string_map<std::map<std::string, T>> = true;

/// What holds for each element of a container: bounds, but not that there is something.
[[nodiscard]] inline Check without_content(Check check) {
  check.needs_content = false;
  return check;
}

}  // namespace config
}  // namespace hone::core
