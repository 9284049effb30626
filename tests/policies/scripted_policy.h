#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "policies/policy.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"

/// Small policies for tests: one with random weights of a size that makes attention matter, and scripted ones, whose
/// next-token logits are given.
///
/// A scripted policy is a real one. Its embeddings are orthogonal (√vocab times the unit vectors), its layer's output
/// projections are zero, so the last hidden state is √vocab · e_i for an input token i whatever came before; and its
/// head holds the wanted logits of token i in column i. Every token therefore follows from the one before it alone.
namespace scripted {

/// 420 pieces: 0 <unk>, 1 <s>, 2 </s>, 3 newline, 4…259 the bytes 0…255, then pieces of text.
inline std::shared_ptr<const hone::policies::Tokenizer> tokenizer() {
  static const std::shared_ptr<const hone::policies::Tokenizer> loaded =
      hone::policies::SentencePieceTokenizer::load("tests/fixtures/tokenizer/bpe.model");
  return loaded;
}

inline constexpr std::int32_t kEnd = 2;
inline std::int32_t byte_token(char byte) {
  return 4 + static_cast<std::int32_t>(static_cast<unsigned char>(byte));
}

inline hone::policies::DecoderConfig tiny_config() {
  hone::policies::DecoderConfig config;
  config.vocab_size = 420;
  config.hidden_size = 40;
  config.intermediate_size = 52;
  config.num_hidden_layers = 2;
  config.num_attention_heads = 4;
  config.num_key_value_heads = 2;
  config.head_dim = 12;
  config.rms_norm_eps = 1e-5;
  config.max_position_embeddings = 128;
  config.tie_word_embeddings = true;
  config.bos_token_id = 1;
  config.eos_token_ids = {kEnd};
  return config;
}

/// Random weights of deviation 0.3 (norms between 0.5 and 1.5), where a fresh policy's 0.02 would leave every token
/// about equally likely.
inline hone::policies::Policy tiny_policy(const hone::policies::DecoderConfig& config = tiny_config(),
                                          std::uint64_t seed = 7,
                                          hone::policies::ComputeType compute = hone::policies::ComputeType::kFloat32) {
  auto policy = hone::policies::Policy::create(config, tokenizer(), seed, compute, at::kCPU);
  const at::NoGradGuard no_grad;
  auto generator = at::detail::createCPUGenerator(seed);
  for (const auto& master : policy.masters()) {
    if (master.dim() == 1) {
      master.uniform_(0.5, 1.5, generator);
    } else {
      master.normal_(0.0, 0.3, generator);
    }
  }
  policy.refresh();
  return policy;
}

/// next_logits [vocab, vocab]: row i holds the logits of what follows token i.
inline hone::policies::Policy scripted_policy(const at::Tensor& next_logits) {
  const auto vocab = next_logits.size(0);
  auto config = tiny_config();
  config.vocab_size = config.hidden_size = vocab;
  config.intermediate_size = 4;
  config.num_hidden_layers = config.num_attention_heads = config.num_key_value_heads = 1;
  config.head_dim = 4;
  config.rms_norm_eps = 1e-12;
  config.tie_word_embeddings = false;
  auto policy = hone::policies::Policy::create(config, tokenizer(), 1, hone::policies::ComputeType::kFloat32, at::kCPU);
  const at::NoGradGuard no_grad;
  const auto length = std::sqrt(static_cast<double>(vocab));
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    const auto& name = policy.parameters()[i].name;
    const auto& master = policy.masters()[i];
    if (name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight")) {
      master.zero_();
    } else if (name == "model.embed_tokens.weight") {
      master.copy_(at::eye(vocab) * length);
    } else if (name == "lm_head.weight") {
      master.copy_(next_logits.t() / length);
    }
  }
  policy.refresh();
  return policy;
}

/// Logits under which each token of `path` is followed by the next one with a probability above 1 - 1e-10, and every
/// other token by any with equal probability. No token may stand twice in the path but at its end.
inline at::Tensor path_logits(std::span<const std::int32_t> path, std::int64_t vocab = 420) {
  auto logits = at::zeros({vocab, vocab});
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    logits.index_put_({at::scalar_tensor(path[i], at::kLong), at::scalar_tensor(path[i + 1], at::kLong)},
                      at::scalar_tensor(30.0));
  }
  return logits;
}

}  // namespace scripted
