#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/tokenizers/family.h"

using namespace hone;

namespace {

nlohmann::json read_json(const std::string& name) {
  return nlohmann::json::parse(core::read_file(kFamilyFolder / name));
}

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

policies::MarkedText all_trusted(const std::string& text) {
  policies::MarkedText marked{text, {}};
  if (!text.empty()) marked.trusted.push_back({0, text.size()});
  return marked;
}

/// The texts of make_bpe.py, by number.
class GeneratedTexts {
 public:
  GeneratedTexts() {
    const auto record = read_json("parts.json");
    for (const auto& part : record["parts"]) parts_.push_back(bytes_of_hex(part));
  }

  [[nodiscard]] std::string operator()(std::uint64_t index) const {
    std::string text;
    auto state = index;
    for (auto count = splitmix(state) % 20; count > 0; --count) text += parts_[splitmix(state) % parts_.size()];
    return text;
  }

 private:
  static std::uint64_t splitmix(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15;
    auto mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
    return mixed ^ mixed >> 31;
  }

  std::vector<std::string> parts_;
};

/// FNV-1a, as make_bpe.py has it.
struct Hash {
  std::uint64_t value = 0xCBF29CE484222325;

  void put(unsigned char byte) { value = (value ^ byte) * 0x100000001B3; }
  void put(const std::string& text) {
    for (const char byte : text) put(static_cast<unsigned char>(byte));
  }
  void put(const std::vector<std::int32_t>& ids, std::int32_t end) {
    for (const auto id : ids) put_id(id);
    put_id(end);
  }
  void put_id(std::int32_t id) {
    for (int shift = 0; shift < 32; shift += 8)
      put(static_cast<unsigned char>(static_cast<std::uint32_t>(id) >> shift));
  }
};

const std::vector<std::string> kFamilies = {"gpt2",        "llama3", "qwen2",  "smollm",  "deepseek_llm",
                                            "deepseek_v3", "gemma",  "llama2", "mistral", "mixed"};

}  // namespace

TEST_CASE("every recorded string has the ids and the text that Python's tokenizers gives", "[tokenizers][bpe]") {
  const auto name = GENERATE(Catch::Generators::from_range(kFamilies));
  const auto tokenizer = family(name);
  const auto expected = read_json(name + ".expected.json");
  REQUIRE(expected["cases"].size() > 300);
  for (const auto& one : expected["cases"]) {
    const auto text = bytes_of_hex(one["text"]);
    INFO(name << ": " << one["text"].get<std::string>() << ": " << text);
    const auto ids = one["ids"].get<std::vector<std::int32_t>>();
    CHECK(tokenizer->encode(text) == ids);
    CHECK(tokenizer->encode_marked(all_trusted(text)) ==
          (one.contains("marked") ? one["marked"].get<std::vector<std::int32_t>>() : ids));
    CHECK(tokenizer->decode(ids) == one["decoded"].get<std::string>());
  }
}

TEST_CASE("24,576 generated texts a family have the ids and the text that Python's tokenizers gives",
          "[tokenizers][bpe]") {
  const auto name = GENERATE(Catch::Generators::from_range(kFamilies));
  const auto tokenizer = family(name);
  const auto groups = read_json(name + ".expected.json")["groups"].get<std::vector<std::string>>();
  const auto group_size = read_json("parts.json")["group"].get<std::uint64_t>();
  const GeneratedTexts generated;
  REQUIRE(groups.size() * group_size == 24'576);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    Hash hash;
    for (auto index = group * group_size; index < (group + 1) * group_size; ++index) {
      const auto text = generated(index);
      const auto ids = tokenizer->encode(text);
      hash.put(ids, -1);
      hash.put(tokenizer->encode_marked(all_trusted(text)), -2);
      hash.put(tokenizer->decode(ids));
    }
    char hex[17];
    std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash.value));
    INFO(name << ": texts from number " << group * group_size);
    REQUIRE(std::string(hex) == groups[group]);
  }
}
