#include "policies/safetensors_index.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/random.h"

using namespace hone;
using policies::parse_safetensors;
using policies::parse_shard_map;

namespace {

/// A file with the given header text and so many bytes of tensors.
std::string file_with(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + std::string(data_bytes, '\x01');
}

policies::SafetensorsIndex parse(const std::string& file) {
  return parse_safetensors(std::as_bytes(std::span(file)), "w.safetensors");
}

std::string complaint(const std::string& file) {
  try {
    (void)parse(file);
  } catch (const core::DataError& error) {
    return error.what();
  }
  return "";
}

std::string fixture() {
  std::ifstream file("tests/fixtures/hf/tiny_llama_tied/model.safetensors", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string kTwoTensors =
    R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
    R"("b":{"dtype":"BF16","shape":[],"data_offsets":[24,26]}})";

/// Parses, and says whether it was taken; anything but DataError escapes and fails the test.
bool is_taken(const std::string& file) {
  try {
    (void)parse(file);
    return true;
  } catch (const core::DataError& error) {
    const std::string message = error.what();
    CHECK(message.find("w.safetensors: ") == 0);
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.size() < 1500);
    return false;
  }
}

}  // namespace

TEST_CASE("a safetensors header gives type, shape and place of each tensor", "[policies][safetensors]") {
  const auto index = parse(file_with(kTwoTensors, 26));
  const auto data_begin = 8 + kTwoTensors.size();
  REQUIRE(index.entries.size() == 2);
  const auto& a = index.entries.at("a");
  CHECK(a.type == policies::SafetensorsType::kF32);
  CHECK(a.shape == std::vector<std::int64_t>{2, 3});
  CHECK(a.begin == data_begin);
  CHECK(a.end == data_begin + 24);
  const auto& b = index.entries.at("b");
  CHECK(b.shape.empty());
  CHECK(b.end - b.begin == 2);
  CHECK(index.metadata.at("format") == "pt");
}

TEST_CASE("a header may be padded with spaces and hold empty tensors", "[policies][safetensors]") {
  const std::string header = R"({"none":{"dtype":"I64","shape":[0,7],"data_offsets":[0,0]},)"
                             R"("one":{"shape":[1],"data_offsets":[0,1],"dtype":"U8"}}     )";
  CHECK(parse(file_with(header, 1)).entries.at("none").shape == std::vector<std::int64_t>{0, 7});
  CHECK(parse(file_with("{}", 0)).entries.empty());
}

TEST_CASE("the header of a file that the reference library wrote is read", "[policies][safetensors]") {
  const auto index = parse(fixture());
  CHECK(index.entries.size() == 20);
  CHECK(index.entries.at("model.layers.1.mlp.down_proj.weight").shape == std::vector<std::int64_t>{32, 48});
  CHECK(index.metadata.at("format") == "pt");
}

TEST_CASE("a broken safetensors file is refused with the file, the tensor and the reason", "[policies][safetensors]") {
  using Catch::Matchers::ContainsSubstring;
  const auto one = [](const std::string& body, std::size_t bytes) {
    return complaint(file_with(R"({"w":{)" + body + "}}", bytes));
  };
  CHECK(complaint("abc") == "w.safetensors: has 3 bytes, a safetensors file needs at least 8");
  CHECK_THAT(complaint(std::string(8, '\xff')), ContainsSubstring("declares a header of 18446744073709551615 bytes"));
  CHECK_THAT(complaint(file_with("[]", 0)), ContainsSubstring("does not begin with '{'"));
  CHECK_THAT(complaint(file_with("{\"a\":", 0)), ContainsSubstring("not JSON at its byte"));
  CHECK_THAT(one(R"("dtype":"F32","shape":[2],"data_offsets":[0,12])", 12),
             ContainsSubstring("tensor \"w\" needs 8 bytes for its shape, its data_offsets give 12"));
  CHECK_THAT(one(R"("dtype":"F32","shape":[4],"data_offsets":[0,16])", 12),
             ContainsSubstring("data_offsets [0, 16], the file holds 12 bytes"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[1],"data_offsets":[1,0])", 1), ContainsSubstring("data_offsets [1, 0]"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[1],"data_offsets":[1,2])", 2), ContainsSubstring("begins at byte 1"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[1],"data_offsets":[0,1])", 3),
             ContainsSubstring("2 bytes behind the last tensor belong to none"));
  CHECK_THAT(one(R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])", 1),
             ContainsSubstring("tensor \"w\", \"dtype\" is \"F8_E4M3\", needs one of F64, F32"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[-1],"data_offsets":[0,1])", 1), ContainsSubstring("a negative number"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[1.5],"data_offsets":[0,1])", 1), ContainsSubstring("a fraction"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[[1]],"data_offsets":[0,1])", 1), ContainsSubstring("holds an array"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[1],"data_offsets":[0,1,2])", 1), ContainsSubstring("two data_offsets"));
  CHECK_THAT(one(R"("dtype":"U8","data_offsets":[0,1])", 1), ContainsSubstring("needs dtype, shape"));
  CHECK_THAT(one(R"("dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1])", 1),
             ContainsSubstring("\"dtype\" is there twice"));
  CHECK_THAT(one(R"("dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1)", 1), ContainsSubstring("not a key"));
}

TEST_CASE("two tensors may not share bytes or a name", "[policies][safetensors]") {
  using Catch::Matchers::ContainsSubstring;
  CHECK_THAT(complaint(file_with(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                 R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                                 3)),
             ContainsSubstring("tensor \"b\" begins at byte 1"));
  CHECK_THAT(complaint(file_with(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                 R"("a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
                                 2)),
             ContainsSubstring("tensor \"a\" is there twice"));
}

TEST_CASE("a shape whose product overflows is refused, also where the product would wrap to the right size",
          "[policies][safetensors]") {
  // 2^32 · 2^32 = 2^64 wraps to 0 bytes, which is what the offsets claim.
  CHECK_FALSE(is_taken(file_with(R"({"w":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0)));
  CHECK_FALSE(is_taken(file_with(R"({"w":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,0]}})", 0)));
  CHECK_FALSE(is_taken(file_with(R"({"w":{"dtype":"F32","shape":[0,18446744073709551615],"data_offsets":[0,0]}})", 0)));
}

TEST_CASE("an empty tensor may not have dimensions of which strides cannot be computed", "[policies][safetensors]") {
  CHECK_FALSE(is_taken(file_with(R"({"w":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}})", 0)));
  CHECK_FALSE(is_taken(file_with(R"({"w":{"dtype":"U8","shape":[4294967296,0,4294967296],"data_offsets":[0,0]}})", 0)));
}

TEST_CASE("a header that is full of metadata is refused", "[policies][safetensors]") {
  std::string metadata;
  for (int i = 0; i < 100'000; ++i) metadata += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"\"";
  CHECK_THAT(complaint(file_with("{\"__metadata__\":{" + metadata + "}}", 0)),
             Catch::Matchers::ContainsSubstring("\"__metadata__\", \"65536\" is one key too many"));
}

TEST_CASE("a tensor without a name is named in a complaint", "[policies][safetensors]") {
  CHECK_THAT(complaint(file_with(R"({"":{"dtype":1}})", 0)),
             Catch::Matchers::ContainsSubstring("tensor \"\", \"dtype\" holds a number"));
}

TEST_CASE("a header nested a million deep is refused without harm", "[policies][safetensors]") {
  CHECK_FALSE(is_taken(file_with("{\"w\":" + std::string(1'000'000, '['), 0)));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"w\":";
  CHECK_FALSE(is_taken(file_with(objects, 0)));
}

TEST_CASE("every truncation of a safetensors file is refused", "[policies][safetensors][fuzz]") {
  const auto file = file_with(kTwoTensors, 26);
  for (std::size_t length = 0; length < file.size(); ++length) CHECK_FALSE(is_taken(file.substr(0, length)));
}

TEST_CASE("random damage to a safetensors file is read or refused, never worse", "[policies][safetensors][fuzz]") {
  core::RandomStream random(1, "safetensors fuzz");
  const auto small = file_with(kTwoTensors, 26);
  const auto large = fixture().substr(0, 4000);
  const std::string alphabet = "{}[]\",:0123456789.-eE\\u tnf";
  int refused = 0;
  for (int round = 0; round < 6000; ++round) {
    auto file = round % 4 == 0 ? large : small;
    const auto changes = random.integer(1, 6);
    for (int i = 0; i < changes; ++i) {
      const auto at = static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(file.size()) - 1));
      switch (random.integer(0, 4)) {
        case 0:
          file[at] = static_cast<char>(file[at] ^ (1 << random.integer(0, 7)));
          break;
        case 1:
          file[at] = random.pick(alphabet);
          break;
        case 2:
          file.erase(at, static_cast<std::size_t>(random.integer(1, 8)));
          break;
        case 3:
          file.insert(at, file.substr(at, static_cast<std::size_t>(random.integer(1, 40))));
          break;
        default:
          file.insert(at, "9999999999999999");
          break;
      }
      if (file.empty()) file = "{";
    }
    refused += is_taken(file) ? 0 : 1;
  }
  CHECK(refused > 4000);
}

TEST_CASE("random bytes are no safetensors file", "[policies][safetensors][fuzz]") {
  core::RandomStream random(2, "safetensors fuzz");
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(static_cast<std::size_t>(random.integer(8, 200)), '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random.integer(0, 255));
    if (round % 2 == 0) bytes = file_with("{" + bytes, 0);
    CHECK_FALSE(is_taken(bytes));
  }
}

TEST_CASE("the index of a sharded model places each tensor in a file of the same folder", "[policies][safetensors]") {
  const auto shards = parse_shard_map(R"({"metadata":{"total_size":4},"weight_map":{"a":"m-1.safetensors"}})", "index");
  CHECK(shards.at("a") == "m-1.safetensors");
}

TEST_CASE("an index that points outside its folder or is no index is refused", "[policies][safetensors]") {
  for (const char* text :
       {"", "[]", "{}", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}", "{\"weight_map\":{\"a\":\"../x\"}}",
        "{\"weight_map\":{\"a\":\"/etc/passwd\"}}", "{\"weight_map\":{\"a\":\"..\"}}", "{\"weight_map\":{\"a\":\"\"}}",
        "{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "{\"weight_map\":{\"a\":{\"b\":{}}}}",
        "{\"weight_map\":{\"a\":[\"x\"]}}", "{\"weight_map\":{},\"weight_map\":{\"a\":\"x\"}}",
        "{\"metadata\":1e999,\"weight_map\":{}}", "{\"weight_map\":{\"a\":\"x\\u0000y\"}}",
        "{\"weight_map\":{\"a\":\"x\\ny\"}}", "{\"weight_map\":{}} {}"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_shard_map(text, "index"), core::DataError);
  }
}

TEST_CASE("an index may say anything else beside its map", "[policies][safetensors]") {
  const auto shards = parse_shard_map(
      R"({"metadata":{"a":[{"weight_map":{"b":1}},[null,1.5e3]],"c":"d"},"weight_map":{"a":"m"},"x":true})", "index");
  CHECK(shards == std::map<std::string, std::string>{{"a", "m"}});
}

TEST_CASE("an index nested a million deep is refused without harm", "[policies][safetensors]") {
  CHECK_THROWS_AS(parse_shard_map("{\"metadata\":" + std::string(1'000'000, '['), "index"), core::DataError);
}
