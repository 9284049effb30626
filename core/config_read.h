#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/config_check.h"
#include "core/config_text.h"
#include "core/config_types.h"

/// What from_json is made of; use core/config.h.
namespace hone::core::config {

struct Source {
  std::string name;              // the file, for messages
  std::string root;              // path of the object that is read
  std::function<Json()> schema;  // of that object; asked only to suggest a key
};

/// Where a value stands, and the messages about it.
struct Place {
  const Source& source;
  std::string path;

  [[nodiscard]] Place child(const std::string& name) const { return {source, text::join_path(path, name)}; }
  /// "train.json: rl.group_size is "four", needs an integer"; a null value was left out.
  [[noreturn]] void refuse(const Json* found, const std::string& needs) const;
  [[noreturn]] void refuse_key(const std::string& key, const std::vector<std::string>& known) const;
};

[[nodiscard]] std::int64_t read_signed(const Json& json, const Place& place, std::int64_t low, std::int64_t high);
[[nodiscard]] std::uint64_t read_unsigned(const Json& json, const Place& place, std::uint64_t high);
void refuse_unknown_keys(const Json& json, const std::vector<std::string>& known, const Place& place);

/// What an object may hold.
struct NameCollector {
  std::vector<std::string> names;
  template <class Member>
  void operator()(const char* name, Member& /*member*/, const char* /*doc*/, const Check& /*check*/ = {}) {
    names.emplace_back(name);
  }
};

/// Fills `member` from `json`. With a null `json` the key was left out: the default stays, and is checked.
template <class Member>
void read(const Json* json, Member& member, const Place& place, const Check& check);

/// Visits a described struct and fills each member from the object's key.
struct Reader {
  const Json* object;
  const Place& place;
  template <class Member>
  void operator()(const char* name, Member& member, const char* /*doc*/, const Check& check = {}) {
    const Json* value = object != nullptr && object->contains(name) ? &(*object)[name] : nullptr;
    read(value, member, place.child(name), check);
  }
};

template <class Struct>
void read_struct(const Json* json, Struct& value, const Place& place) {
  if (json != nullptr) {
    NameCollector known;
    value.describe(known);
    refuse_unknown_keys(*json, known.names, place);
  }
  Reader reader{json, place};
  value.describe(reader);
}

template <class Value>
void read_list(const Json* json, std::vector<Value>& list, const Place& place, const Check& check) {
  const Check each = without_content(check);
  if (json != nullptr) {
    if (!json->is_array()) {
      place.refuse(json, "a list");
    }
    list.clear();
    for (const Json& item : *json) {
      Value value{};
      read(&item, value, place.child(std::to_string(list.size())), each);
      list.push_back(std::move(value));
    }
  } else if constexpr (!std::is_same_v<Value, bool>) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      read(nullptr, list[i], place.child(std::to_string(i)), each);
    }
  }
}

template <class Value>
void read_map(const Json* json, std::map<std::string, Value>& map, const Place& place, const Check& check) {
  const Check each = without_content(check);
  if (json != nullptr) {
    if (!json->is_object()) {
      place.refuse(json, "an object");
    }
    map.clear();
    for (const auto& item : json->items()) {
      read(&item.value(), map[item.key()], place.child(item.key()), each);
    }
  } else {
    for (auto& [key, value] : map) {
      read(nullptr, value, place.child(key), each);
    }
  }
}

template <class Enum>
void read_enum(const Json& json, Enum& value, const Place& place) {
  if (json.is_string()) {
    if (const auto found = enum_from_name<Enum>(json.get_ref<const std::string&>())) {
      value = *found;
      return;
    }
  }
  place.refuse(&json, text::one_of(enum_names<Enum>()));
}

template <class Number>
void read_number(const Json& json, Number& value, const Place& place) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (!json.is_number()) {
      place.refuse(&json, "a number");
    }
    value = json.get<Number>();
  } else if constexpr (std::is_signed_v<Number>) {
    using Limits = std::numeric_limits<Number>;
    value = static_cast<Number>(read_signed(json, place, Limits::min(), Limits::max()));
  } else {
    value = static_cast<Number>(read_unsigned(json, place, std::numeric_limits<Number>::max()));
  }
}

/// A bool, string, enum, number or free JSON. False where the check refuses the outcome.
template <class Member>
[[nodiscard]] bool read_leaf(const Json* json, Member& member, const Place& place, const Check& check) {
  if constexpr (std::is_same_v<Member, Json>) {
    member = json != nullptr ? *json : member;
    return !(check.needs_content && member.is_null());
  } else if constexpr (std::is_same_v<Member, bool>) {
    if (json != nullptr && !json->is_boolean()) {
      place.refuse(json, "true or false");
    }
    member = json != nullptr ? json->get<bool>() : member;
    return true;
  } else if constexpr (std::is_same_v<Member, std::string>) {
    if (json != nullptr && !json->is_string()) {
      place.refuse(json, "a string");
    }
    member = json != nullptr ? json->get<std::string>() : member;
    return check.accepts(member) && !(check.needs_content && member.empty());
  } else if constexpr (std::is_enum_v<Member>) {
    if (json != nullptr) {
      read_enum(*json, member, place);
    }
    return true;
  } else {
    static_assert(std::is_arithmetic_v<Member>, "a config member of this type is not known");
    if (json != nullptr) {
      read_number(*json, member, place);
    }
    return check.accepts(static_cast<double>(member));
  }
}

template <class Value>
void read_optional(const Json* json, std::optional<Value>& member, const Place& place, const Check& check) {
  if (json != nullptr && json->is_null()) {
    member.reset();
  } else if (json != nullptr || member) {
    if (!member) {
      member.emplace();
    }
    read(json, *member, place, without_content(check));
  }
}

template <class Member>
void read(const Json* json, Member& member, const Place& place, const Check& check) {
  bool accepted = true;
  if constexpr (Described<Member>) {
    read_struct(json, member, place);
  } else if constexpr (is_optional<Member>) {
    read_optional(json, member, place, check);
    accepted = !check.needs_content || member;
  } else if constexpr (is_vector<Member>) {
    read_list(json, member, place, check);
    accepted = !(check.needs_content && member.empty());
  } else if constexpr (is_string_map<Member>) {
    read_map(json, member, place, check);
    accepted = !(check.needs_content && member.empty());
  } else {
    accepted = read_leaf(json, member, place, check);
  }
  if (!accepted) {
    place.refuse(json, check.needs());
  }
}

}  // namespace hone::core::config
