#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "policies/packed_batch.h"
#include "policies/reference_path.h"
#include "tests/policies/family_fixture.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using policies::Policy;

/// Every family against transformers: tests/fixtures/hf/README.md says what the folders hold.
namespace {

std::vector<std::vector<std::int32_t>> sequences(const std::string& name) {
  return {family_fixture::expected_ids(name, "token_ids.0"), family_fixture::expected_ids(name, "token_ids.1")};
}

at::Tensor both(const std::string& name, const std::string& tensor) {
  return at::cat({family_fixture::expected(name, tensor + ".0"), family_fixture::expected(name, tensor + ".1")});
}

/// Logits of every token of sequences packed one behind the other.
at::Tensor packed_logits(const policies::Decoder& decoder, const std::vector<std::vector<std::int32_t>>& packed) {
  std::vector<policies::TokenTree> trees;
  std::vector<std::int64_t> ids;
  for (const auto& sequence : packed) {
    trees.push_back({{static_cast<std::int64_t>(ids.size()), static_cast<std::int64_t>(sequence.size())}, {}});
    ids.insert(ids.end(), sequence.begin(), sequence.end());
  }
  const auto layout = policies::make_packed_layout(trees, at::kCPU);
  policies::PackedAttention attention(decoder.attention_spec(), layout);
  return decoder.logits(decoder.forward(at::tensor(ids, at::kLong), attention));
}

at::Tensor logprobs(const Policy& policy, const std::vector<std::vector<std::int32_t>>& packed) {
  policies::PackedBatchBuilder builder;
  for (const auto& sequence : packed) {
    builder.add_sequence(sequence, 1);
  }
  return policies::packed_logprobs(policy, std::move(builder).build(at::kCPU), 1.0, 16).logprobs;
}

/// The kernels where they serve, or the ATen calls that serve the devices without one.
struct Path {
  std::optional<policies::ReferencePath> path;
  explicit Path(bool reference) {
    if (reference) {
      path.emplace();
    }
  }
};

}  // namespace

TEST_CASE("each family's logits are those of transformers", "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::all_folders()));
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  const Path path(reference);
  const auto policy = family_fixture::load(name);
  const at::NoGradGuard no_grad;
  CHECK(difference(packed_logits(policy.decoder(), sequences(name)), both(name, "logits")) < 1e-4);
}

TEST_CASE("each family's log-probabilities are those of transformers, alone and packed, and the same in both",
          "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::all_folders()));
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  const Path path(reference);
  const auto policy = family_fixture::load(name);
  const at::NoGradGuard no_grad;
  const auto both_sequences = sequences(name);
  const auto expected = both(name, "logprobs");
  const auto packed = logprobs(policy, both_sequences);
  const auto alone = at::cat({logprobs(policy, {both_sequences[0]}), logprobs(policy, {both_sequences[1]})});
  const auto turned = logprobs(policy, {both_sequences[1], both_sequences[0]});
  CHECK(difference(packed, expected) < 1e-5);
  CHECK(difference(alone, expected) < 1e-5);
  CHECK(difference(packed, alone) < 1e-5);
  CHECK(difference(at::cat({turned.narrow(0, 12, 39), turned.narrow(0, 0, 12)}), packed) < 1e-5);
}

TEST_CASE("in each family a prompt shared by its completions gives what copies of it give", "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  const Path path(reference);
  const auto policy = family_fixture::load(name);
  const at::NoGradGuard no_grad;
  // The first completion is transformers' sequence going on; windows of 8 tokens reach from it into the prompt.
  const auto whole = family_fixture::expected_ids(name, "token_ids.0");
  const std::vector<std::int32_t> prompt(whole.begin(), whole.begin() + 15);
  const std::vector<std::int32_t> first(whole.begin() + 15, whole.end());
  const auto second = family_fixture::expected_ids(name, "token_ids.1");
  auto joined = prompt;
  joined.insert(joined.end(), second.begin(), second.end());

  policies::PackedBatchBuilder builder;
  const std::vector<policies::PackedBatchBuilder::Ids> completions = {first, second};
  builder.add_group(prompt, completions);
  const auto shared = policies::packed_logprobs(policy, std::move(builder).build(at::kCPU), 1.0, 16).logprobs;
  const auto expected = family_fixture::expected(name, "logprobs.0").narrow(0, 14, 25);
  CHECK(difference(shared.narrow(0, 0, 25), expected) < 1e-5);
  CHECK(difference(shared.narrow(0, 25, 13), logprobs(policy, {joined}).narrow(0, 14, 13)) < 1e-5);
}

TEST_CASE("each family's loss and every gradient of an update are those of transformers", "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  const Path path(reference);
  auto policy = family_fixture::load(name);
  const auto loss = -logprobs(policy, sequences(name)).mean();
  loss.backward();
  policy.collect_gradients();

  CHECK(relative_difference(loss, family_fixture::expected(name, "loss")) < 1e-4);
  double squares = 0.0;
  std::size_t parts = 0;
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    const auto& gradient = policy.gradients()[i];
    REQUIRE(gradient.defined());
    std::int64_t row = 0;
    for (const auto& part : policy.parameters()[i].parts) {
      CAPTURE(part.name);
      const auto expected = family_fixture::expected(name, "grad." + part.name);
      CHECK(relative_difference(gradient.narrow(0, row, part.rows), expected) < 1e-4);
      row += part.rows;
      ++parts;
    }
    squares += gradient.to(at::kDouble).square().sum().item<double>();
  }
  const auto file = policies::WeightFiles::open(family_fixture::folder(name));
  CHECK(parts == file.names().size());  // no weight was left without a gradient
  CHECK(relative_difference(at::scalar_tensor(std::sqrt(squares)), family_fixture::expected(name, "step.grad_norm")) <
        1e-4);
}

TEST_CASE("each family's loss after a first step of AdamW is that of transformers", "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  CAPTURE(name);
  auto policy = family_fixture::load(name);
  (-logprobs(policy, sequences(name)).mean()).backward();
  policy.collect_gradients();
  const at::NoGradGuard no_grad;
  const auto norm = family_fixture::expected(name, "step.grad_norm").item<double>();
  for (std::size_t i = 0; i < policy.masters().size(); ++i) {
    // Moments of one step, their bias corrected: the gradient and its square. Learning rate 0.01, epsilon 1e-8, clipped
    // to a norm of 1.
    const auto clipped = policy.gradients()[i] / std::max(1.0, norm);
    policy.masters()[i].sub_(clipped / (clipped.abs() + 1e-8) * 0.01);
  }
  policy.refresh();
  const auto loss = -logprobs(policy, sequences(name)).mean();
  CHECK(relative_difference(loss, family_fixture::expected(name, "step.loss")) < 1e-4);
}

TEST_CASE("a config.json of older transformers says the same as today's", "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  CAPTURE(name);
  const auto folder = family_fixture::folder(name);
  const TemporaryFolder older;
  std::filesystem::copy(folder / "config_v4.json", older.path / "config.json");
  std::filesystem::copy(folder / "generation_config.json", older.path / "generation_config.json");
  CHECK(policies::load_decoder_config(older.path) == policies::load_decoder_config(folder));
}

TEST_CASE("every end of an answer that a family's generation_config.json lists is known", "[policies][families]") {
  using Ids = std::vector<std::int64_t>;
  const auto ends = [](const std::string& name) {
    return policies::load_decoder_config(family_fixture::folder(name)).eos_token_ids;
  };
  CHECK(ends("llama3_rope") == Ids{2, 7});
  CHECK(ends("qwen2") == Ids{2, 5});
  CHECK(ends("gemma3") == Ids{1, 7});
  CHECK(ends("mistral") == Ids{2});
}

TEST_CASE("each family comes back from a save with its config, and the names and bits of its weights",
          "[policies][families]") {
  const std::string name = GENERATE(from_range(family_fixture::all_folders()));
  CAPTURE(name);
  const TemporaryFolder saved;
  family_fixture::load(name).save(saved.path);
  CHECK(policies::load_decoder_config(saved.path) == policies::load_decoder_config(family_fixture::folder(name)));
  const auto before = policies::WeightFiles::open(family_fixture::folder(name));
  const auto after = policies::WeightFiles::open(saved.path);
  CHECK(after.names() == before.names());
  for (const auto& tensor : before.names()) {
    CAPTURE(tensor);
    CHECK(after.shape(tensor) == before.shape(tensor));
    CHECK(after.load(tensor).to(at::kFloat).equal(before.load(tensor).to(at::kFloat)));
  }
}

TEST_CASE("half-precision files of a family give the numbers in them, exactly", "[policies][families]") {
  const std::string name = GENERATE("qwen3_bfloat16", "mistral_full_float16");
  CAPTURE(name);
  const auto file = policies::WeightFiles::open(family_fixture::folder(name));
  CHECK(file.load("model.norm.weight").scalar_type() == (name == "qwen3_bfloat16" ? at::kBFloat16 : at::kHalf));
  const auto policy = family_fixture::load(name);
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    std::int64_t row = 0;
    for (const auto& part : policy.parameters()[i].parts) {
      CAPTURE(part.name);
      CHECK(policy.masters()[i].narrow(0, row, part.rows).equal(file.load(part.name).to(at::kFloat)));
      row += part.rows;
    }
  }
}

TEST_CASE("rotary angles of every kind of scaling are those of transformers", "[policies][families]") {
  const auto cases = nlohmann::json::parse(std::ifstream("tests/fixtures/hf/families/rope.json"));
  REQUIRE(cases.size() == 9);
  for (const auto& wanted : cases) {
    CAPTURE(wanted.at("name").get<std::string>());
    const auto config = policies::parse_decoder_config(wanted.at("config"), "config.json");
    const auto policy = Policy::create(config, scripted::tokenizer(), 1, policies::ComputeType::kFloat32, at::kCPU);
    const auto& rotary = policy.decoder().attention_spec().rotary.front();
    const auto frequencies = at::tensor(wanted.at("inv_freq").get<std::vector<double>>(), at::kDouble);
    const auto factor = wanted.at("attention_factor").get<double>();
    for (const std::int64_t position : {0, 1, 7, 100}) {
      CAPTURE(position);
      const auto angles = frequencies * static_cast<double>(position);
      CHECK(difference(rotary.cosines[position], angles.cos() * factor) < 5e-5);
      CHECK(difference(rotary.sines[position], angles.sin() * factor) < 5e-5);
    }
  }
}
