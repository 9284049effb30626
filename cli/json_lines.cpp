#include "cli/json_lines.h"

#include <iostream>
#include <limits>
#include <utility>

#include "core/error.h"
#include "datasets/jsonl.h"

namespace hone::cli {
namespace {

using nlohmann::json;

std::string found(const json& value) {
  const bool is_short = value.is_number() || value.is_boolean();
  return ", found " + (is_short ? value.dump() : std::string(value.type_name()));
}

std::string quoted(const char* key) {
  return std::string("\"") + key + "\"";
}

/// JSON has unsigned numbers that no signed one holds.
bool is_whole(const json& value) {
  return value.is_number_integer() &&
         (!value.is_number_unsigned() ||
          value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

InputLine::InputLine(std::string place, const json& object) : place_(std::move(place)), object_(object) {
  if (!object_.is_object()) throw core::DataError(place_ + ": needs an object" + found(object_));
  const json& id = at("id");
  if (!id.is_string() && !is_whole(id)) {
    throw core::DataError(place_ + ": \"id\" needs text or a whole number" + found(id));
  }
}

const json& InputLine::at(const char* key) const {
  const auto value = object_.find(key);
  if (value == object_.end()) throw core::DataError(place_ + ": needs " + quoted(key));
  return *value;
}

std::string InputLine::text(const char* key) const {
  const json& value = at(key);
  if (!value.is_string()) throw core::DataError(place_ + ": " + quoted(key) + " needs text" + found(value));
  return value.get<std::string>();
}

std::int64_t InputLine::whole_number(const char* key) const {
  const json& value = at(key);
  if (!is_whole(value)) throw core::DataError(place_ + ": " + quoted(key) + " needs a whole number" + found(value));
  return value.get<std::int64_t>();
}

std::vector<std::int32_t> InputLine::token_ids(std::int64_t vocab_size) const {
  const json& value = at("token_ids");
  if (!value.is_array()) {
    throw core::DataError(place_ + ": \"token_ids\" needs a list of whole numbers" + found(value));
  }
  std::vector<std::int32_t> ids;
  ids.reserve(value.size());
  for (const json& id : value) {
    if (!is_whole(id) || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() >= vocab_size) {
      throw core::DataError(place_ + ": \"token_ids\" at index " + std::to_string(ids.size()) +
                            " needs a whole number from 0 to " + std::to_string(vocab_size - 1) + found(id));
    }
    ids.push_back(id.get<std::int32_t>());
  }
  return ids;
}

void for_each_input_line(const std::string& file, const std::function<void(const InputLine&)>& handle) {
  bool is_empty = true;
  datasets::for_each_json_line(file, [&](std::size_t number, const json& value) {
    is_empty = false;
    handle(InputLine(file + ":" + std::to_string(number), value));
  });
  if (is_empty) throw core::DataError(file + ": needs at least one line, found none");
}

void write_line(const OutputLine& line) {
  std::cout << line.dump() << std::endl;  // flushed: a reader of the pipe gets each line when it is made
  if (!std::cout) throw core::FileError("standard output: cannot be written");
}

}  // namespace hone::cli
