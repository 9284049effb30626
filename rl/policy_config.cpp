#include "rl/policy_config.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <algorithm>
#include <optional>

#include "core/error.h"

namespace hone::rl {
namespace {

std::optional<at::Device> parse(const std::string& name) {
  try {
    return at::Device(name);
  } catch (const c10::Error&) {
    return std::nullopt;
  }
}

}  // namespace

at::Device device_of(const PolicyConfig& config, const std::string& source) {
  const auto device = parse(config.device);
  const auto where = source + ": policy.device is \"" + config.device + "\"";
  if (!device || !(device->is_cpu() || device->is_cuda())) {
    throw core::ConfigError(where + ", needs cpu, cuda or cuda:N");
  }
  if (device->is_cpu()) {
    return at::kCPU;
  }
  const auto found = static_cast<int>(at::getNumGPUs());
  if (std::max<int>(device->index(), 0) >= found) {
    throw core::ConfigError(where + ", but libtorch finds " + std::to_string(found) + " CUDA devices here");
  }
  return *device;
}

policies::PromptFormat prompt_format(const PolicyConfig& config, const policies::Policy& policy) {
  return {policy.tokenizer(), policy.source(), config.chat_template, config.system_prompt};
}

policies::Policy load_for_training(const PolicyConfig& config, const std::filesystem::path& folder,
                                   const at::Device& device, std::uint64_t seed) {
  if (config.lora.rank == 0) {
    return policies::Policy::load(folder, config.dtype, policies::Use::kTraining, device);
  }
  auto policy = policies::Policy::load(folder, config.dtype, policies::Use::kInference, device);
  policy.add_adapters(config.lora, policies::Use::kTraining, seed);
  return policy;
}

}  // namespace hone::rl
