#pragma once

#include <cstdint>
#include <string>

#include "core/config_check.h"
#include "policies/policy.h"

namespace hone::rl {

/// Where a run's policy comes from and how it computes.
struct PolicyConfig {
  std::string path;
  policies::ComputeType dtype = policies::ComputeType::kFloat32;
  std::string device = "cpu";
  std::string chat_template = "plain";
  std::int64_t logprob_chunk_tokens = 1024;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("path", path, "A Hugging Face folder; relative to the config's folder.");
    visit("dtype", dtype, "What forward and backward compute in; the master weights are float32 in any case.");
    visit("device", device, "cpu, or a libtorch device such as cuda or cuda:1.");
    visit("chat_template", chat_template, "How messages become a prompt: plain or chatml.");
    visit("logprob_chunk_tokens", logprob_chunk_tokens, "Tokens for which logits exist at once.", core::at_least(1));
  }
};

/// The device that the config names. `source` is the config file's name, for messages. Throws ConfigError for a name
/// that is none, and for a device that this machine or this libtorch does not have.
[[nodiscard]] at::Device device_of(const PolicyConfig& config, const std::string& source);

}  // namespace hone::rl
