#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "rewards/remote/options.h"

namespace hone::rewards {

/// A judge: an OpenAI-compatible chat endpoint and how it is asked.
struct JudgeOptions : RemoteOptions {
  std::string model;
  std::int64_t seed = 0;
  double temperature = 0.0;
  int max_tokens = 1024;
  bool json_mode = false;
  int repairs = 2;
  int max_criteria = 5;
  std::int64_t max_answer_bytes = 32768;
  std::string instructions;
  double usd_per_million_prompt_tokens = 0.0;
  double usd_per_million_completion_tokens = 0.0;
  std::string cache;

  template <class Visitor>
  void describe(Visitor& visit) {
    RemoteOptions::describe(visit);  // its url without "/chat/completions"
    visit("model", model, "The judge's name at the service.", core::not_empty());
    visit("seed", seed, "Sent along, and what the marks around an answer are drawn from.");
    visit("temperature", temperature, "0: the likeliest reply.", core::in_range(0, 2));
    visit("max_tokens", max_tokens, "Longest reply.", core::in_range(16, 100000));
    visit("json_mode", json_mode, "Asks for response_format json_object, where the service knows it.");
    visit("repairs", repairs, "Times that a reply that cannot be read is asked for again.", core::in_range(0, 2));
    visit("max_criteria", max_criteria, "Criteria in one request.", core::in_range(1, 50));
    visit("max_answer_bytes", max_answer_bytes, "Longer answers are shown to the judge without their middle.",
          core::in_range(256, 1 << 20));
    visit("instructions", instructions,
          "What the judge should know beside the criteria: the domain, how strict to be.");
    visit("usd_per_million_prompt_tokens", usd_per_million_prompt_tokens, "Price of what the judge reads.",
          core::at_least(0));
    visit("usd_per_million_completion_tokens", usd_per_million_completion_tokens, "Price of what it writes.",
          core::at_least(0));
    visit("cache", cache, "File of verdicts that were given before; empty: none is kept.");
  }
};

/// One thing that a judge is asked about an answer.
struct Criterion {
  std::string id;
  std::string prompt;
  std::vector<std::string> scale = {"no", "yes"};
  double weight = 1.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("id", id, "Its name among the score's parts.", core::not_empty());
    visit("prompt", prompt, "What must be true of the answer.", core::not_empty());
    visit("scale", scale, "Verdicts, worst first.", core::not_empty());
    visit("weight", weight, "Its share of the score, before they are divided by their sum.", core::greater_than(0));
  }
};

/// The scorer "judge": either `criteria`, or one `prompt` with its `scale`.
struct JudgeScorerOptions : JudgeOptions {
  std::vector<Criterion> criteria;
  std::string prompt;
  std::vector<std::string> scale = {"no", "yes"};
  int min_words = 1;
  bool show_gold = true;
  bool show_reasoning = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    JudgeOptions::describe(visit);
    visit("criteria", criteria, "What the judge is asked about an answer.");
    visit("prompt", prompt, "The one criterion, where there is but one.");
    visit("scale", scale, "Its verdicts, worst first.", core::not_empty());
    visit("min_words", min_words, "Answers with fewer words score 0 and are not sent.", core::in_range(1, 1000));
    visit("show_gold", show_gold, "Shows the judge the question's gold, where it has one.");
    visit("show_reasoning", show_reasoning, "Shows it the <think> part too.");
  }
};

}  // namespace hone::rewards
