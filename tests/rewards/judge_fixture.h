#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "rewards/judge/scorer.h"
#include "tests/http_server/http_server.h"

/// A judge without a model: a server that speaks /chat/completions and finds what it is told to.
namespace testing {

/// What the judge was sent, taken apart.
struct JudgeAsked {
  nlohmann::json body;
  std::string system;
  std::string user;
  std::string answer;  // between the marks
  std::string mark;
  int repairs = 0;  // that went before
};

[[nodiscard]] JudgeAsked judge_asked(const HttpRequest& request);

/// A response of the endpoint with this content, 100 tokens read and 20 written.
[[nodiscard]] HttpReply chat(const std::string& content);
/// The content: reasoning, then a verdict for the one criterion `id`.
[[nodiscard]] std::string verdict(const std::string& word, const std::string& id = "verdict");

/// Options for a judge at that URL with one criterion, scale no and yes, a fast back-off, and a key.
[[nodiscard]] hone::rewards::JudgeScorerOptions judge_options(const std::string& url);
/// Where JUDGE_KEY is set to kJudgeKey.
[[nodiscard]] hone::rewards::ScorerSetting judge_setting();
inline constexpr const char* kJudgeKey = "sk-sesame-0123456789";

}  // namespace testing
