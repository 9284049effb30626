#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "rewards/judge/options.h"

namespace hone::rewards {

/// Part of every cache key: raise it with any change of what the judge is told.
inline constexpr std::string_view kJudgePromptVersion = "hone.judge/1";

/// What a judge is asked about.
struct JudgeCase {
  std::string_view question;   // what the policy was asked
  std::string_view reference;  // an answer that is known to be right; empty: none is shown
  std::string_view answer;     // hostile
};

/// Replaces each {{name}} of the template that is in `values`, in one pass: what is put in is not looked at again, so
/// an answer that holds a placeholder stays as it is.
[[nodiscard]] std::string fill_template(std::string_view text,
                                        std::span<const std::pair<std::string_view, std::string_view>> values);

/// The messages of a request, [{"role", "content"}, …]. The answer stands between marks that it cannot know: they are
/// drawn from the seed and from all that is in the prompt, the answer included.
[[nodiscard]] nlohmann::ordered_json judge_messages(const JudgeCase& asked, std::span<const Criterion> criteria,
                                                    const JudgeOptions& options);
/// Adds the reply that could not be read and asks again.
void add_repair(nlohmann::ordered_json& messages, std::string_view reply, std::string_view problem);

}  // namespace hone::rewards
