#pragma once

#include <cstdint>
#include <string>

#include "core/config_check.h"
#include "cost/cost_config.h"
#include "datasets/documents.h"
#include "policies/tokenizers/sentencepiece_training.h"
#include "rl/checkpoint.h"
#include "rl/fused_adamw.h"
#include "rl/policy_config.h"
#include "rl/run_paths.h"
#include "rl/schedule.h"

namespace hone::rl {

/// The sizes of a policy that is made from nothing.
struct ModelSizes {
  std::int64_t hidden_size = 192;
  std::int64_t intermediate_size = 512;
  std::int64_t num_hidden_layers = 4;
  std::int64_t num_attention_heads = 6;
  std::int64_t num_key_value_heads = 6;
  std::int64_t max_position_embeddings = 512;
  double rope_theta = 10000.0;
  double rms_norm_eps = 1e-5;
  bool tie_word_embeddings = true;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("hidden_size", hidden_size, "Width of the residual stream.", core::at_least(1));
    visit("intermediate_size", intermediate_size, "Width inside the MLP.", core::at_least(1));
    visit("num_hidden_layers", num_hidden_layers, "Layers.", core::at_least(1));
    visit("num_attention_heads", num_attention_heads, "Query heads; they divide hidden_size.", core::at_least(1));
    visit("num_key_value_heads", num_key_value_heads, "Key-value heads; they divide the query heads.",
          core::at_least(1));
    visit("max_position_embeddings", max_position_embeddings, "Context, in tokens.", core::at_least(2));
    visit("rope_theta", rope_theta, "Base of the rotary frequencies.", core::greater_than(1));
    visit("rms_norm_eps", rms_norm_eps, "Added to the mean square in norms.", core::greater_than(0));
    visit("tie_word_embeddings", tie_word_embeddings, "The head is the embedding.");
  }
};

struct TokenizerConfig {
  policies::SentencePieceOptions sentencepiece;
  std::int64_t documents = 20000;

  template <class Visitor>
  void describe(Visitor& visit) {
    sentencepiece.describe(visit);
    visit("documents", documents, "Documents, from the first on, that the vocabulary is learnt from.",
          core::at_least(1));
  }
};

struct PretrainLoopConfig {
  bool mask_prompts = false;
  std::int64_t max_steps = 0;
  std::int64_t num_train_epochs = 1;
  std::int64_t tokens_per_step = 8192;
  std::int64_t micro_batch_tokens = 4096;
  ScheduleConfig schedule;
  AdamWConfig adamw;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("mask_prompts", mask_prompts, "Only completions count in the loss: supervised fine-tuning.");
    visit("max_steps", max_steps, "Optimizer steps; 0: as many as num_train_epochs take.", core::at_least(0));
    visit("num_train_epochs", num_train_epochs, "Passes over the documents where max_steps is 0.", core::at_least(1));
    visit("tokens_per_step", tokens_per_step, "Tokens of an optimizer step, in whole documents.", core::at_least(1));
    visit("micro_batch_tokens", micro_batch_tokens, "Tokens that go through the decoder at once.", core::at_least(1));
    schedule.describe(visit);
    adamw.describe(visit);
  }
};

struct PretrainConfig {
  std::uint64_t seed = 1;
  PolicyConfig policy;
  ModelSizes model;
  TokenizerConfig tokenizer;
  datasets::DocumentOptions data;
  PretrainLoopConfig train;
  CheckpointConfig checkpoint;
  cost::CostConfig cost;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("seed", seed, "Decides the first weights and the order of the documents.");
    visit("policy", policy, "Weights to go on from; without a path a policy is made from `model`.");
    visit("model", model, "Sizes of a policy made from nothing.");
    visit("tokenizer", tokenizer, "The vocabulary of a policy made from nothing.");
    visit("data", data, "The documents.");
    visit("train", train, "How it learns from them.");
    visit("checkpoint", checkpoint, "When the run is saved.");
    visit("cost", cost, "Prices.");
  }
};

/// Next-token training on documents, or supervised fine-tuning with prompts masked: float32 masters, packed documents
/// that do not see each other, AdamW. Leaves in `out` a Hugging Face folder, pretraining.json, metrics.jsonl and
/// summary.json. Killed and resumed it gives the same weights as left alone. Throws Interrupted after a checkpoint when
/// a signal asked it to end.
void pretrain(const PretrainConfig& config, const RunPaths& paths);

}  // namespace hone::rl
