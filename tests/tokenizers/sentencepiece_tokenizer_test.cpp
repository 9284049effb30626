#include "policies/tokenizers/sentencepiece_tokenizer.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"

using namespace hone;
using Catch::Matchers::ContainsSubstring;
using policies::SentencePieceTokenizer;
using policies::StreamDecoder;

namespace {

const std::filesystem::path kFixtures = "tests/fixtures/tokenizer";

std::unique_ptr<SentencePieceTokenizer> bpe() {
  return SentencePieceTokenizer::load(kFixtures / "bpe.model");
}

nlohmann::json record(const std::string& name) {
  return nlohmann::json::parse(core::read_file(kFixtures / (name + ".json")));
}

/// Random characters of one to four bytes, with spaces, newlines and the space mark among them.
std::string random_text(core::RandomStream& random) {
  const std::vector<std::string> parts = {" ",
                                          "  ",
                                          "\n",
                                          "\t",
                                          "\r",
                                          "a",
                                          "th",
                                          "7",
                                          "<",
                                          "/",
                                          "s",
                                          ">",
                                          "</s>",
                                          "<s>",
                                          "<unk>",
                                          "<0x0A>",
                                          "\xE2\x96\x81",
                                          "\xE2\x96\x85",
                                          "\xC3\xA9",
                                          "e\xCC\x81",
                                          "\xE6\xBC\xA2",
                                          "\xF0\x9F\x99\x82",
                                          "\xEF\xBB\xBF",
                                          "\xC2\xA0",
                                          "\x7F",
                                          "\x01",
                                          std::string(1, '\0')};
  std::string text;
  for (auto left = random.integer(0, 30); left > 0; --left) text += random.pick(parts);
  return text;
}

}  // namespace

TEST_CASE("ids and text agree with Python's SentencePiece on every recorded string", "[tokenizers]") {
  const std::string name = GENERATE("bpe", "unigram", "prefixed");
  const auto expected = record(name);
  const auto tokenizer = SentencePieceTokenizer::load(kFixtures / (name + ".model"));
  REQUIRE(expected["cases"].size() > 200);
  REQUIRE(tokenizer->vocab_size() == static_cast<std::int64_t>(expected["pieces"].size()));
  for (std::int32_t id = 0; id < tokenizer->vocab_size(); ++id) {
    CHECK(tokenizer->token_text(id) == expected["pieces"][static_cast<std::size_t>(id)].get<std::string>());
  }
  for (const auto& one : expected["cases"]) {
    const auto text = one["text"].get<std::string>();
    INFO(name << ": " << text);
    const auto ids = tokenizer->encode(text);
    CHECK(ids == one["ids"].get<std::vector<std::int32_t>>());
    CHECK(tokenizer->decode(ids) == one["decoded"].get<std::string>());
  }
}

TEST_CASE("a model whose piece begins with a zero byte is refused by name", "[tokenizers]") {
  using namespace std::string_literals;
  // ModelProto: pieces <ukn (of no kind that is known by default), two zero bytes (byte), <0x3…
  const auto bytes =
      "\n\016\n\005<ukn\0\025\0>\0\0\030\002"
      "\n\014\n\n\0\0\030\006\n\017\n\006<0x3"s;
  CHECK_THROWS_WITH(SentencePieceTokenizer::from_bytes(bytes, "zero.model"),
                    "zero.model: is not a SentencePiece model");
}

TEST_CASE("any text survives the way to ids and back", "[tokenizers]") {
  const auto tokenizer = SentencePieceTokenizer::load(kFixtures / GENERATE("bpe.model", "unigram.model"));
  core::RandomStream random(1, "tokenizer round trip");
  for (int round = 0; round < 3000; ++round) {
    const auto text = random_text(random);
    const auto ids = tokenizer->encode(text);
    CHECK(tokenizer->decode(ids) == text);
    for (const auto id : ids) CHECK((id > 2 && id < tokenizer->vocab_size()));  // nothing unknown, nothing control
  }
}

TEST_CASE("control tokens written in a text stay text", "[tokenizers]") {
  const auto tokenizer = bpe();
  CHECK(tokenizer->bos_id() == 1);
  CHECK(tokenizer->eos_id() == 2);
  for (const char* text : {"</s>", "<s>", "<unk>", "before</s>after"}) {
    for (const auto id : tokenizer->encode(text)) CHECK(id > 2);
  }
  const std::vector<std::int32_t> ids = {1, tokenizer->encode("a").at(0), 2};
  CHECK(tokenizer->decode(ids) == "a");
  CHECK(tokenizer->token_text(2) == "</s>");
  CHECK(tokenizer->token_bytes(2).empty());
}

TEST_CASE("malformed bytes become U+FFFD on the way in and on the way out", "[tokenizers]") {
  const auto tokenizer = bpe();
  CHECK(tokenizer->decode(tokenizer->encode("a\xFF"
                                            "b")) ==
        "a\xEF\xBF\xBD"
        "b");
  // Byte tokens follow <unk>, <s>, </s> and "\n": 0xE2 without its continuation is no character.
  const std::int32_t lone_byte = 4 + 0xE2;
  REQUIRE(tokenizer->token_text(lone_byte) == "<0xE2>");
  CHECK(tokenizer->decode(std::vector<std::int32_t>{lone_byte}) == "\xEF\xBF\xBD");
  CHECK(tokenizer->decode(std::vector<std::int32_t>{0}) == "\xEF\xBF\xBD");
}

TEST_CASE("a stream of tokens never shows a part of a character, and joins to the whole text", "[tokenizers]") {
  const auto tokenizer = SentencePieceTokenizer::load(kFixtures / GENERATE("bpe.model", "prefixed.model"));
  core::RandomStream random(2, "stream decoding");
  for (int round = 0; round < 1000; ++round) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(random.integer(0, 40)));
    for (auto& id : ids) id = static_cast<std::int32_t>(random.integer(0, tokenizer->vocab_size() - 1));
    if (round % 2 == 0) ids = tokenizer->encode(random_text(random));
    StreamDecoder decoder(*tokenizer);
    std::string joined;
    for (const auto id : ids) {
      const auto part = decoder.push(id);
      CHECK_NOTHROW(nlohmann::json(part).dump());  // refuses what is not UTF-8
      joined += part;
    }
    joined += decoder.finish();
    CHECK(joined == tokenizer->decode(ids));
  }
}

TEST_CASE("a character spelled in bytes appears with its last byte", "[tokenizers]") {
  const auto tokenizer = bpe();
  const auto ids = tokenizer->encode("\xF0\x9F\x99\x82");
  REQUIRE(ids.size() == 4);
  StreamDecoder decoder(*tokenizer);
  CHECK(decoder.push(ids[0]).empty());
  CHECK(decoder.push(ids[1]).empty());
  CHECK(decoder.push(ids[2]).empty());
  CHECK(decoder.push(ids[3]) == "\xF0\x9F\x99\x82");
  CHECK(decoder.finish().empty());
}

TEST_CASE("an id outside the vocabulary is named", "[tokenizers]") {
  const auto tokenizer = bpe();
  CHECK_THROWS_AS(tokenizer->decode(std::vector<std::int32_t>{420}), core::DataError);
  CHECK_THROWS_WITH(tokenizer->decode(std::vector<std::int32_t>{-1}),
                    "token id -1 is outside the tokenizer's vocabulary of 420");
}

TEST_CASE("a saved tokenizer loads again with the same bytes", "[tokenizers]") {
  auto name = (std::filesystem::temp_directory_path() / "hone-tokenizer-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  CHECK_THROWS_AS(policies::load_tokenizer(folder), core::DataError);
  CHECK_THROWS_WITH(policies::load_tokenizer(folder), ContainsSubstring("needs tokenizer.model (SentencePiece)"));
  bpe()->save(folder);
  CHECK(core::read_file(folder / "tokenizer.model") == core::read_file(kFixtures / "bpe.model"));
  CHECK(policies::load_tokenizer(folder)->encode("the sum") == bpe()->encode("the sum"));
  const auto config = nlohmann::json::parse(core::read_file(folder / "tokenizer_config.json"));
  CHECK(config["tokenizer_class"] == "LlamaTokenizer");
  CHECK(config["legacy"] == false);
  CHECK(config["eos_token"] == "</s>");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a file that is no model is refused by name", "[tokenizers]") {
  CHECK_THROWS_AS(SentencePieceTokenizer::load(kFixtures / "nothing.model"), core::FileError);
  const auto model = core::read_file(kFixtures / "bpe.model");
  for (const std::string& bytes : {std::string(), std::string("garbage"), model.substr(0, model.size() / 2) + "\xFF"}) {
    CHECK_THROWS_AS(SentencePieceTokenizer::from_bytes(bytes, "t.model"), core::DataError);
    CHECK_THROWS_WITH(SentencePieceTokenizer::from_bytes(bytes, "t.model"), "t.model: is not a SentencePiece model");
  }
}
