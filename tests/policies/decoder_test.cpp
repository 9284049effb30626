#include "policies/decoder.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <optional>

#include "policies/packed_batch.h"
#include "policies/reference_path.h"
#include "tests/policies/policy_fixture.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using policies::TokenTree;

namespace {

at::Tensor as_tensor(const std::vector<std::int32_t>& ids) {
  return at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong);
}

/// Logits of every token of sequences packed one behind the other.
at::Tensor packed_logits(const policies::Decoder& decoder, const std::vector<std::vector<std::int32_t>>& sequences) {
  std::vector<TokenTree> trees;
  std::vector<at::Tensor> ids;
  std::int64_t begin = 0;
  for (const auto& sequence : sequences) {
    const auto length = static_cast<std::int64_t>(sequence.size());
    trees.push_back({{begin, length}, {}});
    ids.push_back(as_tensor(sequence));
    begin += length;
  }
  const auto layout = policies::make_packed_layout(trees, at::kCPU);
  policies::PackedAttention attention(decoder.attention_spec(), layout);
  return decoder.logits(decoder.forward(at::cat(ids), attention));
}

}  // namespace

TEST_CASE("the logits are those of transformers, tied and untied, for two packed sequences", "[policies][decoder]") {
  const std::string name = GENERATE("tiny_llama_tied", "tiny_llama_untied", "tiny_llama_untied_sharded");
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const std::string of = name == "tiny_llama_untied_sharded" ? "tiny_llama_untied" : name;
  const auto policy = policy_fixture::load(name);
  const at::NoGradGuard no_grad;
  const auto logits =
      packed_logits(policy.decoder(), {policy_fixture::expected_ids(of, 0), policy_fixture::expected_ids(of, 1)});
  CHECK(difference(logits.narrow(0, 0, 12), policy_fixture::expected(of, "logits.0")) < 1e-4);
  CHECK(difference(logits.narrow(0, 12, 7), policy_fixture::expected(of, "logits.1")) < 1e-4);
}

TEST_CASE("loss and every gradient of two packed sequences are those of transformers", "[policies][decoder]") {
  const std::string name = GENERATE("tiny_llama_tied", "tiny_llama_untied");
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  auto policy = policy_fixture::load(name);
  policies::PackedBatchBuilder builder;
  builder.add_sequence(policy_fixture::expected_ids(name, 0), 1);
  builder.add_sequence(policy_fixture::expected_ids(name, 1), 1);
  const auto batch = std::move(builder).build(at::kCPU);
  const auto logprobs = policies::packed_logprobs(policy, batch, 1.0, 5).logprobs;
  const auto loss = -logprobs.mean();
  loss.backward();
  policy.collect_gradients();

  const auto expected_logprobs =
      at::cat({policy_fixture::expected(name, "logprobs.0"), policy_fixture::expected(name, "logprobs.1")});
  CHECK(difference(logprobs, expected_logprobs) < 1e-4);
  CHECK(relative_difference(loss, policy_fixture::expected(name, "loss")) < 1e-4);
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    std::int64_t row = 0;
    for (const auto& part : policy.parameters()[i].parts) {
      CAPTURE(part.name);
      CHECK(relative_difference(policy.gradients()[i].narrow(0, row, part.rows),
                                policy_fixture::expected(name, "grad." + part.name)) < 1e-4);
      row += part.rows;
    }
  }
}

TEST_CASE("bfloat16 weights give the logits to two digits", "[policies][decoder]") {
  const auto policy =
      policy_fixture::load("tiny_llama_tied", policies::ComputeType::kBFloat16, policies::Use::kInference);
  const at::NoGradGuard no_grad;
  const auto logits = packed_logits(policy.decoder(), {policy_fixture::expected_ids("tiny_llama_tied", 0)});
  CHECK(logits.scalar_type() == at::kBFloat16);
  CHECK(relative_difference(logits, policy_fixture::expected("tiny_llama_tied", "logits.0")) < 0.03);
}

TEST_CASE("slot decoding gives the logits of the packed forward", "[policies][decoder]") {
  const bool reference = GENERATE(false, true);
  CAPTURE(reference);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const auto policy = scripted::tiny_policy();
  const auto& decoder = policy.decoder();
  const at::NoGradGuard no_grad;
  const auto ids = random_ids(41, 420, 1);
  const auto expected = packed_logits(decoder, {ids});

  policies::KvCache cache(2, 3, 64, decoder.heads(), decoder.options());
  const auto layout = policies::make_packed_layout({{{0, 6}, {}}}, at::kCPU);
  policies::PrefillAttention prefill(decoder.attention_spec(), layout, cache, at::full({6}, 2, at::kLong));
  std::vector<at::Tensor> rows = {decoder.logits(decoder.forward(as_tensor(ids).narrow(0, 0, 6), prefill))};
  for (std::int64_t position = 6; position < 41; ++position) {
    policies::SlotAttention slot(decoder.attention_spec(), cache, at::tensor({2}, at::kLong),
                                 at::tensor({position}, at::kLong));
    rows.push_back(decoder.logits(decoder.forward(as_tensor(ids).narrow(0, position, 1), slot)));
  }
  CHECK(difference(at::log_softmax(at::cat(rows), 1), at::log_softmax(expected, 1)) < 1e-4);
}

TEST_CASE("a scripted policy's logits are its table, whatever came before", "[policies][decoder]") {
  const auto table = normal({420, 420}, 1);
  const auto policy = scripted::scripted_policy(table);
  const at::NoGradGuard no_grad;
  const auto ids = random_ids(20, 420, 2);
  CHECK(difference(packed_logits(policy.decoder(), {ids}), table.index_select(0, as_tensor(ids))) < 1e-4);
}
