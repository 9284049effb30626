#include "policies/hf_config.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"

using namespace hone;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using policies::DecoderConfig;
using policies::parse_decoder_config;

namespace {

const std::filesystem::path kFixtures = "tests/fixtures/hf";

json small() {
  return {{"architectures", {"LlamaForCausalLM"}},
          {"vocab_size", 96},
          {"hidden_size", 32},
          {"intermediate_size", 48},
          {"num_hidden_layers", 2},
          {"num_attention_heads", 4}};
}

std::string complaint(const json& changes) {
  auto config = small();
  config.update(changes);
  try {
    (void)parse_decoder_config(config, "config.json");
  } catch (const core::DataError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a config.json of transformers 5 is read", "[policies][hf_config]") {
  const auto config = policies::load_decoder_config(kFixtures / "tiny_llama_tied");
  const DecoderConfig expected{.vocab_size = 96,
                               .hidden_size = 32,
                               .intermediate_size = 48,
                               .num_hidden_layers = 2,
                               .num_attention_heads = 4,
                               .num_key_value_heads = 2,
                               .head_dim = 8,
                               .rms_norm_eps = 1e-5,
                               .rope = {.theta = 5000.0},
                               .max_position_embeddings = 64,
                               .tie_word_embeddings = true,
                               .bos_token_id = 1,
                               .eos_token_ids = {2},
                               .pad_token_id = std::nullopt};
  CHECK(config == expected);
  CHECK_FALSE(policies::load_decoder_config(kFixtures / "tiny_llama_untied").tie_word_embeddings);
}

TEST_CASE("a config.json of older transformers is read, with what it leaves out at Llama's defaults",
          "[policies][hf_config]") {
  auto written = small();
  written.update({{"rope_theta", 500000.0}, {"rope_scaling", nullptr}, {"eos_token_id", {2, 5}}, {"pad_token_id", -1}});
  const auto config = parse_decoder_config(written, "config.json");
  CHECK(config.rope.theta == 500000.0);
  CHECK(config.num_key_value_heads == 4);
  CHECK(config.head_dim == 8);
  CHECK(config.rms_norm_eps == 1e-6);
  CHECK(config.max_position_embeddings == 2048);
  CHECK_FALSE(config.tie_word_embeddings);
  CHECK(config.eos_token_ids == std::vector<std::int64_t>{2, 5});
  CHECK_FALSE(config.pad_token_id);
  CHECK(parse_decoder_config(small(), "config.json").rope.theta == 10000.0);
}

TEST_CASE("generation_config.json adds the ends of an answer that it names", "[policies][hf_config]") {
  auto config = parse_decoder_config(small(), "config.json");
  config.eos_token_ids = {2};
  policies::add_generation_config(config, {{"eos_token_id", {7, 2, 9}}}, "generation_config.json");
  CHECK(config.eos_token_ids == std::vector<std::int64_t>{2, 7, 9});
  CHECK_THROWS_WITH(policies::add_generation_config(config, {{"eos_token_id", 96}}, "generation_config.json"),
                    ContainsSubstring("generation_config.json: eos_token_id is 96, needs an integer from 0 to 95"));
}

TEST_CASE("what would change the mathematics is refused with file and key", "[policies][hf_config]") {
  CHECK(complaint({{"architectures", {"MambaForCausalLM"}}}) ==
        "config.json: architectures is [\"MambaForCausalLM\"], needs one of LlamaForCausalLM, MistralForCausalLM, "
        "Qwen2ForCausalLM, Qwen3ForCausalLM, Gemma3ForCausalLM");
  CHECK_THAT(complaint({{"architectures", nullptr}}), ContainsSubstring("needs one of LlamaForCausalLM"));
  CHECK(complaint({{"architectures", nullptr}, {"model_type", "llama"}}).empty());
  CHECK(complaint({{"hidden_act", "gelu"}}) ==
        "config.json: hidden_act is \"gelu\", needs \"silu\", the only one that is supported");
  CHECK_THAT(complaint({{"quantization_config", {{"bits", 4}}}}), ContainsSubstring("quantization_config is"));
  CHECK(complaint({{"rope_scaling", {{"rope_type", "longrope"}, {"factor", 8.0}}}}) ==
        "config.json: rope_scaling.rope_type is \"longrope\", needs one of default, linear, llama3, yarn");
  CHECK_THAT(complaint({{"rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}}}}),
             ContainsSubstring("rope_scaling.type is \"dynamic\""));
  CHECK_THAT(complaint({{"rope_scaling", {{"factor", 2.0}}}}), ContainsSubstring("rope_scaling.factor is 2.0"));
  CHECK_THAT(complaint({{"rope_parameters", {{"rope_type", "yarn"}}}}),
             ContainsSubstring("needs rope_parameters.factor"));
  CHECK_THAT(complaint({{"architectures", {"Gemma3ForCausalLM"}},
                        {"hidden_activation", "gelu_pytorch_tanh"},
                        {"final_logit_softcapping", 30.0}}),
             ContainsSubstring("final_logit_softcapping is 30.0"));
  CHECK_THAT(
      complaint(
          {{"architectures", {"MistralForCausalLM"}}, {"layer_types", {"full_attention"}}, {"sliding_window", 8}}),
      ContainsSubstring("layer_types is [\"full_attention\"], needs a list of"));
  CHECK_THAT(complaint({{"rope_parameters", 3}}), ContainsSubstring("rope_parameters is 3, needs an object"));
}

TEST_CASE("a size that cannot be is refused with file and key", "[policies][hf_config]") {
  CHECK_THAT(complaint({{"vocab_size", 0}}),
             ContainsSubstring("config.json: vocab_size is 0, needs an integer from 1"));
  CHECK_THAT(complaint({{"vocab_size", 18446744073709551615ULL}}), ContainsSubstring("vocab_size is 1844674407"));
  CHECK_THAT(complaint({{"hidden_size", -32}}), ContainsSubstring("hidden_size is -32"));
  CHECK_THAT(complaint({{"hidden_size", "32"}}), ContainsSubstring("hidden_size is \"32\""));
  CHECK_THAT(complaint({{"hidden_size", 32.5}}), ContainsSubstring("hidden_size is 32.5"));
  CHECK_THAT(complaint({{"hidden_size", nullptr}}), ContainsSubstring("config.json: needs hidden_size"));
  CHECK_THAT(complaint({{"hidden_size", 34}}), ContainsSubstring("a multiple of num_attention_heads"));
  CHECK_THAT(complaint({{"num_key_value_heads", 3}}), ContainsSubstring("a divisor of num_attention_heads, 4"));
  CHECK_THAT(complaint({{"head_dim", 7}}), ContainsSubstring("head_dim is 7, needs an even number"));
  CHECK_THAT(complaint({{"rms_norm_eps", 0}}), ContainsSubstring("rms_norm_eps is 0, needs a positive number"));
  CHECK_THAT(complaint({{"rope_theta", "big"}}), ContainsSubstring("rope_theta is \"big\""));
  CHECK_THAT(complaint({{"tie_word_embeddings", 1}}), ContainsSubstring("needs true or false"));
  CHECK_THAT(complaint({{"bos_token_id", 96}}), ContainsSubstring("bos_token_id is 96, needs an integer from 0 to 95"));
  CHECK_THAT(complaint({{"bos_token_id", {1, 2}}}), ContainsSubstring("needs one id"));
}

TEST_CASE("a config that was saved is read back the same", "[policies][hf_config]") {
  auto name = (std::filesystem::temp_directory_path() / "hone-config-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  auto config = policies::load_decoder_config(kFixtures / "tiny_llama_tied");
  config.eos_token_ids = {2, 9};
  config.pad_token_id = 0;
  config.rms_norm_eps = 1.0 / 3.0;
  policies::save_config_files(folder, policies::new_config_files(config), "bfloat16");
  CHECK(policies::load_decoder_config(folder) == config);
  config.eos_token_ids.clear();
  config.bos_token_id.reset();
  policies::save_config_files(folder, policies::new_config_files(config), "float32");
  CHECK(policies::load_decoder_config(folder) == config);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a missing or broken config.json is named", "[policies][hf_config]") {
  auto name = (std::filesystem::temp_directory_path() / "hone-config-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  CHECK_THROWS_AS(policies::load_decoder_config(folder), core::FileError);
  for (const std::string& text :
       {std::string("{"), std::string("[]"), std::string(100'000, '['), std::string("\xff")}) {
    std::ofstream(folder / "config.json") << text;
    CHECK_THROWS_AS(policies::load_decoder_config(folder), core::DataError);
    CHECK_THROWS_WITH(policies::load_decoder_config(folder), ContainsSubstring("config.json: "));
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("random damage to a config.json is read or refused, never worse", "[policies][hf_config][fuzz]") {
  core::RandomStream random(3, "config fuzz");
  const auto good = core::read_file(kFixtures / "tiny_llama_tied/config.json");
  const std::vector<json> values = {nullptr,
                                    true,
                                    -1,
                                    0,
                                    1e300,
                                    18446744073709551615ULL,
                                    "x",
                                    json::array(),
                                    json::object(),
                                    json::array({1, "a"}),
                                    3.5,
                                    -9223372036854775807LL};
  int refused = 0;
  for (int round = 0; round < 5000; ++round) {
    auto config = json::parse(good);
    for (int i = 0; i < 2; ++i) {
      auto& target = random.chance(0.2) ? config["rope_parameters"] : config;
      if (!target.is_object()) continue;
      auto entry = target.begin();
      if (entry == target.end()) continue;
      std::advance(entry, random.integer(0, static_cast<std::int64_t>(target.size()) - 1));
      *entry = random.pick(values);
    }
    try {
      const auto parsed = parse_decoder_config(config, "config.json");
      CHECK(parsed.vocab_size >= 1);
      CHECK(parsed.head_dim % 2 == 0);
    } catch (const core::DataError& error) {
      ++refused;
      CHECK(std::string(error.what()).find("config.json: ") == 0);
    }
  }
  CHECK(refused > 2000);
}

TEST_CASE("the cost's shape of a model is its config's", "[policies][hf_config]") {
  const auto shape = policies::model_shape(policies::load_decoder_config(kFixtures / "tiny_llama_untied"));
  CHECK(shape.vocab == 96);
  CHECK(shape.hidden == 32);
  CHECK(shape.intermediate == 48);
  CHECK(shape.layers == 2);
  CHECK(shape.heads == 4);
  CHECK(shape.kv_heads == 2);
  CHECK(shape.head_dim == 8);
  CHECK_FALSE(shape.tied_head);
}
