#include "policies/policy.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

#include "core/error.h"
#include "policies/safetensors.h"

namespace hone::policies {
namespace {

constexpr const char* kAdapterFile = "adapter_model.safetensors";

bool writes_to_residual(const std::string& name) {
  return name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight");
}

void initialise(const WeightSet& set, const DecoderConfig& config, std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  for (std::size_t i = 0; i < set.parameters.size(); ++i) {
    const auto& [name, parts, shape] = set.parameters[i];
    if (shape.size() == 1) {
      set.masters[i].fill_(name.ends_with(".bias") || config.norms_add_one ? 0.0 : 1.0);
      continue;
    }
    const double deviation =
        writes_to_residual(name) ? 0.02 / std::sqrt(2.0 * static_cast<double>(config.num_hidden_layers)) : 0.02;
    auto values = at::empty(shape, at::kFloat);
    set.masters[i].copy_(values.normal_(0.0, deviation, generator));
  }
}

/// Tensors that a checkpoint may hold beside the parameters, and that say nothing.
bool is_redundant(const std::string& name, const DecoderConfig& config) {
  return name.ends_with(".rotary_emb.inv_freq") || (config.tie_word_embeddings && name == "lm_head.weight");
}

/// Every part is there with its shape, and nothing else is: a tensor that no parameter takes up would be a part of the
/// model that does not run.
void check_tensors(const WeightFiles& files, const std::vector<Parameter>& parameters, const DecoderConfig& config) {
  std::size_t known = 0;
  for (const auto& parameter : parameters) {
    for (const auto& part : parameter.parts) {
      auto shape = parameter.shape;
      shape.front() = part.rows;
      files.check(part.name, shape);
      ++known;
    }
  }
  const auto names = files.names();
  if (names.size() == known) return;
  std::vector<std::string> expected;
  for (const auto& parameter : parameters) {
    for (const auto& part : parameter.parts) expected.push_back(part.name);
  }
  std::sort(expected.begin(), expected.end());
  for (const auto& name : names) {
    if (!std::binary_search(expected.begin(), expected.end(), name) && !is_redundant(name, config)) {
      throw core::DataError(files.source() + ": tensor \"" + name +
                            "\" belongs to no part of the model that config.json describes");
    }
  }
}

void copy_parts(const WeightFiles& files, const WeightSet& set) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, rows] : set.parts()) files.copy_into(name, rows);
}

std::string dtype_name(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat ? "float32" : "bfloat16";
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw core::FileError(folder.string() + ": cannot make the folder: " + failure.message());
}

}  // namespace

Policy::Policy(const DecoderConfig& config, HfConfigFiles files, std::shared_ptr<const Tokenizer> tokenizer,
               ComputeType compute, Use use, const at::Device& device)
    : device_(device),
      compute_(compute),
      files_(std::move(files)),
      base_(decoder_parameters(config), compute, use, device),
      tokenizer_(std::move(tokenizer)) {
  decoder_ = std::make_unique<Decoder>(config, base_.weights);
}

Policy Policy::create(const DecoderConfig& config, std::shared_ptr<const Tokenizer> tokenizer, std::uint64_t seed,
                      ComputeType compute, const at::Device& device) {
  Policy policy(config, new_config_files(config), std::move(tokenizer), compute, Use::kTraining, device);
  const at::NoGradGuard no_grad;
  initialise(policy.base_, config, seed);
  policy.refresh();
  return policy;
}

Policy Policy::load(const std::filesystem::path& folder, ComputeType compute, Use use, const at::Device& device) {
  if (std::filesystem::exists(folder / "adapter_config.json") && !std::filesystem::exists(folder / "config.json")) {
    throw core::DataError(folder.string() +
                          ": holds adapters and no policy: give it as --adapter beside the policy that they were "
                          "trained over, or make one of both with hone merge");
  }
  const auto config = load_decoder_config(folder);
  const auto files = WeightFiles::open(folder);
  check_tensors(files, decoder_parameters(config), config);
  Policy policy(config, read_config_files(folder), load_tokenizer(folder), compute, use, device);
  policy.source_ = folder.string();
  copy_parts(files, policy.base_);
  policy.refresh();
  return policy;
}

cost::ModelShape Policy::shape() const {
  auto shape = model_shape(config());
  if (adapters_) {
    for (const auto& parameter : adapters_->parameters) {
      shape.adapter_parameters += parameter.shape[0] * parameter.shape[1];
    }
  }
  return shape;
}

void Policy::attach(const LoraConfig& lora, Use use) {
  if (!base_.masters.empty()) throw core::Error("adapters need weights that are not trained themselves");
  const auto targets = lora_targets(config(), lora);
  lora_ = lora;
  adapters_.emplace(lora_parameters(targets, lora.rank), compute_, use, device_);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    decoder_->add_adapter(targets[i].parameter, {adapters_->weights[2 * i], adapters_->weights[2 * i + 1],
                                                 targets[i].first_row, lora.scale()});
  }
}

void Policy::add_adapters(const LoraConfig& lora, Use use, std::uint64_t seed) {
  if (lora.rank < 1) throw core::ConfigError("LoRA: rank is " + std::to_string(lora.rank) + ", needs at least 1");
  attach(lora, use);
  const at::NoGradGuard no_grad;
  auto generator = at::detail::createCPUGenerator(seed);
  const auto& stored = adapters_->stored();
  for (std::size_t i = 0; i < stored.size(); i += 2) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(stored[i].size(1)));
    auto values = at::empty(stored[i].sizes(), at::kFloat);
    stored[i].copy_(values.uniform_(-bound, bound, generator));
    stored[i + 1].zero_();
  }
  refresh();
}

void Policy::load_adapters(const std::filesystem::path& folder, Use use) {
  const auto lora = load_lora_config(folder);
  const auto files = WeightFiles::open_file(folder / kAdapterFile);
  check_tensors(files, lora_parameters(lora_targets(config(), lora), lora.rank), config());
  attach(lora, use);
  copy_parts(files, *adapters_);
  refresh();
}

void Policy::merge_adapters() {
  if (!adapters_) return;
  const at::NoGradGuard no_grad;
  const auto targets = lora_targets(config(), lora_);
  const auto& stored = adapters_->stored();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto& target = targets[i];
    const auto delta = at::mm(stored[2 * i + 1].to(at::kFloat), stored[2 * i].to(at::kFloat)) * lora_.scale();
    for (std::size_t k = 0; k < base_.parameters.size(); ++k) {
      if (base_.parameters[k].name != target.parameter) continue;
      const auto rows = base_.weights[k].narrow(0, target.first_row, target.rows);
      rows.copy_(rows.to(at::kFloat) + delta);
    }
  }
  adapters_.reset();
  decoder_ = std::make_unique<Decoder>(config(), base_.weights);
}

void Policy::load_weights(const std::filesystem::path& folder) {
  const auto files = adapters_ ? WeightFiles::open_file(folder / kAdapterFile) : WeightFiles::open(folder);
  check_tensors(files, trained().parameters, config());
  copy_parts(files, trained());
  refresh();
}

void Policy::save(const std::filesystem::path& folder) const {
  make_folder(folder);
  if (adapters_) {
    save_safetensors(folder / kAdapterFile, adapters_->parts(), {{"format", "pt"}});
    save_lora_config(folder, lora_, source_);
    return;
  }
  save_safetensors(folder / "model.safetensors", base_.parts(), {{"format", "pt"}});
  save_config_files(folder, files_, dtype_name(base_.stored().front()));
  tokenizer_->save(folder);
}

void Policy::save_as(const std::filesystem::path& folder, ComputeType type) const {
  make_folder(folder);
  const at::NoGradGuard no_grad;
  auto parts = base_.parts();
  for (auto& [name, tensor] : parts) tensor = tensor.to(type == ComputeType::kFloat32 ? at::kFloat : at::kBFloat16);
  save_safetensors(folder / "model.safetensors", parts, {{"format", "pt"}});
  save_config_files(folder, files_, core::enum_name(type));
  tokenizer_->save(folder);
}

}  // namespace hone::policies
