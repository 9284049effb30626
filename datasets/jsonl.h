#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "datasets/question.h"

namespace hone::datasets {

/// Longest line of a JSONL file, and deepest nesting in it: more is a broken file rather than a question.
inline constexpr std::size_t kLineBytesMax = std::size_t{16} << 20;
inline constexpr int kNestingMax = 100;

/// What to do with a line: its number, from 1, and its value.
using JsonLineHandler = std::function<void(std::size_t line_number, const nlohmann::json& value)>;

/// Hands over the lines of a file one at a time; empty ones are left out, CRLF and a byte order mark are accepted.
/// Throws FileError when the file cannot be read and DataError, "questions.jsonl:17: …", for a line that is not one
/// JSON value in UTF-8, is too long or nested too deeply.
void for_each_json_line(const std::filesystem::path& path, const JsonLineHandler& handle);
/// The same from a stream, which messages call `name`.
void for_each_json_line(std::istream& stream, const std::string& name, const JsonLineHandler& handle);

/// Questions of a JSONL file, one object a line:
///   the question   `messages`, else `prompt` (text or messages), else `question` (text)
///   the gold       `answer`, else `solution`, `ground_truth`, `label`, `gold` or `reward_model.ground_truth`: text, a
///                  number, true or false; none is allowed, for scorers that need none
///   the domain     `domain`, else `data_source`, else `default_domain`, else the file's name without its ending
///   the id         `id`, text or a number, else "name.jsonl:17"; unique within the file
///   a good answer  `good_answer`, a whole answer that deserves full marks: text; for probing scorers
/// All other keys are kept in `reference`. Throws FileError, DataError naming file and line, and DataError when there
/// is no question at all.
[[nodiscard]] std::vector<Question> load_questions(const std::filesystem::path& path,
                                                   const std::string& default_domain = "");
[[nodiscard]] std::vector<Question> load_questions(std::istream& stream, const std::string& name,
                                                   const std::string& default_domain = "");

/// One such object. `place` begins messages and is the id by default. An empty `default_domain` leaves it empty.
[[nodiscard]] Question question_from_json(const nlohmann::json& object, const std::string& place,
                                          const std::string& default_domain = "");
/// Messages from text (one by the user) or from a list of {"role", "content"}, not empty. Throws DataError beginning
/// with `place`.
[[nodiscard]] std::vector<Message> messages_from_json(const nlohmann::json& value, const std::string& place);
/// The line of a question as load_questions reads it.
[[nodiscard]] nlohmann::json to_json_line(const Question& question);

}  // namespace hone::datasets
