#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/config_types.h"
#include "policies/decoder.h"
#include "policies/tokenizers/tokenizer.h"

namespace hone::policies {

enum class ComputeType { kFloat32, kBFloat16 };
/// What a policy's weights are for: training keeps float32 masters, from which bfloat16 copies are made once a step.
enum class Use { kTraining, kInference };

/// A decoder with its weights and its tokenizer: what is loaded from, trained and saved as a Hugging Face folder.
class Policy {
 public:
  /// Fresh weights: normal with standard deviation 0.02, those that write to the residual stream divided by √(2·layers)
  /// (Radford et al. 2019, section 2.3), norms 1. The same seed gives the same weights.
  static Policy create(const DecoderConfig& config, std::shared_ptr<const Tokenizer> tokenizer, std::uint64_t seed,
                       ComputeType compute, const at::Device& device);
  /// Throws FileError, DataError or ShapeError naming file and tensor.
  static Policy load(const std::filesystem::path& folder, ComputeType compute, Use use, const at::Device& device);
  /// config.json, model.safetensors, tokenizer; masters where there are any. Written beside and renamed: atomic.
  void save(const std::filesystem::path& folder) const;
  /// Copies weights, masters where there are any, from a folder that has the same shapes.
  void load_weights(const std::filesystem::path& folder);

  [[nodiscard]] const Decoder& decoder() const { return *decoder_; }
  [[nodiscard]] const Tokenizer& tokenizer() const { return *tokenizer_; }
  [[nodiscard]] const DecoderConfig& config() const { return decoder_->config(); }
  [[nodiscard]] cost::ModelShape shape() const { return model_shape(config()); }
  [[nodiscard]] const at::Device& device() const { return device_; }
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }

  /// Float32, what the optimizer updates, in the order of parameters(). Empty where the use is inference.
  [[nodiscard]] const std::vector<at::Tensor>& masters() const { return masters_; }
  /// Sums of the gradients so far, float32; undefined before the first.
  std::vector<at::Tensor>& gradients() { return gradients_; }
  /// Adds what the last backward left at the weights to gradients(), in float32, and clears it there.
  void collect_gradients();
  void clear_gradients();
  /// After an optimizer step: the copies that forward passes use follow the masters.
  void refresh();

 private:
  Policy(const DecoderConfig& config, std::shared_ptr<const Tokenizer> tokenizer, ComputeType compute, Use use,
         const at::Device& device);
  [[nodiscard]] const std::vector<at::Tensor>& stored() const { return masters_.empty() ? weights_ : masters_; }

  at::Device device_;
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> masters_;
  std::vector<at::Tensor> weights_;  // in the compute dtype; the masters themselves when that is float32
  std::vector<at::Tensor> gradients_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace hone::policies

template <>
struct hone::core::EnumNames<hone::policies::ComputeType> {
  static constexpr std::pair<hone::policies::ComputeType, const char*> values[] = {
      {hone::policies::ComputeType::kFloat32, "float32"}, {hone::policies::ComputeType::kBFloat16, "bfloat16"}};
};
