#include "rl/pretrainer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iostream>

#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/version.h"
#include "cost/hardware.h"
#include "cost/pretraining_card.h"
#include "cost/stopwatch.h"
#include "policies/packed_batch.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"
#include "report/format.h"
#include "report/metrics.h"
#include "rl/tokenized_documents.h"
#include "rl/update.h"

namespace hone::rl {
namespace {

policies::DecoderConfig decoder_config(const ModelSizes& sizes, const policies::Tokenizer& tokenizer) {
  if (sizes.hidden_size % sizes.num_attention_heads != 0 || sizes.hidden_size / sizes.num_attention_heads % 2 != 0 ||
      sizes.num_attention_heads % sizes.num_key_value_heads != 0) {
    throw core::ConfigError(
        "model: hidden_size must be an even multiple of num_attention_heads, and that a multiple of "
        "num_key_value_heads; they are " +
        std::to_string(sizes.hidden_size) + ", " + std::to_string(sizes.num_attention_heads) + " and " +
        std::to_string(sizes.num_key_value_heads));
  }
  policies::DecoderConfig config;
  config.vocab_size = tokenizer.vocab_size();
  config.hidden_size = sizes.hidden_size;
  config.intermediate_size = sizes.intermediate_size;
  config.num_hidden_layers = sizes.num_hidden_layers;
  config.num_attention_heads = sizes.num_attention_heads;
  config.num_key_value_heads = sizes.num_key_value_heads;
  config.head_dim = sizes.hidden_size / sizes.num_attention_heads;
  config.rms_norm_eps = sizes.rms_norm_eps;
  config.rope.theta = sizes.rope_theta;
  config.max_position_embeddings = sizes.max_position_embeddings;
  config.tie_word_embeddings = sizes.tie_word_embeddings;
  config.bos_token_id = tokenizer.bos_id();
  if (const auto eos = tokenizer.eos_id()) {
    config.eos_token_ids = {*eos};
  }
  return config;
}

std::shared_ptr<const policies::Tokenizer> new_tokenizer(const TokenizerConfig& config,
                                                         const datasets::Documents& documents) {
  std::vector<std::string> texts;
  const auto count = std::min(documents.size(), static_cast<std::size_t>(config.documents));
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = documents.at(i);
    texts.push_back(text.prompt + text.completion);
  }
  return policies::SentencePieceTokenizer::from_bytes(policies::train_sentencepiece(texts, config.sentencepiece),
                                                      "the new tokenizer");
}

policies::Policy first_policy(const PretrainConfig& config, const RunPaths& paths,
                              const datasets::Documents& documents) {
  const auto device = device_of(config.policy, paths.config_file);
  if (config.policy.path.empty() && config.policy.lora.rank > 0) {
    throw core::ConfigError(paths.config_file + ": policy.lora needs policy.path, the weights that adapters go beside");
  }
  if (!config.policy.path.empty()) {
    return load_for_training(config.policy, paths.config_folder / config.policy.path, device, config.seed);
  }
  auto tokenizer = new_tokenizer(config.tokenizer, documents);
  const auto decoder = decoder_config(config.model, *tokenizer);
  return policies::Policy::create(decoder, std::move(tokenizer), config.seed, config.policy.dtype, device);
}

/// The options with the file's path made relative to the config's folder.
datasets::DocumentOptions with_path(datasets::DocumentOptions data, const std::filesystem::path& folder) {
  if (!data.path.empty()) {
    data.path = (folder / data.path).string();
  }
  return data;
}

class Pretrainer {
 public:
  Pretrainer(const PretrainConfig& config, const RunPaths& paths)
      : config_(config),
        paths_(paths),
        documents_(datasets::make_documents(with_path(config.data, paths.config_folder), paths.config_file, "data")),
        policy_(first_policy(config, paths, *documents_)),
        texts_(*documents_, policy_.tokenizer(), prompt_format(config.policy, policy_),
               policy_.config().max_position_embeddings),
        order_(config.seed, texts_.size()),
        optimizer_(policy_.masters(), config.train.adamw),
        update_(policy_, optimizer_, ledger_, config.policy.activations()),
        checkpoints_(paths.out, config.checkpoint),
        max_steps_(count_steps()) {}

  void run() {
    restore();
    report::MetricsLog metrics(paths_.out / "metrics.jsonl", step_ > 0 ? step_ : -1);
    announce();
    cost::Stopwatch since_print;
    while (step_ < max_steps_) {
      if (core::interrupted()) {
        metrics.sync();
        save_checkpoint();
        throw core::Interrupted("interrupted after step " + std::to_string(step_) + "; go on with --resume");
      }
      const auto line = take_step();
      metrics.write(step_, line);
      if (since_print.seconds() > 2.0 || step_ == max_steps_) {
        since_print.lap();
        print(line);
      }
      if (step_ == max_steps_ || checkpoints_.is_due(step_)) {
        metrics.sync();
        save_checkpoint();
      }
    }
    finish();
  }

 private:
  [[nodiscard]] std::int64_t count_steps() const {
    if (texts_.size() == 0) {
      throw core::DataError(paths_.config_file + ": data: no document has two tokens to learn from");
    }
    if (config_.train.max_steps > 0) {
      return config_.train.max_steps;
    }
    const auto tokens = static_cast<double>(texts_.tokens() * config_.train.num_train_epochs);
    return std::max<std::int64_t>(1, std::llround(tokens / static_cast<double>(config_.train.tokens_per_step)));
  }

  void announce() const {
    std::cerr << "policy: " << report::format_count(static_cast<double>(cost::total_parameters(policy_.shape())))
              << " parameters; documents: " << texts_.size() << ", "
              << report::format_count(static_cast<double>(texts_.tokens())) << " tokens";
    if (texts_.cut() > 0) {
      std::cerr << ", " << texts_.cut() << " cut at " << policy_.config().max_position_embeddings << " tokens";
    }
    if (texts_.turns_left_out() > 0) {
      std::cerr << ", " << texts_.turns_left_out()
                << " turns not learnt from, which the chat template shows otherwise once others follow";
    }
    std::cerr << "; " << max_steps_ << " steps" << std::endl;
  }

  /// The documents of the next step, in micro-batches.
  std::vector<policies::PackedBatch> next_batches() {
    std::vector<policies::PackedBatch> batches;
    policies::PackedBatchBuilder builder;
    std::int64_t tokens = 0;
    while (tokens < config_.train.tokens_per_step) {
      const auto text = texts_[order_.at(cursor_++)];
      const auto length = static_cast<std::int64_t>(text.ids.size());
      if (builder.tokens() > 0 && builder.tokens() + length > config_.train.micro_batch_tokens) {
        batches.push_back(std::move(builder).build(policy_.device()));
        builder = {};
      }
      if (config_.train.mask_prompts) {
        builder.add_sequence(text.ids, text.is_answer);
      } else {
        builder.add_sequence(text.ids, 1);
      }
      tokens += length;
    }
    batches.push_back(std::move(builder).build(policy_.device()));
    tokens_ += tokens;
    return batches;
  }

  report::Metrics take_step() {
    cost::Stopwatch watch;
    const auto tokens_before = tokens_;
    const auto batches = next_batches();
    std::int64_t targets = 0;
    for (const auto& batch : batches) {
      targets += batch.targets.size(0);
    }
    auto loss = at::zeros({}, at::TensorOptions().dtype(at::kDouble).device(policy_.device()));
    for (const auto& batch : batches) {
      update_.accumulate(batch, 1.0, config_.policy.logprob_chunk_tokens, [&](const policies::TokenLogprobs& token) {
        const auto share = -token.logprobs.sum() / static_cast<double>(std::max<std::int64_t>(1, targets));
        loss += share.detach();
        return share;
      });
    }
    const auto rate = learning_rate_at(config_.train.schedule, step_, max_steps_);
    const auto norm = update_.step(rate, config_.train.adamw.max_grad_norm);
    const auto figures = at::stack({loss, norm.to(at::kDouble)}).cpu();
    ++step_;
    last_loss_ = figures[0].item<double>();
    if (!std::isfinite(last_loss_)) {
      throw core::RunError("the loss of step " + std::to_string(step_) +
                           " is not finite: lower train.learning_rate, or train.max_grad_norm");
    }
    const auto seconds = watch.seconds();
    seconds_ += seconds;
    return {{"loss", last_loss_},
            {"grad_norm", figures[1].item<double>()},
            {"learning_rate", rate},
            {"num_tokens", tokens_},
            {"epoch", static_cast<double>(cursor_) / static_cast<double>(texts_.size())},
            {"step_time", seconds},
            {"perf/throughput", static_cast<double>(tokens_ - tokens_before) / seconds}};
  }

  void print(const report::Metrics& line) const {
    const auto left = seconds_ / static_cast<double>(step_ - first_step_) * static_cast<double>(max_steps_ - step_);
    std::cerr << "step " << step_ << '/' << max_steps_ << "  loss " << report::format_number(last_loss_) << "  "
              << report::format_token_rate(line["perf/throughput"].get<double>()) << "  "
              << report::format_duration(left) << " left" << std::endl;
  }

  void save_checkpoint() {
    if (saved_ == step_) {
      return;
    }
    checkpoints_.save(step_, policy_, optimizer_,
                      {{"cursor", cursor_}, {"tokens", tokens_}, {"loss", last_loss_}, {"ledger", ledger_.to_json()}});
    saved_ = step_;
  }

  void restore() {
    const auto latest = checkpoints_.latest();
    if (!paths_.resume || !latest) {
      return;
    }
    const auto state = checkpoints_.restore(*latest, policy_, optimizer_);
    step_ = first_step_ = saved_ = *latest;
    cursor_ = state.at("cursor").get<std::uint64_t>();
    tokens_ = state.at("tokens").get<std::int64_t>();
    last_loss_ = state.at("loss").get<double>();
    ledger_ = cost::Ledger::from_json(state.at("ledger"));
  }

  void finish() {
    policy_.save(paths_.out);
    const auto total = ledger_.total();
    cost::save_pretraining_card(paths_.out, card(total));
    const nlohmann::ordered_json summary = {
        {"steps", step_},
        {"seconds", total.seconds},
        {"seed", config_.seed},
        {"policy", paths_.out.string()},
        {"tokens", tokens_},
        {"loss", last_loss_},
        {"cost", {{"model_flops", total.model_flops}, {"hardware_flops", total.hardware_flops}}}};
    core::atomic_write_file(paths_.out / "summary.json", summary.dump(2) + "\n");
    std::cerr << "saved " << paths_.out.string() << ": " << report::format_count(static_cast<double>(tokens_))
              << " tokens, " << report::format_flops(total.model_flops) << ", "
              << report::format_duration(total.seconds) << std::endl;
  }

  /// What the weights cost so far: the stages of the base they started from, and this one.
  [[nodiscard]] cost::PretrainingCard card(const cost::Work& total) const {
    cost::PretrainingCard card;
    if (!config_.policy.path.empty()) {
      card = cost::load_pretraining_card(paths_.config_folder / config_.policy.path).value_or(cost::PretrainingCard{});
    }
    card.total_parameters = cost::total_parameters(policy_.shape());
    card.active_parameters = card.total_parameters;
    cost::PretrainingStage stage;
    stage.name = config_.train.mask_prompts ? "sft" : "pretrain";
    stage.tokens = tokens_;
    stage.model_flops = total.model_flops;
    stage.hardware_flops = total.hardware_flops;
    stage.seconds = total.seconds;
    stage.hardware = cost::in_words(cost::describe_machine());
    if (config_.cost.usd_per_hour) {
      stage.usd = *config_.cost.usd_per_hour * total.seconds / 3600.0;
    }
    stage.dtype = core::enum_name(config_.policy.dtype);
    stage.seed = config_.seed;
    stage.program_version = core::kVersion;
    card.stages.push_back(stage);
    return card;
  }

  const PretrainConfig& config_;
  const RunPaths& paths_;
  std::unique_ptr<datasets::Documents> documents_;
  policies::Policy policy_;
  TokenizedDocuments texts_;
  EpochOrder order_;
  FusedAdamW optimizer_;
  cost::Ledger ledger_;
  Update update_;
  Checkpoints checkpoints_;
  std::int64_t max_steps_;
  std::int64_t step_ = 0;
  std::int64_t first_step_ = 0;
  std::int64_t saved_ = -1;
  std::uint64_t cursor_ = 0;
  std::int64_t tokens_ = 0;
  double last_loss_ = 0.0;
  double seconds_ = 0.0;
};

}  // namespace

void pretrain(const PretrainConfig& config, const RunPaths& paths) {
  Pretrainer(config, paths).run();
}

}  // namespace hone::rl
