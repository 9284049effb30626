#include "rl/memory_plan.h"

#include <ATen/ATen.h>
#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdlib>
#include <map>

#include "rl/micro_batch.h"
#include "rl/update.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;

namespace {

/// Worked out by hand below. 1,992 parameters: 800 of the embedding, 592 a layer (qkv 128, out 64, gate and up 256,
/// down 128, norms 16), 8 of the last norm.
MemoryInput small() {
  return {.model = {.vocab = 100,
                    .hidden = 8,
                    .intermediate = 16,
                    .layers = 2,
                    .heads = 2,
                    .kv_heads = 1,
                    .head_dim = 4,
                    .tied_head = true},
          .context = 64,
          .compute_bytes = 4,
          .attention = AttentionPath::kKernels,
          .longest_prompt = 10,
          .max_completion_length = 7,
          .longest_sequence = 17,
          .sequences = 12,
          .slots = 5,
          .micro_batch_tokens = 20,
          .step_tokens = 94,
          .logprob_chunk_tokens = 6,
          .has_reference = false};
}

std::map<std::string, std::int64_t> bytes_of(const MemoryPlan& plan) {
  std::map<std::string, std::int64_t> bytes;
  for (const auto& row : plan.rows) bytes[row.name] = row.bytes;
  return bytes;
}

/// Counts the tensors' bytes while it lives; those that were there before it are not counted.
class CountedMemory final : public c10::Allocator {
 public:
  CountedMemory() : before_(c10::GetCPUAllocator()) { c10::SetCPUAllocator(this, 100); }
  ~CountedMemory() override { c10::SetCPUAllocator(before_, 100); }

  c10::DataPtr allocate(std::size_t bytes) override {
    auto* block = static_cast<char*>(std::aligned_alloc(kAhead, (bytes + 2 * kAhead - 1) / kAhead * kAhead));
    *reinterpret_cast<std::size_t*>(block) = bytes;
    const auto live = live_ += static_cast<std::int64_t>(bytes);
    if (live > peak_) peak_ = live;
    auto* data = block + kAhead;
    return {data, data, &release, at::kCPU};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override { default_copy_data(to, from, bytes); }

  void begin() { peak_ = start_ = live_.load(); }
  /// Above what was there when it began.
  [[nodiscard]] double peak() const { return static_cast<double>(peak_ - start_); }
  [[nodiscard]] double live() const { return static_cast<double>(live_.load()); }

 private:
  static constexpr std::size_t kAhead = 64;  // before the data, for its size; as libtorch aligns
  static void release(void* data) {
    auto* block = static_cast<char*>(data) - kAhead;
    live_ -= static_cast<std::int64_t>(*reinterpret_cast<std::size_t*>(block));
    std::free(block);
  }

  c10::Allocator* before_;
  inline static std::atomic<std::int64_t> live_ = 0;  // a tensor may outlive the counter
  std::int64_t start_ = 0;
  std::int64_t peak_ = 0;
};

policies::DecoderConfig measured_config() {
  auto config = scripted::tiny_config();
  config.hidden_size = 64;
  config.intermediate_size = 176;
  config.num_hidden_layers = 4;
  config.head_dim = 16;
  return config;
}

}  // namespace

TEST_CASE("weights, masters and moments take so many bytes a parameter", "[rl][memory]") {
  auto input = small();
  auto bytes = bytes_of(plan_memory(input));
  CHECK(bytes.at("master weights") == 4 * 1992);
  CHECK(bytes.at("AdamW moments") == 8 * 1992);
  CHECK_FALSE(bytes.contains("compute copies"));  // the masters compute
  CHECK_FALSE(bytes.contains("reference policy"));
  CHECK(bytes.at("rotary table") == 64 * 4 * 4);  // a cosine and a sine of each pair
  input.compute_bytes = 2;
  input.has_reference = true;
  bytes = bytes_of(plan_memory(input));
  CHECK(bytes.at("master weights") == 4 * 1992);
  CHECK(bytes.at("compute copies") == 2 * 1992);
  CHECK(bytes.at("reference policy") == 2 * 1992);
}

TEST_CASE("the cache holds a prompt and its answer for each slot, and one slot more", "[rl][memory]") {
  auto input = small();
  auto bytes = bytes_of(plan_memory(input));
  // Keys and values, 2 layers, 6 slots, 17 positions rounded up to 32, 1 head of 4 numbers of 4 bytes.
  CHECK(bytes.at("key-value cache") == 2 * 2 * 6 * 32 * 4 * 4);
  CHECK(bytes.at("logits of the slots") == 5 * 100 * 4);
  CHECK(bytes.at("forward of prompts and slots") == 5 * 10 * (2 * 8 + 3 * 16) * 4);
  input.slots = 500;  // more than there are answers
  CHECK(bytes_of(plan_memory(input)).at("key-value cache") == 2 * 2 * 13 * 32 * 4 * 4);
}

TEST_CASE("an update keeps gradients, activations and a chunk of logits", "[rl][memory]") {
  auto input = small();
  auto bytes = bytes_of(plan_memory(input));
  CHECK(bytes.at("gradient sums") == 4 * 1992);
  CHECK(bytes.at("gradients of a micro-batch") == 4 * 1992);
  // A layer: 4·8 + 16 (qkv) + 8 (output) + 3·16 numbers of 4 bytes and 4 floats: 432. The ends: 2·8 numbers, 4 floats
  // and 6 indices: 128.
  CHECK(saved_bytes_per_token(input) == 2 * 432 + 128);
  CHECK(bytes.at("activations of a micro-batch") == 20 * 992);
  CHECK(bytes.at("backward of a layer") == 20 * (2 * 8 + 3 * 16) * 4);
  CHECK(bytes.at("logits of a chunk") == 6 * (100 + 8) * 4);
  CHECK(bytes.at("gradient of the head") == 100 * 8 * (4 + 4));
  input.compute_bytes = 2;
  CHECK(saved_bytes_per_token(input) == 2 * (208 + 16) + 2 * 16 + 16 + 48);
}

TEST_CASE("an answer that is longer than a micro-batch goes alone, and no micro-batch is longer than its step",
          "[rl][memory]") {
  auto input = small();
  CHECK(micro_batch_tokens_at_most(input) == 20);
  input.micro_batch_tokens = 1;
  CHECK(micro_batch_tokens_at_most(input) == 17);
  input.micro_batch_tokens = 1000;
  CHECK(micro_batch_tokens_at_most(input) == 94);
}

TEST_CASE("the peak is what is always there and the larger of rollout and update", "[rl][memory]") {
  auto input = small();
  auto plan = plan_memory(input);
  CHECK(plan.bytes(MemoryPhase::kAlways) == 24'928);
  CHECK(plan.bytes(MemoryPhase::kRollout) == 27'088);
  CHECK(plan.bytes(MemoryPhase::kUpdate) == 49'888);
  CHECK(plan.peak() == 24'928 + 49'888);
  CHECK(plan.to_lower() == std::vector<std::string>{"train.micro_batch_tokens", "policy.logprob_chunk_tokens"});
  input.logprob_chunk_tokens = 1;  // 432 bytes beside 19,840
  CHECK(plan_memory(input).to_lower() == std::vector<std::string>{"train.micro_batch_tokens"});
  input.sequences = input.slots = 100;
  plan = plan_memory(input);
  CHECK(plan.peak() == plan.bytes(MemoryPhase::kAlways) + plan.bytes(MemoryPhase::kRollout));
  CHECK(plan.to_lower() == std::vector<std::string>{"rollout.slots"});
}

TEST_CASE("off the CPU attention's scores grow with the square of the tokens", "[rl][memory]") {
  auto input = small();
  input.attention = AttentionPath::kAten;
  // 20 · 20 scores of 2 heads are 3,200 bytes: kept with a mask of 400 bytes for 2 layers, and three more at work.
  CHECK(bytes_of(plan_memory(input)).at("attention scores") == 2 * (3200 + 400) + 3 * 3200);
}

TEST_CASE("a config's rollout and update are what the plan is of", "[rl][memory]") {
  auto config = training_fixture::config("length");
  config.policy.dtype = policies::ComputeType::kBFloat16;
  config.algorithm.beta = 0.1;
  const auto input = memory_input(config, small().model, 64, {10, 30, 400});
  CHECK(input.compute_bytes == 2);
  CHECK(input.slots == 8);
  CHECK(input.max_completion_length == 8);
  CHECK(input.longest_sequence == 30);
  CHECK(input.sequences == 400);
  CHECK(input.micro_batch_tokens == 4096);
  CHECK(input.step_tokens == 4 * (10 + 4 * 8));
  CHECK(input.has_reference);
  CHECK(input.attention == AttentionPath::kKernels);
}

TEST_CASE("what a policy and its optimizer take is what the plan says", "[rl][memory]") {
  const auto compute = GENERATE(policies::ComputeType::kFloat32, policies::ComputeType::kBFloat16);
  const auto model = measured_config();
  auto config = training_fixture::config("length");
  config.policy.dtype = compute;
  const auto plan =
      plan_memory(memory_input(config, policies::model_shape(model), model.max_position_embeddings, {20, 60, 16}));
  CountedMemory memory;
  const auto before = memory.live();
  const auto policy = policies::Policy::create(model, scripted::tokenizer(), 1, compute, at::kCPU);
  const FusedAdamW optimizer(policy.masters(), {});
  const auto planned = static_cast<double>(plan.bytes(MemoryPhase::kAlways));
  CAPTURE(planned, memory.live() - before);
  CHECK(std::abs(memory.live() - before - planned) < 0.01 * planned);
}

TEST_CASE("what an update takes at its peak is what the plan says, within a quarter", "[rl][memory]") {
  const auto compute = GENERATE(policies::ComputeType::kFloat32, policies::ComputeType::kBFloat16);
  const auto layers = GENERATE(2, 6);
  auto model = measured_config();
  model.num_hidden_layers = layers;
  auto config = resolve(training_fixture::config("length"), "train.json");
  config.policy.dtype = compute;
  config.policy.logprob_chunk_tokens = 128;
  config.train.micro_batch_tokens = 1024;
  config.rollout.num_generations = 25;
  config.rollout.sampling.max_completion_length = 40;
  config.rollout.prompts_per_step = 2;
  const auto plan =
      plan_memory(memory_input(config, policies::model_shape(model), model.max_position_embeddings, {20, 60, 50}));

  Experience experience;
  for (std::uint64_t seed = 0; seed < 2; ++seed) {  // a micro-batch each: 20 + 25 · 40 tokens
    const std::vector<std::int64_t> lengths(25, 40);
    std::vector<double> rewards(25, 0.0);
    rewards[0] = 1.0;
    experience.groups.push_back(training_fixture::group(20, lengths, rewards, seed));
  }
  const auto advantages =
      compute_advantages(config.algorithm, experience.rewards(), experience.is_valid(), experience.lengths());
  const auto rows = choose_rows(config.algorithm, experience, advantages);
  const auto denominators = step_denominators(rows.lengths, rows.weights, 40);

  CountedMemory memory;
  auto policy = policies::Policy::create(model, scripted::tokenizer(), 1, compute, at::kCPU);
  FusedAdamW optimizer(policy.masters(), {});
  cost::Ledger ledger;
  Update update(policy, optimizer, ledger);
  memory.begin();
  const auto batches = make_micro_batches(experience, advantages, rows, 0, 2, 1024, at::kCPU);
  REQUIRE(batches.size() == 2);
  for (const auto& batch : batches) {
    update.accumulate(batch.packed, 1.0, config.policy.logprob_chunk_tokens, [&](const policies::TokenLogprobs& token) {
      auto input = batch.input;
      input.logprobs = token.logprobs;
      input.entropy = token.entropy;
      return policy_loss(config.algorithm, input, denominators).loss;
    });
  }
  const auto planned = static_cast<double>(plan.bytes(MemoryPhase::kUpdate));
  CAPTURE(core::enum_name(compute), layers, planned, memory.peak(), memory.peak() / planned);
  CHECK(memory.peak() < 1.1 * planned);
  CHECK(memory.peak() > 0.75 * planned);
}

TEST_CASE("what a rollout takes at its peak is what the plan says, within a quarter", "[rl][memory]") {
  const auto compute = GENERATE(policies::ComputeType::kFloat32, policies::ComputeType::kBFloat16);
  const auto model = measured_config();
  auto config = training_fixture::config("length");
  config.policy.dtype = compute;
  config.rollout.slots = 64;
  config.rollout.sampling.max_completion_length = 40;
  const auto plan =
      plan_memory(memory_input(config, policies::model_shape(model), model.max_position_embeddings, {20, 60, 200}));
  CountedMemory memory;
  const auto policy = scripted::tiny_policy(model, 3, compute);
  std::vector<rollout::Prompt> prompts(200);  // an answer each, as in an evaluation: a prompt computed for every slot
  for (std::size_t i = 0; i < prompts.size(); ++i) prompts[i] = {tensor_checks::random_ids(20, 420, i), i};
  rollout::Generator generator(policy, config.rollout.slots);
  memory.begin();
  generator.generate(prompts, 1, config.rollout.sampling, {1, "rollout", 0}, [](rollout::Completion&&) {});
  const auto planned = static_cast<double>(plan.bytes(MemoryPhase::kRollout));
  CAPTURE(core::enum_name(compute), planned, memory.peak(), memory.peak() / planned);
  CHECK(memory.peak() < 1.1 * planned);
  CHECK(memory.peak() > 0.75 * planned);
}
