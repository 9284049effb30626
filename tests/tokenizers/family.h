#pragma once

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/files.h"
#include "policies/tokenizers/bpe_tokenizer.h"

/// The small tokenizers that tests/fixtures/tokenizer/make_bpe.py made.
inline const std::filesystem::path kFamilyFolder = "tests/fixtures/tokenizer/bpe_json";

inline nlohmann::json family_json(const std::string& name) {
  return nlohmann::json::parse(hone::core::read_file(kFamilyFolder / (name + ".json")));
}

inline std::unique_ptr<hone::policies::BpeTokenizer> tokenizer_of(const nlohmann::json& json) {
  return hone::policies::BpeTokenizer::from_json(json.dump(), "tokenizer.json");
}

inline std::unique_ptr<hone::policies::BpeTokenizer> family(const std::string& name) {
  return hone::policies::BpeTokenizer::from_json(hone::core::read_file(kFamilyFolder / (name + ".json")),
                                                 name + ".json");
}

/// A text whose trusted stretches stand between { and }, which are taken out.
inline hone::policies::MarkedText marked(const std::string& with_braces) {
  hone::policies::MarkedText text;
  for (const char c : with_braces) {
    if (c == '{') {
      text.trusted.push_back({text.text.size(), 0});
    } else if (c == '}') {
      text.trusted.back().end = text.text.size();
    } else {
      text.text += c;
    }
  }
  return text;
}

struct TokenizerFolder {
  std::filesystem::path path;
  TokenizerFolder() {
    auto name = (std::filesystem::temp_directory_path() / "hone-tokenizer-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  TokenizerFolder(const TokenizerFolder&) = delete;
  TokenizerFolder& operator=(const TokenizerFolder&) = delete;
  ~TokenizerFolder() { std::filesystem::remove_all(path); }
  void put(const std::string& name, const std::string& bytes) const {
    hone::core::atomic_write_file(path / name, bytes);
  }
};
