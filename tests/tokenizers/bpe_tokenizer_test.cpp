#include "policies/tokenizers/bpe_tokenizer.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>

#include "core/error.h"
#include "tests/tokenizers/family.h"

using namespace hone;
using Catch::Matchers::ContainsSubstring;
using policies::BpeTokenizer;
using policies::StreamDecoder;
using Ids = std::vector<std::int32_t>;

TEST_CASE("bos is what the tokenizer itself puts before plain text", "[tokenizers][bpe]") {
  CHECK(family("llama3")->bos_id() == 700);
  CHECK(family("llama2")->bos_id() == 1);
  CHECK(family("gemma")->bos_id() == 2);
  CHECK_FALSE(family("gpt2")->bos_id());
  CHECK_FALSE(family("qwen2")->bos_id());
  CHECK_FALSE(family("smollm")->bos_id());
}

TEST_CASE("tokenizer_config.json says which token ends an answer, and may overrule bos", "[tokenizers][bpe]") {
  const TokenizerFolder folder;
  folder.put("tokenizer.json", family_json("llama2").dump());
  CHECK_FALSE(policies::load_tokenizer(folder.path)->eos_id());
  folder.put("special_tokens_map.json", R"({"eos_token": {"content": "</s>", "lstrip": false}})");
  CHECK(policies::load_tokenizer(folder.path)->eos_id() == 2);
  folder.put("tokenizer_config.json", R"({"eos_token": "<s>", "bos_token": "<s>", "add_bos_token": false})");
  CHECK(policies::load_tokenizer(folder.path)->eos_id() == 1);
  CHECK_FALSE(policies::load_tokenizer(folder.path)->bos_id());
  folder.put("tokenizer_config.json", R"({"bos_token": "</s>", "add_bos_token": true})");
  CHECK(policies::load_tokenizer(folder.path)->bos_id() == 2);
  CHECK(policies::load_tokenizer(folder.path)->eos_id() == 2);
  folder.put("tokenizer_config.json", R"({"eos_token": "<end>"})");
  CHECK_THROWS_WITH(
      policies::load_tokenizer(folder.path),
      ContainsSubstring("tokenizer_config.json: eos_token is \"<end>\", needs a token of the vocabulary"));
}

TEST_CASE("control tokens spell nothing, and others their bytes", "[tokenizers][bpe]") {
  const auto tokenizer = family("gpt2");
  const auto end = *tokenizer->control_id("<|endoftext|>");
  CHECK(tokenizer->token_text(end) == "<|endoftext|>");
  CHECK(tokenizer->token_bytes(end).empty());
  const auto the = tokenizer->encode(" the");
  REQUIRE(the.size() == 1);
  CHECK(tokenizer->token_text(the.front()) == "\xC4\xA0the");
  CHECK(tokenizer->token_bytes(the.front()) == " the");
  const auto llama = family("llama2");
  CHECK(llama->token_bytes(3 + 0xE2) == "\xE2");
  CHECK(llama->token_text(3 + 0xE2) == "<0xE2>");
}

TEST_CASE("only a decoder that takes a leading space off says so", "[tokenizers][bpe]") {
  CHECK(family("llama2")->adds_leading_space());
  CHECK(family("mistral")->adds_leading_space());
  CHECK_FALSE(family("gemma")->adds_leading_space());
  CHECK_FALSE(family("qwen2")->adds_leading_space());
}

TEST_CASE("a vocabulary with holes counts up to its largest id, and a hole is no token", "[tokenizers][bpe]") {
  auto json = family_json("gpt2");
  json["added_tokens"][0]["id"] = 710;
  const auto tokenizer = tokenizer_of(json);
  CHECK(tokenizer->vocab_size() == 711);
  CHECK(tokenizer->control_id("<|endoftext|>") == 710);
  CHECK(tokenizer->decode(tokenizer->encode("a hole")) == "a hole");
  for (const std::int32_t id : {-1, 705, 711}) {
    CHECK_THROWS_AS(tokenizer->token_text(id), core::DataError);
    CHECK_THROWS_AS(tokenizer->token_bytes(id), core::DataError);
    CHECK_THROWS_AS(tokenizer->decode(Ids{id}), core::DataError);
  }
}

TEST_CASE("a stream of byte-level tokens never shows a part of a character", "[tokenizers][bpe]") {
  const auto tokenizer = family("smollm");
  const std::string text = "\xE6\xBC\xA2\xE5\xAD\x97 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 e\xCC\x81.";
  StreamDecoder decoder(*tokenizer);
  std::string joined;
  for (const auto id : tokenizer->encode(text)) {
    const auto part = decoder.push(id);
    CHECK_NOTHROW(nlohmann::json(part).dump());  // refuses what is not UTF-8
    joined += part;
  }
  CHECK(joined + decoder.finish() == text);
}

TEST_CASE("a saved tokenizer is the files that were loaded, byte for byte", "[tokenizers][bpe]") {
  const TokenizerFolder from;
  const TokenizerFolder to;
  const std::string config = "{ \"eos_token\" : \"<|im_end|>\" }\r\n";
  from.put("tokenizer.json", core::read_file(kFamilyFolder / "qwen2.json"));
  from.put("tokenizer_config.json", config);
  from.put("chat_template.jinja", "{{ messages }}");
  from.put("merges.txt", "#version: 0.2\n");
  from.put("README.md", "not the tokenizer's");
  policies::load_tokenizer(from.path)->save(to.path);
  for (const char* name : {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "merges.txt"}) {
    CHECK(core::read_file(to.path / name) == core::read_file(from.path / name));
  }
  CHECK(std::distance(std::filesystem::directory_iterator(to.path), {}) == 4);
}

TEST_CASE("a folder of a SentencePiece model keeps its own tokenizer_config.json", "[tokenizers][bpe]") {
  const TokenizerFolder from;
  const TokenizerFolder to;
  from.put("tokenizer.model", core::read_file("tests/fixtures/tokenizer/bpe.model"));
  from.put("tokenizer_config.json", "{\"mine\": 1}");
  policies::load_tokenizer(from.path)->save(to.path);
  CHECK(core::read_file(to.path / "tokenizer_config.json") == "{\"mine\": 1}");
}

TEST_CASE("a Unigram tokenizer.json gives way to the tokenizer.model beside it", "[tokenizers][bpe]") {
  const TokenizerFolder folder;
  auto json = family_json("llama2");
  json["model"] = {{"type", "Unigram"}, {"vocab", nlohmann::json::array()}};
  folder.put("tokenizer.json", json.dump());
  CHECK_THROWS_WITH(policies::load_tokenizer(folder.path),
                    ContainsSubstring("model.type is \"Unigram\", needs \"BPE\""));
  folder.put("tokenizer.model", core::read_file("tests/fixtures/tokenizer/unigram.model"));
  CHECK(policies::load_tokenizer(folder.path)->vocab_size() == 340);
  // One that is broken does not: the two could differ.
  folder.put("tokenizer.json", "{}");
  CHECK_THROWS_AS(policies::load_tokenizer(folder.path), core::DataError);
}

TEST_CASE("threads that share a tokenizer get the ids that one alone gets", "[tokenizers][bpe]") {
  const auto tokenizer = family("llama3");
  const auto text_of = [](int i) {
    return "the answer " + std::to_string(i * 7919) + " is so much more than " + std::to_string(i);
  };
  std::vector<Ids> alone;
  for (int i = 0; i < 400; ++i) alone.push_back(tokenizer->encode(text_of(i)));
  std::vector<std::vector<Ids>> together(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : together) {
      threads.emplace_back([&] {
        for (int i = 0; i < 400; ++i) mine.push_back(tokenizer->encode(text_of(i)));
      });
    }
  }
  for (const auto& mine : together) CHECK(mine == alone);
}
