#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hone::policies {

/// Reads keys of one JSON object out of a foreign file; every complaint is a DataError that names the file and the
/// key's path. Null counts as absent, as in transformers. The object must outlive it.
class JsonKeys {
 public:
  JsonKeys(const nlohmann::json& json, std::string source, std::string path = "");

  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  [[nodiscard]] JsonKeys object(const char* key) const;
  [[noreturn]] void refuse(const char* key, const nlohmann::json& found, const std::string& needs) const;

  /// In [low, high]; `otherwise` where the key is absent, and without it the key is needed.
  [[nodiscard]] std::int64_t integer(const char* key, std::int64_t low, std::int64_t high,
                                     std::optional<std::int64_t> otherwise = std::nullopt) const;
  [[nodiscard]] double positive(const char* key, double otherwise) const;
  /// The same, where the key is needed.
  [[nodiscard]] double positive(const char* key) const;
  [[nodiscard]] bool boolean(const char* key, bool otherwise) const;
  [[nodiscard]] std::string text(const char* key, const std::string& otherwise) const;
  /// For an option of which one value is implemented; absent means that value.
  void only(const char* key, const nlohmann::json& implemented) const;

  /// One id or a list of them; -1 is how some files write "none".
  [[nodiscard]] std::vector<std::int64_t> token_ids(const char* key, std::int64_t vocab) const;
  [[nodiscard]] std::optional<std::int64_t> token_id(const char* key, std::int64_t vocab) const;

 private:
  [[nodiscard]] std::int64_t checked(const char* key, const nlohmann::json& found, std::int64_t low,
                                     std::int64_t high) const;

  const nlohmann::json& json_;
  std::string source_;
  std::string path_;
};

/// A value out of a file, fit for one line of a terminal.
[[nodiscard]] std::string shown(const nlohmann::json& value);

}  // namespace hone::policies
