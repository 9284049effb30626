#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hone::policies {

/// Parses a file that nobody vouches for: nesting is capped, and every complaint is a DataError that begins with
/// `source`.
[[nodiscard]] nlohmann::json parse_untrusted_json(std::string_view bytes, const std::string& source);

/// A value of such a file together with where it stands, so that every error names the file and the key:
/// `tokenizer.json: model.type is "Unigram", needs "BPE"`. Cheap to copy; the document must outlive it.
class JsonView {
 public:
  JsonView(const nlohmann::json& value, const std::string& source) : value_(&value), source_(&source) {}

  [[nodiscard]] const nlohmann::json& value() const { return *value_; }
  [[nodiscard]] const std::string& source() const { return *source_; }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }

  /// The member of that name; nothing where it is missing or null. Throws DataError where this is no object.
  [[nodiscard]] std::optional<JsonView> find(const char* key) const;
  /// The same, but it has to be there and not null.
  [[nodiscard]] JsonView at(const char* key) const;
  /// How many elements an array has. Throws DataError where this is no array.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] JsonView element(std::size_t index) const;

  [[nodiscard]] const std::string& string() const;
  [[nodiscard]] bool boolean() const;
  /// An integer in [low, high].
  [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high) const;
  void needs_object() const;

  /// Members that may be left out.
  [[nodiscard]] bool boolean_or(const char* key, bool otherwise) const;
  [[nodiscard]] std::string string_or(const char* key, const std::string& otherwise) const;

  /// Throws DataError: "<file>: <key> is <value>, needs <needs>".
  [[noreturn]] void refuse(const std::string& needs) const;
  /// Throws DataError: "<file>: <key> <complaint>".
  [[noreturn]] void complain(const std::string& complaint) const;

 private:
  JsonView(const nlohmann::json& value, const std::string& source, std::string path)
      : value_(&value), source_(&source), path_(std::move(path)) {}

  const nlohmann::json* value_;
  const std::string* source_;
  std::string path_;
};

/// A string as JSON writes it, cut to a length that fits an error message.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace hone::policies
