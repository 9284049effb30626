#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "core/config_check.h"
#include "core/config_types.h"
#include "core/config_write.h"

namespace hone::core {
namespace config {

/// Adds the check's bounds, names and minimal length to a schema of a leaf or a container.
void add_check(Json& schema, const Check& check);

/// True where the default would fail the check, so the key must be given.
template <class Member>
[[nodiscard]] bool must_be_given(const Member& member, const Check& check) {
  if constexpr (std::is_same_v<Member, std::string>) {
    return !check.accepts(member) || (check.needs_content && member.empty());
  } else if constexpr (is_vector<Member> || is_string_map<Member>) {
    return check.needs_content && member.empty();
  } else if constexpr (is_optional<Member>) {
    return check.needs_content && !member;
  } else if constexpr (std::is_same_v<Member, Json>) {
    return check.needs_content && member.is_null();
  } else if constexpr (std::is_arithmetic_v<Member> && !std::is_same_v<Member, bool>) {
    return !check.accepts(static_cast<double>(member));
  } else {
    return false;
  }
}

template <class Member>
[[nodiscard]] Json schema_of(Member& member, const Check& check);

struct SchemaVisitor {
  Json properties = Json::object();
  Json required = Json::array();
  template <class Member>
  void operator()(const char* name, Member& member, const char* doc, const Check& check = {}) {
    Json schema = schema_of(member, check);
    schema["description"] = doc;
    if (must_be_given(member, check)) {
      required.push_back(name);
    } else if constexpr (!Described<Member>) {
      schema["default"] = write(member);
    }
    properties[name] = std::move(schema);
  }
};

template <class Struct>
[[nodiscard]] Json schema_of_struct(Struct& value) {
  SchemaVisitor visitor;
  value.describe(visitor);
  Json schema = {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(visitor.properties)}};
  if (!visitor.required.empty()) {
    schema["required"] = std::move(visitor.required);
  }
  return schema;
}

/// A leaf's type and, for an enum, its names.
template <class Member>
[[nodiscard]] Json schema_of_leaf() {
  if constexpr (std::is_same_v<Member, Json>) {
    return Json::object();
  } else if constexpr (std::is_enum_v<Member>) {
    return {{"enum", enum_names<Member>()}};
  } else if constexpr (std::is_same_v<Member, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<Member, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::is_unsigned_v<Member>) {
    return {{"type", "integer"}, {"minimum", 0}};
  } else {
    return {{"type", std::is_integral_v<Member> ? "integer" : "number"}};
  }
}

template <class Member>
Json schema_of(Member& member, const Check& check) {
  Json schema;
  if constexpr (Described<Member>) {
    schema = schema_of_struct(member);
  } else if constexpr (is_optional<Member>) {
    typename Member::value_type inner{};
    schema["anyOf"] = Json::array({schema_of(inner, without_content(check)), {{"type", "null"}}});
  } else if constexpr (is_vector<Member>) {
    typename Member::value_type item{};
    schema = {{"type", "array"}, {"items", schema_of(item, without_content(check))}};
  } else if constexpr (is_string_map<Member>) {
    typename Member::mapped_type item{};
    schema = {{"type", "object"}, {"additionalProperties", schema_of(item, without_content(check))}};
  } else {
    schema = schema_of_leaf<Member>();
  }
  add_check(schema, check);
  return schema;
}

}  // namespace config

/// JSON Schema (2020-12) of a described struct: types, descriptions, defaults, bounds, names; unknown keys refused.
template <class T>
[[nodiscard]] Json json_schema(const std::string& title) {
  T value{};
  Json schema = config::schema_of_struct(value);
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = title;
  // Lets a config name its schema, for editors; from_json takes it in no account.
  schema["properties"]["$schema"] = {{"type", "string"}, {"description", "Where this schema is; for editors."}};
  return schema;
}

}  // namespace hone::core
