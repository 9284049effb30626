#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/decoder.h"
#include "policies/hf_config.h"
#include "policies/lora.h"
#include "policies/tokenizers/tokenizer.h"
#include "policies/weight_set.h"

namespace hone::policies {

/// A decoder with its weights and its tokenizer: what is loaded from, trained and saved as a Hugging Face folder. With
/// adapters it is they that are trained and saved, as a PEFT folder, over weights that stay as they are.
class Policy {
 public:
  /// Fresh weights: normal with standard deviation 0.02, those that write to the residual stream divided by √(2·layers)
  /// (Radford et al. 2019, section 2.3), norms 1, biases 0. The same seed gives the same weights.
  static Policy create(const DecoderConfig& config, std::shared_ptr<const Tokenizer> tokenizer, std::uint64_t seed,
                       ComputeType compute, const at::Device& device);
  /// Names and shapes of the tensors are checked before memory is taken for them.
  /// Throws FileError, DataError or ShapeError naming file and tensor.
  static Policy load(const std::filesystem::path& folder, ComputeType compute, Use use, const at::Device& device);

  /// Adds fresh adapters that change nothing yet: A uniform within ±1/√columns (PEFT's Kaiming start with
  /// a = √5), B zero. The weights themselves must be for inference. Throws ConfigError.
  void add_adapters(const LoraConfig& lora, Use use, std::uint64_t seed);
  /// Adds the adapters of a PEFT folder. Throws FileError, DataError, ShapeError.
  void load_adapters(const std::filesystem::path& folder, Use use);
  /// Adds what the adapters add to the weights, in float32, and drops them.
  void merge_adapters();
  [[nodiscard]] bool has_adapters() const { return adapters_.has_value(); }

  /// config.json, model.safetensors, tokenizer; masters where there are any. With adapters: adapter_config.json and
  /// adapter_model.safetensors. Written beside and renamed: each file is atomic.
  void save(const std::filesystem::path& folder) const;
  /// The same with the weights in another type than they are stored in.
  void save_as(const std::filesystem::path& folder, ComputeType type) const;
  /// Copies weights, masters where there are any, from a folder that has the same shapes; with adapters it is theirs.
  void load_weights(const std::filesystem::path& folder);

  /// The folder that it was loaded from; empty for a new one.
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] const Decoder& decoder() const { return *decoder_; }
  [[nodiscard]] const Tokenizer& tokenizer() const { return *tokenizer_; }
  [[nodiscard]] const DecoderConfig& config() const { return decoder_->config(); }
  [[nodiscard]] cost::ModelShape shape() const;
  [[nodiscard]] const at::Device& device() const { return device_; }

  /// What is trained: the decoder's parameters, or the adapters'.
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return trained().parameters; }
  /// Float32, what the optimizer updates, in the order of parameters(). Empty where the use is inference.
  [[nodiscard]] const std::vector<at::Tensor>& masters() const { return trained().masters; }
  /// Sums of the gradients so far, float32; undefined before the first.
  std::vector<at::Tensor>& gradients() { return trained().gradients; }
  /// Adds what the last backward left at the weights to gradients(), in float32, and clears it there.
  void collect_gradients() { trained().collect_gradients(); }
  void clear_gradients() { trained().clear_gradients(); }
  /// After an optimizer step: the copies that forward passes use follow the masters.
  void refresh() { trained().refresh(); }

 private:
  Policy(const DecoderConfig& config, HfConfigFiles files, std::shared_ptr<const Tokenizer> tokenizer,
         ComputeType compute, Use use, const at::Device& device);
  [[nodiscard]] const WeightSet& trained() const { return adapters_ ? *adapters_ : base_; }
  [[nodiscard]] WeightSet& trained() { return adapters_ ? *adapters_ : base_; }
  void attach(const LoraConfig& lora, Use use);

  at::Device device_;
  ComputeType compute_;
  std::string source_;
  HfConfigFiles files_;
  WeightSet base_;
  LoraConfig lora_;
  std::optional<WeightSet> adapters_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace hone::policies
