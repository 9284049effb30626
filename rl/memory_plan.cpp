#include "rl/memory_plan.h"

#include <algorithm>

#include "report/format.h"
#include "rl/config.h"

namespace hone::rl {
namespace {

constexpr std::int64_t kFloat = 4;
constexpr std::int64_t kLong = 8;
constexpr std::int64_t kPrefillTokens = 4096;  // rollout/batch.cpp: a pass ends with the prompt that reaches it

std::string count(std::int64_t number) {
  return report::format_count(static_cast<double>(number));
}

std::int64_t qkv_width(const cost::ModelShape& model) {
  return (model.heads + 2 * model.kv_heads) * model.head_dim;
}

std::int64_t slots_used(const MemoryInput& input) {
  return std::min(input.slots, input.sequences);
}

/// Positions of a slot, in sixteens.
std::int64_t capacity(const MemoryInput& input) {
  return (input.longest_sequence + 15) / 16 * 16;
}

/// What is alive at the widest place of a layer's forward without a graph: the residual stream, its normed copy, gate
/// and up, and their product.
std::int64_t forward_bytes_per_token(const MemoryInput& input) {
  return input.compute_bytes * (2 * input.model.hidden + 3 * input.model.intermediate);
}

/// The gradients at the widest place of a layer's backward: of the residual stream and of what was added to it, and of
/// either the expanded MLP with its gate and up, or attention's output with its queries, keys and values.
std::int64_t backward_bytes_per_token(const MemoryInput& input) {
  const auto& model = input.model;
  const auto attention = qkv_width(model) + model.heads * model.head_dim;
  return input.compute_bytes * (2 * model.hidden + std::max(3 * model.intermediate, attention));
}

/// Off the CPU attention is matrix products of [heads, tokens, tokens] float32: autograd keeps the probabilities and
/// the mask of each layer, and three more such matrices are alive in the layer that is at work.
std::int64_t score_bytes(const MemoryInput& input, std::int64_t tokens) {
  const auto matrix = kFloat * input.model.heads * tokens * tokens;
  return input.model.layers * (matrix + tokens * tokens) + 3 * matrix;
}

class Rows {
 public:
  explicit Rows(const MemoryInput& input)
      : input_(input),
        weights_(cost::total_parameters(input.model)),
        parameters_(input.adapter_parameters > 0 ? input.adapter_parameters : weights_) {}

  MemoryPlan plan() && {
    add_weights();
    add_rollout();
    add_update();
    std::erase_if(plan_.rows, [](const MemoryRow& row) { return row.bytes == 0; });
    return std::move(plan_);
  }

 private:
  void add_weights() {
    const auto per_parameter = [&](std::int64_t bytes) {
      return count(parameters_) + " parameters of " + std::to_string(bytes) + " bytes";
    };
    phase_ = MemoryPhase::kAlways;
    if (input_.adapter_parameters > 0) {
      add("frozen weights", input_.compute_bytes * weights_,
          count(weights_) + " parameters of " + std::to_string(input_.compute_bytes) + " bytes");
    }
    add("master weights", kFloat * parameters_, per_parameter(kFloat));
    add("AdamW moments", 2 * kFloat * parameters_, per_parameter(2 * kFloat));
    if (input_.compute_bytes != kFloat) {  // in float32 the masters compute
      add("compute copies", input_.compute_bytes * parameters_, per_parameter(input_.compute_bytes));
    }
    if (input_.has_reference) {
      add("reference policy", input_.compute_bytes * weights_,
          count(weights_) + " parameters of " + std::to_string(input_.compute_bytes) + " bytes",
          "algorithm.beta (to 0)");
    }
    // Tables grow with the sequences, by halves.
    const auto wanted = std::max<std::int64_t>(1024, input_.longest_sequence + input_.longest_sequence / 2);
    const auto positions = std::min(input_.context, wanted);
    add("rotary table", kFloat * positions * input_.model.head_dim, count(positions) + " positions");
  }

  void add_rollout() {
    const auto& model = input_.model;
    const auto rows = slots_used(input_);
    phase_ = MemoryPhase::kRollout;
    // One slot more than rows is the home of a prompt whose answers have not all begun.
    add("key-value cache",
        2 * model.layers * (rows + 1) * model.kv_heads * capacity(input_) * model.head_dim * input_.compute_bytes,
        std::to_string(rows + 1) + " slots of " + std::to_string(capacity(input_)) + " positions", "rollout.slots");
    if (input_.compute_bytes == 2 && input_.attention == AttentionPath::kKernels) {  // Decoder::Packed
      const auto products = cost::body_matmul_parameters(model) + cost::head_matmul_parameters(model);
      add("weights laid out for decoding", 2 * products, count(products) + " parameters of 2 bytes");
    }
    add("logits of the slots", rows * model.vocab * input_.compute_bytes,
        std::to_string(rows) + " rows of " + count(model.vocab), "rollout.slots");
    const auto prefill = std::min(rows * input_.longest_prompt, kPrefillTokens + input_.longest_prompt);
    const auto tokens = std::max(prefill, rows);
    add("forward of prompts and slots", tokens * forward_bytes_per_token(input_), count(tokens) + " tokens");
  }

  void add_update() {
    const auto tokens = micro_batch_tokens_at_most(input_);
    const auto of_tokens = count(tokens) + " tokens";
    phase_ = MemoryPhase::kUpdate;
    add("gradient sums", kFloat * parameters_, count(parameters_) + " parameters of 4 bytes");
    // Those of bfloat16 weights go straight to the sums (policies/weight_gradient.h).
    if (input_.compute_bytes == kFloat) {
      add("gradients of a micro-batch", kFloat * parameters_, count(parameters_) + " parameters of 4 bytes");
    }
    add("activations of a micro-batch", tokens * saved_bytes_per_token(input_),
        of_tokens + " of " + report::format_bytes(static_cast<double>(saved_bytes_per_token(input_))),
        "train.micro_batch_tokens");
    add("backward of a layer", tokens * backward_bytes_per_token(input_), of_tokens, "train.micro_batch_tokens");
    if (input_.attention == AttentionPath::kAten) {
      add("attention scores", score_bytes(input_, tokens), of_tokens + " squared", "train.micro_batch_tokens");
    }
    add_head(std::min(tokens, input_.logprob_chunk_tokens));
  }

  void add_head(std::int64_t chunk) {
    const auto& model = input_.model;
    // The kernel turns the logits into their gradient in place; ATen's calls keep four float32 copies beside them.
    const auto copies = input_.attention == AttentionPath::kAten ? 4 * kFloat : 0;
    add("logits of a chunk",
        chunk * (model.vocab * (input_.compute_bytes + copies) + model.hidden * input_.compute_bytes),
        std::to_string(chunk) + " tokens of " + count(model.vocab), "policy.logprob_chunk_tokens");
    if (input_.adapter_parameters == 0 && (input_.compute_bytes == kFloat || copies > 0)) {
      const auto sum = input_.compute_bytes == kFloat ? kFloat : 0;
      add("gradient of the head", model.vocab * model.hidden * (sum + input_.compute_bytes),
          count(model.vocab) + " × " + std::to_string(model.hidden) +
              (sum > 0 ? ", its sum and a chunk's" : ", a chunk's"));
    }
  }

  void add(std::string name, std::int64_t bytes, std::string from, std::string lowered_by = "") {
    plan_.rows.push_back({std::move(name), bytes, phase_, std::move(from), std::move(lowered_by)});
  }

  const MemoryInput& input_;
  std::int64_t weights_;
  std::int64_t parameters_;  // those that are trained
  MemoryPhase phase_ = MemoryPhase::kAlways;
  MemoryPlan plan_;
};

}  // namespace

MemoryInput memory_input(const RunConfig& config, const cost::ModelShape& model, std::int64_t context,
                         const RolloutExtent& extent) {
  const auto& rollout = config.rollout;
  const auto group_tokens = extent.longest_prompt + rollout.num_generations * rollout.sampling.max_completion_length;
  const auto groups = (rollout.prompts_per_step + config.algorithm.minibatches - 1) / config.algorithm.minibatches;
  return {.model = model,
          .context = context,
          .compute_bytes = config.policy.dtype == policies::ComputeType::kBFloat16 ? 2 : 4,
          .attention = config.policy.device == "cpu" ? AttentionPath::kKernels : AttentionPath::kAten,
          .longest_prompt = extent.longest_prompt,
          .max_completion_length = rollout.sampling.max_completion_length,
          .longest_sequence = extent.longest_sequence,
          .sequences = extent.sequences,
          .slots = rollout.slots,
          .micro_batch_tokens = config.train.micro_batch_tokens,
          .step_tokens = groups * group_tokens,
          .logprob_chunk_tokens = config.policy.logprob_chunk_tokens,
          .has_reference = config.algorithm.beta != 0.0 && config.policy.lora.rank == 0,
          .adapter_parameters = model.adapter_parameters,
          .recomputes = config.policy.recompute_activations};
}

std::string_view memory_phase_name(MemoryPhase phase) {
  switch (phase) {
    case MemoryPhase::kAlways:
      return "always";
    case MemoryPhase::kRollout:
      return "rollout";
    case MemoryPhase::kUpdate:
      return "update";
  }
  return "";
}

std::int64_t MemoryPlan::bytes(MemoryPhase phase) const {
  std::int64_t sum = 0;
  for (const auto& row : rows) {
    sum += row.phase == phase ? row.bytes : 0;
  }
  return sum;
}

std::int64_t MemoryPlan::peak() const {
  return bytes(MemoryPhase::kAlways) + std::max(bytes(MemoryPhase::kRollout), bytes(MemoryPhase::kUpdate));
}

std::vector<std::string> MemoryPlan::to_lower() const {
  const auto larger =
      bytes(MemoryPhase::kRollout) > bytes(MemoryPhase::kUpdate) ? MemoryPhase::kRollout : MemoryPhase::kUpdate;
  std::vector<const MemoryRow*> found;
  for (const auto& row : rows) {
    if (!row.lowered_by.empty() && (row.phase == larger || row.phase == MemoryPhase::kAlways)) {
      found.push_back(&row);
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->bytes > b->bytes; });
  std::vector<std::string> keys;
  for (const auto* row : found) {
    const bool matters = 10 * row->bytes >= found.front()->bytes;
    if (matters && std::find(keys.begin(), keys.end(), row->lowered_by) == keys.end()) {
      keys.push_back(row->lowered_by);
    }
  }
  return keys;
}

std::int64_t micro_batch_tokens_at_most(const MemoryInput& input) {
  const auto longest = input.longest_prompt + input.max_completion_length;
  return std::max(std::min(input.micro_batch_tokens, input.step_tokens), longest);
}

std::int64_t saved_bytes_per_token(const MemoryInput& input) {
  // A layer of policies/decoder.cpp keeps for its backward, with h = hidden, I = intermediate and d = head_dim:
  //   linear qkv      its input, the normed residual stream                   h
  //   attention       rotated qkv, its output (also the input of linear out)  (heads + 2·kv_heads)·d + heads·d
  //                   the log of the softmax's sum, float32                   heads
  //   add_rms_norm    the sum, twice a layer                                  2 h, and 1/rms twice, float32
  //   linear gate_up  its input, the normed sum                               h
  //   swiglu          gate and up                                             2 I
  //   linear down     its input, their product                                I
  // What is added to the residual stream is not kept, nor is the output of a linear where the next step keeps its own.
  const auto& model = input.model;
  const auto layer_values = 4 * model.hidden + qkv_width(model) + model.heads * model.head_dim + 3 * model.intermediate;
  const auto layer_floats = model.heads + 2;
  // Beside the layers: the embedding's output with its 1/rms, and of each target (all tokens but the prompts') the
  // hidden state that predicts it, its log-probability, entropy and log of the softmax's sum. The row's own tensors:
  // id, position, tree and leaf; predictor and target.
  const auto ends = input.compute_bytes * 2 * model.hidden + 4 * kFloat + 6 * kLong;
  const auto of_layer = input.compute_bytes * layer_values + kFloat * layer_floats;
  // Recomputed, a layer keeps what goes into it, the residual stream and its norm, and one layer at a time all of it.
  const auto layers =
      input.recomputes ? model.layers * input.compute_bytes * 2 * model.hidden + of_layer : model.layers * of_layer;
  return layers + ends;
}

MemoryPlan plan_memory(const MemoryInput& input) {
  return Rows(input).plan();
}

}  // namespace hone::rl
