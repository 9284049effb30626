#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "core/config_types.h"

/// What to_json is made of; use core/config.h.
namespace hone::core::config {

template <class Member>
[[nodiscard]] Json write(Member& member);

struct Writer {
  Json object = Json::object();
  template <class Member>
  void operator()(const char* name, Member& member, const char* /*doc*/, const Check& /*check*/ = {}) {
    object[name] = write(member);
  }
};

template <class Member>
Json write(Member& member) {
  if constexpr (Described<Member>) {
    Writer writer;
    member.describe(writer);
    return writer.object;
  } else if constexpr (is_optional<Member>) {
    return member ? write(*member) : Json();
  } else if constexpr (is_vector<Member>) {
    Json list = Json::array();
    for (auto&& item : member) {
      if constexpr (std::is_same_v<Member, std::vector<bool>>) {
        list.push_back(static_cast<bool>(item));
      } else {
        list.push_back(write(item));
      }
    }
    return list;
  } else if constexpr (is_string_map<Member>) {
    Json object = Json::object();
    for (auto& [key, value] : member) {
      object[key] = write(value);
    }
    return object;
  } else if constexpr (std::is_enum_v<Member>) {
    return enum_name(member);
  } else {
    return Json(member);
  }
}

}  // namespace hone::core::config
