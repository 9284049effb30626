#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hone::cli {

/// A line of a command's JSONL input: an object with an `id`. Its readers throw DataError that begins with the place.
class InputLine {
 public:
  /// Throws DataError unless the value is an object whose `id` is text or a whole number.
  InputLine(std::string place, const nlohmann::json& object);

  /// "prompts.jsonl:17"
  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] const nlohmann::json& id() const { return object_["id"]; }
  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }

  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] std::int64_t whole_number(const char* key) const;
  /// The list `token_ids`, perhaps empty, each in [0, vocab_size).
  [[nodiscard]] std::vector<std::int32_t> token_ids(std::int64_t vocab_size) const;
  [[nodiscard]] const nlohmann::json& at(const char* key) const;

 private:
  std::string place_;
  const nlohmann::json& object_;
};

/// Hands over the lines of a file. Throws as datasets::for_each_json_line does, and DataError where there is none.
void for_each_input_line(const std::string& file, const std::function<void(const InputLine&)>& handle);

/// A line of output: keys in the order in which they were set.
using OutputLine = nlohmann::ordered_json;

/// Writes a line to standard output; it is there when this returns. Throws FileError.
void write_line(const OutputLine& line);

}  // namespace hone::cli
