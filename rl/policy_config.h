#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/config_check.h"
#include "policies/policy.h"
#include "policies/prompt_format.h"

namespace hone::rl {

/// Where a run's policy comes from and how it computes.
struct PolicyConfig {
  std::string path;
  policies::ComputeType dtype = policies::ComputeType::kFloat32;
  std::string device = "cpu";
  std::string chat_template = "auto";
  std::string system_prompt;
  std::int64_t logprob_chunk_tokens = 1024;
  bool recompute_activations = false;
  policies::LoraConfig lora;

  [[nodiscard]] policies::Activations activations() const {
    return recompute_activations ? policies::Activations::kRecomputed : policies::Activations::kKept;
  }

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("path", path, "A Hugging Face folder; relative to the config's folder.");
    visit("dtype", dtype, "What forward and backward compute in; the master weights are float32 in any case.");
    visit("device", device, "cpu, or a libtorch device such as cuda or cuda:1.");
    visit("chat_template", chat_template,
          "How messages become a prompt: auto, the policy's own template, or plain where it has none; plain, chatml, "
          "llama3, gemma, deepseek.");
    visit("system_prompt", system_prompt, "Goes before messages that have no system message of their own.");
    visit("logprob_chunk_tokens", logprob_chunk_tokens, "Tokens for which logits exist at once.", core::at_least(1));
    visit("recompute_activations", recompute_activations,
          "Keep only each layer's input for the backward, and compute the layer once more there: less memory, a third "
          "more work.");
    visit("lora", lora, "Low-rank adapters, trained in place of the weights.");
  }
};

/// The device that the config names. `source` is the config file's name, for messages. Throws ConfigError for a name
/// that is none, and for a device that this machine or this libtorch does not have.
[[nodiscard]] at::Device device_of(const PolicyConfig& config, const std::string& source);

/// How the config asks the policy. Throws ConfigError, and DataError for a template that cannot be run.
[[nodiscard]] policies::PromptFormat prompt_format(const PolicyConfig& config, const policies::Policy& policy);

/// The policy of the folder, ready to be trained: its weights, or with LoRA fresh adapters over them, whose first
/// values the seed decides. Throws as Policy::load does, and ConfigError.
[[nodiscard]] policies::Policy load_for_training(const PolicyConfig& config, const std::filesystem::path& folder,
                                                 const at::Device& device, std::uint64_t seed);

}  // namespace hone::rl
