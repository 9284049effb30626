#include "core/config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/files.h"

namespace hone::core {
namespace {

std::string shown(const Json& value) {
  std::string text = value.is_number_float() ? text::number(value.get<double>())
                                             : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::size_t kLongest = 60;
  if (text.size() > kLongest) {
    text = text.substr(0, kLongest) + "…";
  }
  return text;
}

/// "line:column" of a byte, both from 1.
std::string line_and_column(std::string_view content, std::size_t byte) {
  const std::string_view before = content.substr(0, std::min(byte > 0 ? byte - 1 : 0, content.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return std::to_string(line) + ":" + std::to_string(before.size() - line_start + 1);
}

/// The library's message without its own numbering and place.
std::string syntax_message(const std::string& what) {
  const std::size_t column = what.find("column ");
  const std::size_t colon = what.find(": ", column == std::string::npos ? 0 : column);
  return colon == std::string::npos ? what : what.substr(colon + 2);
}

/// Refuses a key that an object has twice: one of the two would be lost without a word.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(std::string source) : source_(std::move(source)) {}

  bool operator()(int /*depth*/, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open_.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open_.pop_back();
    } else if (event == Json::parse_event_t::key) {
      open_.back().last = parsed.get<std::string>();
      if (!open_.back().seen.insert(open_.back().last).second) {
        std::string path;
        for (const Object& object : open_) {
          path = text::join_path(path, object.last);
        }
        throw ConfigError(source_ + ": " + path + " is given twice");
      }
    }
    return true;
  }

 private:
  struct Object {
    std::set<std::string> seen;
    std::string last;
  };
  std::string source_;
  std::vector<Object> open_;
};

/// Every path that the schema allows, lists and maps left out.
void collect_paths(const Json& schema, const std::string& path, std::vector<std::string>& paths) {
  const auto properties = schema.find("properties");
  if (properties == schema.end()) {
    return;
  }
  for (const auto& property : properties->items()) {
    const std::string child = text::join_path(path, property.key());
    paths.push_back(child);
    collect_paths(property.value(), child, paths);
  }
}

/// The key that was meant: near in name among its siblings, or of the same name elsewhere.
std::string suggestion(const config::Place& place, const std::string& key, const std::vector<std::string>& known) {
  if (const std::string sibling = text::nearest(key, known); !sibling.empty()) {
    return text::join_path(place.path, sibling);
  }
  std::vector<std::string> paths;
  collect_paths(place.source.schema(), place.source.root, paths);
  for (const std::string& path : paths) {
    if (path.substr(path.rfind('.') + 1) == key) {
      return path;
    }
  }
  return {};
}

/// The element of an array that a path's part names, or null; the next index appends.
Json* element(Json& array, const std::string& part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size() || index > array.size()) {
    return nullptr;
  }
  return &array[index];
}

}  // namespace

namespace config {

void Place::refuse(const Json* found, const std::string& needs) const {
  const std::string subject = path.empty() ? "the whole" : path;
  const std::string state = found == nullptr ? " is missing" : " is " + shown(*found);
  throw ConfigError(source.name + ": " + subject + state + ", needs " + needs);
}

void Place::refuse_key(const std::string& key, const std::vector<std::string>& known) const {
  std::string message = source.name + ": unknown key " + text::join_path(path, key);
  if (const std::string meant = suggestion(*this, key, known); !meant.empty()) {
    message += ", did you mean " + meant + "?";
  } else {
    message += "; known there:";
    for (std::size_t i = 0; i < known.size(); ++i) {
      message += (i == 0 ? " " : ", ") + known[i];
    }
  }
  throw ConfigError(message);
}

void refuse_unknown_keys(const Json& json, const std::vector<std::string>& known, const Place& place) {
  if (!json.is_object()) {
    place.refuse(&json, "an object");
  }
  for (const auto& item : json.items()) {
    const bool names_schema = place.path == place.source.root && item.key() == "$schema";
    if (!names_schema && std::find(known.begin(), known.end(), item.key()) == known.end()) {
      place.refuse_key(item.key(), known);
    }
  }
}

std::int64_t read_signed(const Json& json, const Place& place, std::int64_t low, std::int64_t high) {
  std::optional<std::int64_t> value;
  if (json.is_number_float()) {
    const double number = json.get<double>();
    if (number == std::floor(number) && std::abs(number) < 0x1p63) {
      value = static_cast<std::int64_t>(number);
    }
  } else if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      value = static_cast<std::int64_t>(number);
    }
  } else if (json.is_number_integer()) {
    value = json.get<std::int64_t>();
  }
  const bool is_whole = value || json.is_number_unsigned();
  if (!value || *value < low || *value > high) {
    place.refuse(&json,
                 is_whole ? "an integer from " + std::to_string(low) + " to " + std::to_string(high) : "an integer");
  }
  return *value;
}

std::uint64_t read_unsigned(const Json& json, const Place& place, std::uint64_t high) {
  std::optional<std::uint64_t> value;
  if (json.is_number_unsigned()) {
    value = json.get<std::uint64_t>();
  } else {
    const std::int64_t number =
        read_signed(json, place, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    if (number >= 0) {
      value = static_cast<std::uint64_t>(number);
    }
  }
  if (!value || *value > high) {
    place.refuse(&json, "an integer from 0 to " + std::to_string(high));
  }
  return *value;
}

void add_check(Json& schema, const Check& check) {
  const auto set = [&](const char* key, const std::optional<double>& bound) {
    if (bound) {
      const bool is_whole = *bound == std::floor(*bound) && std::abs(*bound) < 0x1p53;
      schema[key] = is_whole ? Json(static_cast<std::int64_t>(*bound)) : Json(*bound);
    }
  };
  const std::string type = schema.value("type", "");
  if (type == "integer" || type == "number") {
    set("minimum", check.minimum);
    set("exclusiveMinimum", check.exclusive_minimum);
    set("maximum", check.maximum);
    set("exclusiveMaximum", check.exclusive_maximum);
  }
  if (type == "string" && !check.allowed.empty()) {
    schema["enum"] = check.allowed;
  }
  const char* least = type == "array"    ? "minItems"
                      : type == "object" ? "minProperties"
                      : type == "string" ? "minLength"
                                         : nullptr;
  if (check.needs_content && least != nullptr) {
    schema[least] = 1;
  }
}

}  // namespace config

Json parse_json_text(std::string_view content, const std::string& source) {
  try {
    return Json::parse(content, DuplicateKeys(source), true, true);
  } catch (const Json::parse_error& error) {
    throw ConfigError(source + ":" + line_and_column(content, error.byte) + ": " + syntax_message(error.what()));
  } catch (const Json::exception& error) {
    throw ConfigError(source + ": " + syntax_message(error.what()));
  }
}

Json load_json_file(const std::string& path) {
  return parse_json_text(read_file(path), path);
}

void apply_override(Json& root, std::string_view assignment) {
  const std::string argument = "--set " + std::string(assignment);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ConfigError(argument + ": needs key.path=value");
  }
  Json* place = &root;
  std::string path;
  for (std::size_t start = 0; start <= equals;) {
    const std::size_t end = std::min(assignment.find('.', start), equals);
    const std::string part(assignment.substr(start, end - start));
    if (part.empty()) {
      throw ConfigError(argument + ": needs key.path=value, an empty name in the path");
    }
    if (place->is_array()) {
      Json* next = element(*place, part);
      if (next == nullptr) {
        throw ConfigError(argument + ": " + path + " has " + std::to_string(place->size()) + " elements, no " + part);
      }
      place = next;
    } else if (place->is_object() || place->is_null()) {
      place = &(*place)[part];
    } else {
      throw ConfigError(argument + ": " + path + " is " + shown(*place) + ", has no " + part);
    }
    path = text::join_path(path, part);
    start = end + 1;
  }
  const std::string value(assignment.substr(equals + 1));
  Json parsed = Json::parse(value, nullptr, false);
  *place = parsed.is_discarded() ? Json(value) : std::move(parsed);
}

}  // namespace hone::core
