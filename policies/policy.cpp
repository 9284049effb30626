#include "policies/policy.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <cmath>

#include "core/error.h"
#include "policies/safetensors.h"

namespace hone::policies {
namespace {

at::ScalarType scalar_type(ComputeType compute) {
  return compute == ComputeType::kBFloat16 ? at::kBFloat16 : at::kFloat;
}

bool writes_to_residual(const std::string& name) {
  return name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight");
}

void initialise(const std::vector<Parameter>& parameters, const std::vector<at::Tensor>& masters, std::int64_t layers,
                std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].shape.size() == 1) {
      masters[i].fill_(1.0);
      continue;
    }
    const double deviation =
        writes_to_residual(parameters[i].name) ? 0.02 / std::sqrt(2.0 * static_cast<double>(layers)) : 0.02;
    auto values = at::empty(parameters[i].shape, at::kFloat);
    masters[i].copy_(values.normal_(0.0, deviation, generator));
  }
}

}  // namespace

Policy::Policy(const DecoderConfig& config, std::shared_ptr<const Tokenizer> tokenizer, ComputeType compute, Use use,
               const at::Device& device)
    : device_(device), parameters_(decoder_parameters(config)), tokenizer_(std::move(tokenizer)) {
  const auto options = at::TensorOptions().device(device);
  const bool separate = compute != ComputeType::kFloat32;
  for (const auto& parameter : parameters_) {
    if (use == Use::kTraining) {
      masters_.push_back(at::zeros(parameter.shape, options.dtype(at::kFloat)));
    }
    weights_.push_back(use == Use::kTraining && !separate
                           ? masters_.back()
                           : at::zeros(parameter.shape, options.dtype(scalar_type(compute))));
    weights_.back().requires_grad_(use == Use::kTraining);
  }
  gradients_.resize(use == Use::kTraining ? parameters_.size() : 0);
  decoder_ = std::make_unique<Decoder>(config, weights_);
}

Policy Policy::create(const DecoderConfig& config, std::shared_ptr<const Tokenizer> tokenizer, std::uint64_t seed,
                      ComputeType compute, const at::Device& device) {
  Policy policy(config, std::move(tokenizer), compute, Use::kTraining, device);
  const at::NoGradGuard no_grad;
  initialise(policy.parameters_, policy.masters_, config.num_hidden_layers, seed);
  policy.refresh();
  return policy;
}

Policy Policy::load(const std::filesystem::path& folder, ComputeType compute, Use use, const at::Device& device) {
  const auto config = load_decoder_config(folder);
  Policy policy(config, load_tokenizer(folder), compute, use, device);
  policy.load_weights(folder);
  return policy;
}

void Policy::load_weights(const std::filesystem::path& folder) {
  const at::NoGradGuard no_grad;
  const auto files = WeightFiles::open(folder);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    std::int64_t row = 0;
    for (const auto& part : parameters_[i].parts) {
      files.copy_into(part.name, stored()[i].narrow(0, row, part.rows));
      row += part.rows;
    }
  }
  refresh();
}

void Policy::save(const std::filesystem::path& folder) const {
  const at::NoGradGuard no_grad;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw core::FileError(folder.string() + ": cannot make the folder: " + failure.message());
  }
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    std::int64_t row = 0;
    for (const auto& part : parameters_[i].parts) {
      tensors.emplace_back(part.name, stored()[i].detach().narrow(0, row, part.rows));
      row += part.rows;
    }
  }
  save_safetensors(folder / "model.safetensors", tensors, {{"format", "pt"}});
  save_decoder_config(folder, config(), stored().front().scalar_type() == at::kFloat ? "float32" : "bfloat16");
  tokenizer_->save(folder);
}

void Policy::collect_gradients() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    auto& grad = weights_[i].mutable_grad();
    if (!grad.defined()) {
      continue;
    }
    if (gradients_[i].defined()) {
      gradients_[i].add_(grad);
    } else {
      gradients_[i] = grad.to(at::kFloat);
    }
    grad.reset();
  }
}

void Policy::clear_gradients() {
  for (auto& gradient : gradients_) {
    gradient.reset();
  }
}

void Policy::refresh() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < masters_.size(); ++i) {
    if (!weights_[i].is_same(masters_[i])) {
      weights_[i].copy_(masters_[i]);
    }
  }
}

}  // namespace hone::policies
