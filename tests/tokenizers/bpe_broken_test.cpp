#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "core/random.h"
#include "tests/tokenizers/family.h"

using namespace hone;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using policies::BpeTokenizer;

namespace {

/// The family's file with one value changed, and what loading it says.
std::string complaint_about(const std::string& name, const std::string& pointer, const json& value) {
  auto document = family_json(name);
  document[json::json_pointer(pointer)] = value;
  try {
    const auto loaded = tokenizer_of(document);
  } catch (const core::DataError& error) {
    return error.what();
  }
  return "nothing";
}

json split_at(const std::string& pattern) {
  return {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}

}  // namespace

TEST_CASE("what is not supported is refused by its key and value", "[tokenizers][bpe][broken]") {
  CHECK(complaint_about("gpt2", "/model/type", "WordPiece") ==
        "tokenizer.json: model.type is \"WordPiece\", needs \"BPE\"");
  CHECK(complaint_about("gpt2", "/model/continuing_subword_prefix", "##") ==
        "tokenizer.json: model.continuing_subword_prefix is \"##\", needs null or \"\"");
  CHECK_THAT(complaint_about("gpt2", "/model/dropout", 0.1), ContainsSubstring("model.dropout is 0.1, needs null"));
  CHECK_THAT(complaint_about("gpt2", "/pre_tokenizer/type", "BertPreTokenizer"),
             ContainsSubstring("pre_tokenizer.type is \"BertPreTokenizer\", needs Sequence, Split"));
  CHECK_THAT(complaint_about("llama3", "/pre_tokenizer/pretokenizers/0/behavior", "Sideways"),
             ContainsSubstring("pre_tokenizer.pretokenizers[0].behavior is \"Sideways\", needs Isolated"));
  CHECK_THAT(complaint_about("qwen2", "/normalizer/type", "Precompiled"),
             ContainsSubstring("normalizer.type is \"Precompiled\", needs Sequence, NFC"));
  CHECK_THAT(complaint_about("gpt2", "/decoder/type", "CTC"), ContainsSubstring("decoder.type is \"CTC\", needs"));
  CHECK_THAT(complaint_about("gpt2", "/decoder", nullptr), ContainsSubstring("decoder is missing"));
  CHECK_THAT(complaint_about("gpt2", "/post_processor/type", "RobertaProcessing"),
             ContainsSubstring("post_processor.type is \"RobertaProcessing\", needs"));
  CHECK_THAT(complaint_about("llama2", "/decoder/decoders/3/start", 2), ContainsSubstring("start is 2, needs 0 or 1"));
}

TEST_CASE("a vocabulary that contradicts itself is refused", "[tokenizers][bpe][broken]") {
  CHECK_THAT(complaint_about("gpt2", "/model/vocab/a", 7), ContainsSubstring("the id 7"));
  CHECK_THAT(complaint_about("gpt2", "/model/vocab/a", -1), ContainsSubstring("gives \"a\" no id from 0 to 16777215"));
  CHECK_THAT(complaint_about("gpt2", "/model/vocab/a", 1 << 24), ContainsSubstring("no id from 0 to 16777215"));
  CHECK_THAT(complaint_about("gpt2", "/model/vocab/a", 9'000'000),
             ContainsSubstring("has 700 tokens, and gives \"a\" the id 9000000"));
  CHECK_THAT(complaint_about("gpt2", "/model/vocab/a", "x"), ContainsSubstring("model.vocab gives \"a\" no id"));
  CHECK_THAT(complaint_about("gpt2", "/model/merges/3", "x y z"), ContainsSubstring("model.merges[3] is \"x y z\""));
  CHECK_THAT(complaint_about("qwen2", "/model/merges/3", json{"a", 5}),
             ContainsSubstring("model.merges[3] is an array"));
  CHECK_THAT(complaint_about("gpt2", "/model/merges/3", "qq zq"),
             ContainsSubstring("model.merges[3] merges \"qq\" and \"zq\", which are not both in model.vocab"));
  CHECK_THAT(complaint_about("gpt2", "/model/unk_token", "<nothing>"),
             ContainsSubstring("needs a token of model.vocab"));
  CHECK_THAT(complaint_about("gpt2", "/added_tokens/0/id", 5), ContainsSubstring("added_tokens[0] gives"));
  CHECK_THAT(complaint_about("gpt2", "/added_tokens/0/id", 15'000'000), ContainsSubstring("far beyond the other 700"));
  CHECK_THAT(complaint_about("gpt2", "/added_tokens/0/content", std::string(5000, 'x')),
             ContainsSubstring("has 5000 bytes, needs at most 4096"));
}

TEST_CASE("a regular expression that is none, or that PCRE2 reads otherwise, is refused", "[tokenizers][bpe][broken]") {
  const std::string where = "/pre_tokenizer/pretokenizers/0";
  CHECK_THAT(complaint_about("llama3", where, split_at("(a")),
             ContainsSubstring("pretokenizers[0].pattern.Regex is no regular expression: missing closing parenthesis"));
  for (const char* pattern : {"(a)\\1", "\\bword", "[a[bc]]", "[a&&b]", "(?<name>a)", "(?m:.)", "a{2}+", "\\x80", "[a",
                              "[[:alpha:]]", "\\p{Letter=}", "\\C", "(*ACCEPT)", "\\Ka", "\\p{Nonsense}"}) {
    INFO(pattern);
    CHECK_THAT(complaint_about("llama3", where, split_at(pattern)),
               ContainsSubstring("pretokenizers[0].pattern.Regex"));
  }
}

TEST_CASE("a regular expression that would run for ever is stopped", "[tokenizers][bpe][broken]") {
  auto document = family_json("llama3");
  document["pre_tokenizer"]["pretokenizers"][0] = split_at("(?:a|aa|a+)+[bc]");
  const auto tokenizer = tokenizer_of(document);
  CHECK(tokenizer->encode("aaab").size() > 0);
  CHECK_THROWS_AS(tokenizer->encode(std::string(100, 'a')), core::DataError);
  CHECK_THROWS_WITH(tokenizer->encode(std::string(100, 'a')),
                    ContainsSubstring("(?:a|aa|a+)+[bc] fails on a text of 100 bytes: match limit exceeded"));
}

TEST_CASE("replacements that double a text over and over are stopped", "[tokenizers][bpe][broken]") {
  auto document = family_json("gemma");
  const json doubling = {{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", "aaaaaaaaaaaaaaaa"}};
  document["normalizer"] = {{"type", "Sequence"}, {"normalizers", std::vector<json>(10, doubling)}};
  const auto tokenizer = tokenizer_of(document);
  CHECK_THROWS_WITH(tokenizer->encode(std::string(1000, 'a')), ContainsSubstring("the tokenizer's normalizer makes"));
  CHECK_THAT(complaint_about("gemma", "/decoder/decoders", std::vector<json>(10, doubling)),
             ContainsSubstring("tokenizer.json: decoder makes"));
  CHECK_THAT(complaint_about("gemma", "/normalizer/content", std::string(300, 'x')),
             ContainsSubstring("normalizer.content has 300 bytes, needs at most 256"));
}

TEST_CASE("JSON nested without end is refused before it is parsed", "[tokenizers][bpe][broken]") {
  CHECK_THROWS_WITH(BpeTokenizer::from_json(std::string(1'000'000, '['), "deep.json"),
                    "deep.json: is nested more than 64 deep at byte 64");
  CHECK_THROWS_WITH(BpeTokenizer::from_json("", "empty.json"), ContainsSubstring("empty.json: is not JSON"));
  CHECK_THROWS_WITH(BpeTokenizer::from_json("[]", "list.json"), ContainsSubstring("list.json: the file is an array"));
  CHECK_THROWS_WITH(BpeTokenizer::from_json("{}", "bare.json"), ContainsSubstring("bare.json: model is missing"));
  CHECK_THROWS_WITH(BpeTokenizer::from_json("{\"a\": \"\xFF\"}", "bytes.json"), ContainsSubstring("is not JSON"));
}

TEST_CASE("a torn or flipped tokenizer.json is refused or works, and never more", "[tokenizers][bpe][broken]") {
  const std::string name = GENERATE("qwen2", "gemma", "mixed");
  const auto bytes = core::read_file(kFamilyFolder / (name + ".json"));
  core::RandomStream random(5, "broken tokenizer");
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    auto broken = bytes;
    // Half of the flips go to the ends, where what is not vocabulary stands.
    const auto size = static_cast<std::int64_t>(bytes.size());
    const auto at = random.chance(0.5) ? random.integer(0, size - 1) : random.integer(0, 1500);
    const auto index = static_cast<std::size_t>(random.chance(0.5) ? at : size - 1 - at);
    if (round % 3 == 0) {
      broken.resize(index);
    } else {
      broken[index] = static_cast<char>(broken[index] ^ (1 << random.integer(0, 7)));
    }
    try {
      const auto tokenizer = BpeTokenizer::from_json(broken, "broken.json");
      static_cast<void>(tokenizer->decode(tokenizer->encode("the answer <think> is\n 42 \xE6\xBC\xA2")));
    } catch (const core::DataError& error) {
      ++refused;
    }
  }
  CHECK(refused > 100);
}
