#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hone::datasets {

struct Message {
  std::string role;  // system, user, assistant
  std::string content;
};

/// One thing to ask the policy, with what a scorer needs to judge the answers.
struct Question {
  std::string id;      // unique within its set
  std::string domain;  // arithmetic, word_problems, …; metrics and evaluations are kept by domain
  std::vector<Message> messages;
  std::string gold;              // the reference answer, as text
  nlohmann::json reference;      // whatever else a scorer reads: a rubric, metadata; null when there is none
  std::string good_answer = {};  // a whole answer that deserves full marks, where known; the policy never sees it
};

}  // namespace hone::datasets
