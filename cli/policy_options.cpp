#include "cli/policy_options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/run_options.h"
#include "core/error.h"
#include "datasets/jsonl.h"
#include "policies/chat/chat_template.h"

namespace hone::cli {

void add_policy_folder(CLI::App& command, std::string& folder) {
  command.add_option("--policy", folder, "The policy, a Hugging Face folder")->required()->type_name("DIR");
}

void add_policy_options(CLI::App& command, PolicyOptions& options) {
  add_policy_folder(command, options.folder);
  command.add_option("--dtype", options.dtype, "What the forward pass computes in")
      ->check(CLI::IsMember(core::enum_names<policies::ComputeType>()))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "Threads; by default as many as there are cores")
      ->check(CLI::Range(1, 1024));
}

policies::Policy load_policy(const PolicyOptions& options) {
  use_threads(options.threads);
  const auto compute = core::enum_from_name<policies::ComputeType>(options.dtype);
  return policies::Policy::load(options.folder, compute.value(), policies::Use::kInference, at::kCPU);
}

void add_chat_template(CLI::App& command, std::string& chat_template) {
  command.add_option("--chat-template", chat_template, "How messages become a prompt")
      ->check(CLI::IsMember(policies::chat_template_names()))
      ->capture_default_str();
}

std::vector<std::int32_t> prompt_ids(const policies::Tokenizer& tokenizer, std::string_view text) {
  auto ids = tokenizer.encode(text);
  if (const auto bos = tokenizer.bos_id()) ids.insert(ids.begin(), *bos);
  return ids;
}

std::vector<std::int32_t> chat_ids(const policies::Tokenizer& tokenizer, const InputLine& line,
                                   const std::string& chat_template) {
  if (!line.at("messages").is_array()) throw core::DataError(line.place() + ": \"messages\" needs a list of messages");
  std::vector<policies::ChatMessage> messages;
  for (auto& message : datasets::messages_from_json(line.at("messages"), line.place())) {
    messages.push_back({std::move(message.role), std::move(message.content)});
  }
  return prompt_ids(tokenizer, policies::render_prompt(chat_template, messages));
}

void end_at_interrupt() {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int /*signal*/) { _exit(130); });
  }
}

}  // namespace hone::cli
