#include "policies/json_keys.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace hone::policies {

std::string shown(const nlohmann::json& value) {
  auto text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  std::replace(text.begin(), text.end(), '\x7F', '?');  // JSON leaves it as it is, a terminal does not
  if (text.size() > 100) text = text.substr(0, 100) + "…";
  return text;
}

JsonKeys::JsonKeys(const nlohmann::json& json, std::string source, std::string path)
    : json_(json), source_(std::move(source)), path_(std::move(path)) {
  if (!json.is_object()) {
    auto message = source_ + ": " + path_;
    if (!path_.empty()) message.back() = ' ';  // the path ends in a dot
    throw core::DataError(message + "is " + shown(json) + ", needs an object");
  }
}

const nlohmann::json* JsonKeys::find(const char* key) const {
  const auto found = json_.find(key);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

JsonKeys JsonKeys::object(const char* key) const {
  return {json_.at(key), source_, path_ + key + "."};
}

void JsonKeys::refuse(const char* key, const nlohmann::json& found, const std::string& needs) const {
  throw core::DataError(source_ + ": " + path_ + key + " is " + shown(found) + ", needs " + needs);
}

std::int64_t JsonKeys::integer(const char* key, std::int64_t low, std::int64_t high,
                               std::optional<std::int64_t> otherwise) const {
  const auto* found = find(key);
  if (found == nullptr && otherwise) return *otherwise;
  if (found == nullptr) throw core::DataError(source_ + ": needs " + path_ + key);
  return checked(key, *found, low, high);
}

double JsonKeys::positive(const char* key, double otherwise) const {
  return find(key) == nullptr ? otherwise : positive(key);
}

double JsonKeys::positive(const char* key) const {
  const auto* found = find(key);
  if (found == nullptr) throw core::DataError(source_ + ": needs " + path_ + key);
  const auto value = found->is_number() ? found->get<double>() : 0.0;
  if (!std::isfinite(value) || value <= 0.0) refuse(key, *found, "a positive number");
  return value;
}

bool JsonKeys::boolean(const char* key, bool otherwise) const {
  const auto* found = find(key);
  if (found == nullptr) return otherwise;
  if (!found->is_boolean()) refuse(key, *found, "true or false");
  return found->get<bool>();
}

std::string JsonKeys::text(const char* key, const std::string& otherwise) const {
  const auto* found = find(key);
  if (found == nullptr) return otherwise;
  if (!found->is_string()) refuse(key, *found, "text");
  return found->get<std::string>();
}

void JsonKeys::only(const char* key, const nlohmann::json& implemented) const {
  const auto* found = find(key);
  if (found != nullptr && *found != implemented) {
    refuse(key, *found, shown(implemented) + ", the only one that is supported");
  }
}

std::vector<std::int64_t> JsonKeys::token_ids(const char* key, std::int64_t vocab) const {
  std::vector<std::int64_t> ids;
  const auto* found = find(key);
  if (found == nullptr || *found == -1) return ids;
  if (!found->is_array()) return {checked(key, *found, 0, vocab - 1)};
  if (found->size() > 1024) refuse(key, *found, "at most 1024 ids");
  for (const auto& id : *found) ids.push_back(checked(key, id, 0, vocab - 1));
  return ids;
}

std::optional<std::int64_t> JsonKeys::token_id(const char* key, std::int64_t vocab) const {
  const auto ids = token_ids(key, vocab);
  if (ids.size() > 1) refuse(key, *find(key), "one id");
  return ids.empty() ? std::nullopt : std::optional(ids.front());
}

std::int64_t JsonKeys::checked(const char* key, const nlohmann::json& found, std::int64_t low,
                               std::int64_t high) const {
  const bool is_in_range =
      found.is_number_unsigned()
          ? found.get<std::uint64_t>() <= static_cast<std::uint64_t>(high) && found.get<std::int64_t>() >= low
          : found.is_number_integer() && found.get<std::int64_t>() >= low && found.get<std::int64_t>() <= high;
  if (!is_in_range) refuse(key, found, "an integer from " + std::to_string(low) + " to " + std::to_string(high));
  return found.get<std::int64_t>();
}

}  // namespace hone::policies
