#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rewards/pool.h"

namespace hone::cli {

/// Answers that are already written, in their file's order: a submission's ticket is its index in `ids`.
struct AnswerLines {
  std::vector<nlohmann::json> ids;
  std::vector<rewards::Submission> submissions;
};

/// Lines of `id`, `answer` (text) and what the answer is judged by: `gold`; `question`, `prompt` or `messages`; a
/// `rubric` or whatever else a scorer reads. `truncated`, `tokens` and `good_answer` are optional. `question` is text,
/// messages, or an object {messages | prompt, gold, reference}. Keys that are none of these go into the question's
/// `reference`, as with datasets::load_questions. Throws FileError and DataError naming file and line.
[[nodiscard]] AnswerLines read_answers(const std::string& file);

}  // namespace hone::cli
