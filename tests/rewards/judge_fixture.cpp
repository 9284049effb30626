#include "tests/rewards/judge_fixture.h"

namespace testing {

using nlohmann::json;

JudgeAsked judge_asked(const HttpRequest& request) {
  JudgeAsked asked;
  asked.body = json::parse(request.body);
  asked.system = asked.body["messages"][0]["content"];
  asked.user = asked.body["messages"][1]["content"];
  asked.repairs = static_cast<int>(asked.body["messages"].size() - 2) / 2;
  const std::size_t open = asked.user.rfind("\n<answer-");
  asked.mark = asked.user.substr(open + 9, 32);
  const std::size_t begin = open + 9 + 32 + 2;
  asked.answer = asked.user.substr(begin, asked.user.find("\n</answer-" + asked.mark, begin) - begin);
  return asked;
}

HttpReply chat(const std::string& content) {
  const json body = {{"choices", {{{"message", {{"role", "assistant"}, {"content", content}}}}}},
                     {"usage", {{"prompt_tokens", 100}, {"completion_tokens", 20}}}};
  HttpReply reply;
  reply.body = body.dump();
  return reply;
}

std::string verdict(const std::string& word, const std::string& id) {
  const json object = {{"verdicts", {{{"id", id}, {"reason", "it says so"}, {"verdict", word}}}}};
  return "Let me look.\n" + object.dump();
}

hone::rewards::JudgeScorerOptions judge_options(const std::string& url) {
  hone::rewards::JudgeScorerOptions options;
  options.url = url + "/v1";
  options.api_key_env = "JUDGE_KEY";
  options.model = "small-judge";
  options.prompt = "The answer is right.";
  options.timeout_s = 30;
  options.most_backoff_s = 0.02;
  options.usd_per_million_prompt_tokens = 1;
  options.usd_per_million_completion_tokens = 10;
  return options;
}

hone::rewards::ScorerSetting judge_setting() {
  hone::rewards::ScorerSetting setting;
  setting.where = "judge.json: options";
  setting.environment = [](const std::string& name) {
    return name == "JUDGE_KEY" ? std::optional<std::string>(kJudgeKey) : std::nullopt;
  };
  return setting;
}

}  // namespace testing
