#include "policies/tokenizers/tokenizer_json.h"

#include <algorithm>

#include "core/error.h"
#include "policies/tokenizers/utf8.h"

namespace hone::policies {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kShownBytes = 80;

/// Counted beforehand, outside strings, because the parser itself would follow any depth.
void check_depth(std::string_view bytes, const std::string& source) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '}' || c == ']') --depth;
    if ((c == '{' || c == '[') && ++depth > kMaxDepth) {
      throw core::DataError(source + ": is nested more than " + std::to_string(kMaxDepth) + " deep at byte " +
                            std::to_string(i));
    }
  }
}

std::string shortened(std::string text) {
  std::replace(text.begin(), text.end(), '\x7F', '?');  // JSON leaves it as it is, a terminal does not
  if (text.size() <= kShownBytes) return text;
  text.resize(kShownBytes);
  text.resize(text.size() - unfinished_tail(text));
  return text + "…";
}

}  // namespace

std::string shown(std::string_view text) {
  return shortened(nlohmann::json(valid_utf8(text.substr(0, 2 * kShownBytes))).dump());
}

nlohmann::json parse_untrusted_json(std::string_view bytes, const std::string& source) {
  check_depth(bytes, source);
  try {
    return nlohmann::json::parse(bytes);
  } catch (const nlohmann::json::parse_error& error) {
    throw core::DataError(source + ": is not JSON, at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::exception&) {
    throw core::DataError(source + ": is not JSON: a number is out of range");
  }
}

std::optional<JsonView> JsonView::find(const char* key) const {
  needs_object();
  const auto member = value_->find(key);
  if (member == value_->end() || member->is_null()) return std::nullopt;
  return JsonView(*member, *source_, path_.empty() ? key : path_ + "." + key);
}

JsonView JsonView::at(const char* key) const {
  if (const auto member = find(key)) return *member;
  throw core::DataError(*source_ + ": " + (path_.empty() ? key : path_ + "." + key) + " is missing");
}

std::size_t JsonView::size() const {
  if (!value_->is_array()) refuse("an array");
  return value_->size();
}

JsonView JsonView::element(std::size_t index) const {
  return JsonView((*value_)[index], *source_, path_ + "[" + std::to_string(index) + "]");
}

const std::string& JsonView::string() const {
  if (!value_->is_string()) refuse("a string");
  return value_->get_ref<const std::string&>();
}

bool JsonView::boolean() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

std::int64_t JsonView::integer(std::int64_t low, std::int64_t high) const {
  // An unsigned number above the signed range reads as negative, and is refused as such.
  const bool is_in_range =
      value_->is_number_integer() && value_->get<std::int64_t>() >= low && value_->get<std::int64_t>() <= high;
  if (!is_in_range) refuse("an integer from " + std::to_string(low) + " to " + std::to_string(high));
  return value_->get<std::int64_t>();
}

void JsonView::needs_object() const {
  if (!value_->is_object()) refuse("an object");
}

bool JsonView::boolean_or(const char* key, bool otherwise) const {
  const auto member = find(key);
  return member ? member->boolean() : otherwise;
}

std::string JsonView::string_or(const char* key, const std::string& otherwise) const {
  const auto member = find(key);
  return member ? member->string() : otherwise;
}

void JsonView::refuse(const std::string& needs) const {
  std::string found;
  if (value_->is_object()) {
    found = "an object";
  } else if (value_->is_array()) {
    found = "an array";
  } else {
    found = value_->is_string() ? shown(value_->get_ref<const std::string&>()) : shortened(value_->dump());
  }
  complain("is " + found + ", needs " + needs);
}

void JsonView::complain(const std::string& complaint) const {
  throw core::DataError(*source_ + ": " + (path_.empty() ? "the file" : path_) + " " + complaint);
}

}  // namespace hone::policies
