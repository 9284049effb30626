#include "rl/checks/policy_check.h"

#include <algorithm>

#include "core/config.h"
#include "report/format.h"
#include "report/text.h"

namespace hone::rl {
namespace {

using nlohmann::ordered_json;

/// As its config.json has it.
std::string family(const std::filesystem::path& folder) {
  const auto json = core::load_json_file((folder / "config.json").string());
  const auto names = json.value("architectures", core::Json::array());
  return names.is_array() && !names.empty() && names.front().is_string() ? names.front().get<std::string>() : "unknown";
}

/// 2 "</s>"
std::string named(const policies::Policy& policy, std::int64_t id) {
  const bool is_known = id >= 0 && id < policy.tokenizer().vocab_size();
  const auto name = is_known ? policy.tokenizer().token_text(static_cast<std::int32_t>(id)) : "not in the tokenizer";
  return std::to_string(id) + " \"" + report::printable(name) + "\"";
}

void check_vocabulary(CheckItem& item, const policies::Policy& policy) {
  const auto of_policy = policy.config().vocab_size;
  const auto of_tokenizer = policy.tokenizer().vocab_size();
  item.say("vocabulary of " + std::to_string(of_policy) + ", tokenizer of " + std::to_string(of_tokenizer) + " tokens");
  item.figures["vocab_size"] = of_policy;
  item.figures["tokenizer_vocab_size"] = of_tokenizer;
  if (of_tokenizer > of_policy) {
    item.fail(Fault::kUser, "the tokenizer has " + std::to_string(of_tokenizer) + " tokens, but the policy rows for " +
                                std::to_string(of_policy) + " only: it is another policy's");
  } else if (of_tokenizer < of_policy) {
    item.warn("the policy can write " + std::to_string(of_policy - of_tokenizer) +
              " ids that its tokenizer does not have (rows that fill up a matrix, most likely); they spell nothing");
  }
}

void check_ends(CheckItem& item, const RunConfig& config, const policies::Policy& policy) {
  const auto& ends = policy.config().eos_token_ids;
  std::string names;
  for (const auto id : ends) {
    names += (names.empty() ? "" : ", ") + named(policy, id);
  }
  for (const auto& stop : config.rollout.sampling.stop) {
    names += (names.empty() ? "" : ", ") + ("the text \"" + report::printable(stop) + "\"");
  }
  item.say("an answer ends with " + (names.empty() ? "nothing but its length" : names));
  item.figures["eos_token_ids"] = ends;
  if (names.empty()) {
    item.warn(
        "no token ends an answer (eos_token_id in config.json or generation_config.json), and rollout.stop is "
        "empty: every answer will be max_completion_length long");
  }
  const auto of_tokenizer = policy.tokenizer().eos_id();
  if (of_tokenizer && !ends.empty() && std::find(ends.begin(), ends.end(), *of_tokenizer) == ends.end()) {
    item.warn("the tokenizer ends texts with " + named(policy, *of_tokenizer) + ", which does not end an answer here");
  }
}

void check_beginning(CheckItem& item, const RunConfig& config, const policies::Policy& policy) {
  const auto bos = policy.tokenizer().bos_id();
  item.say("chat template " + report::printable(config.policy.chat_template) + ", a prompt begins with " +
           (bos ? named(policy, *bos) : "its text"));
  item.figures["chat_template"] = config.policy.chat_template;
  item.figures["bos_token_id"] = bos ? ordered_json(*bos) : ordered_json();
  const auto expected = policy.config().bos_token_id;
  if (bos && expected && *bos != *expected) {
    item.warn("prompts begin with " + named(policy, *bos) + ", but config.json says " + named(policy, *expected));
  }
}

}  // namespace

void check_policy(CheckItem& item, const RunConfig& config, const policies::Policy& policy,
                  const std::filesystem::path& folder) {
  const auto name = family(folder);
  const auto parameters = cost::total_parameters(policy.shape());
  const auto context = policy.config().max_position_embeddings;
  const std::string dtype = core::enum_name(config.policy.dtype);
  item.say(report::printable(name) + ", " + report::format_count(static_cast<double>(parameters)) + " parameters, " +
           dtype + " on " + policy.device().str() + ", context of " + std::to_string(context) + " tokens");
  item.figures["family"] = name;
  item.figures["parameters"] = parameters;
  item.figures["dtype"] = dtype;
  item.figures["device"] = policy.device().str();
  item.figures["context"] = context;
  if (policy.has_adapters()) {
    const auto adapters = policy.shape().adapter_parameters;
    item.say("LoRA of rank " + std::to_string(config.policy.lora.rank) + ": " +
             report::format_count(static_cast<double>(adapters)) + " parameters are trained");
    item.figures["trained_parameters"] = adapters;
  }
  check_vocabulary(item, policy);
  check_ends(item, config, policy);
  check_beginning(item, config, policy);
}

}  // namespace hone::rl
