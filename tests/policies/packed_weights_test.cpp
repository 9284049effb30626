#include "policies/packed_weights.h"

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "policies/policy.h"
#include "tests/policies/family_fixture.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;

TEST_CASE("a product with a packed weight is the product with the weight", "[policies][packed]") {
  const auto rows = GENERATE(1, 5, 64, 200);
  const bool has_bias = GENERATE(false, true);
  const auto weight = normal({96, 64}, 1).to(at::kBFloat16);
  const auto bias = has_bias ? normal({96}, 2).to(at::kBFloat16) : at::Tensor();
  const auto x = normal({rows, 64}, 3).to(at::kBFloat16);
  const auto packed = policies::packed_weight(weight, 64);
  if (!packed.defined()) SKIP("this CPU has no bfloat16 instructions, where packing pays nothing");
  const auto exact =
      at::linear(x.to(at::kDouble), weight.to(at::kDouble), has_bias ? bias.to(at::kDouble) : at::Tensor());
  CHECK(relative_difference(policies::packed_linear(x, packed, bias), exact) < 5e-3);  // one rounding to 8 bits
}

TEST_CASE("float32 weights stay as they are", "[policies][packed]") {
  CHECK_FALSE(policies::packed_weight(normal({8, 8}, 1), 4).defined());
}

TEST_CASE("a policy whose weights are packed gives the same logits, and is its plain self again after",
          "[policies][packed]") {
  const std::string name = GENERATE("llama_linear", "qwen3", "gemma3");
  const auto policy =
      policy_fixture::load("families/" + name, policies::ComputeType::kBFloat16, policies::Use::kInference);
  const auto& decoder = policy.decoder();
  const auto ids = family_fixture::expected_ids(name, "token_ids.0");
  const auto logits = [&] {
    const at::NoGradGuard no_grad;
    const auto layout = policies::make_packed_layout({{{0, static_cast<std::int64_t>(ids.size())}, {}}}, at::kCPU);
    policies::PackedAttention attention(decoder.attention_spec(), layout);
    return decoder.logits(
        decoder.forward(at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong), attention));
  };
  const auto before = logits();
  {
    const policies::Decoder::Packed packed(decoder, 8);
    CHECK(relative_difference(logits(), before) < 3e-2);
  }
  CHECK(logits().equal(before));
}
