#include "datasets/documents.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "core/config.h"
#include "core/error.h"

using namespace hone;
using namespace hone::datasets;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A file that is gone at the end of the test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& ending, const std::string& content)
      : path_(std::filesystem::temp_directory_path() / ("hone_documents_test_" + std::to_string(getpid()) + ending)) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

DocumentOptions options_from(const char* json) {
  return core::from_json<DocumentOptions>(nlohmann::json::parse(json), "pretrain.json", "data");
}

}  // namespace

TEST_CASE("generated documents follow the weights and are a function of their place", "[datasets][documents]") {
  const auto options = options_from(R"({"count": 8000, "seed": 3, "generated": [
      {"domain": "arithmetic", "weight": 3}, {"domain": "logic", "mix": {"careful": 1, "hasty": 0}}]})");
  const auto documents = make_documents(options, "pretrain.json", "data");
  const auto again = make_documents(options, "pretrain.json", "data");
  REQUIRE(documents->size() == 8000);
  int logic = 0;
  for (std::size_t index = 0; index < documents->size(); ++index) {
    const auto text = documents->at(index);
    REQUIRE(text.prompt.back() == '\n');
    REQUIRE(text.completion.rfind("<think>", 0) == 0);
    logic += text.prompt.find(" is ") != std::string::npos && text.prompt.find("What") == std::string::npos ? 1 : 0;
  }
  CHECK(std::abs(logic - 2000) < 160);  // four standard deviations
  (void)again->at(1);
  CHECK(again->at(4711).prompt == documents->at(4711).prompt);
  CHECK(again->at(4711).completion == documents->at(4711).completion);
}

TEST_CASE("documents of a JSONL file are texts, pairs or conversations", "[datasets][documents]") {
  const TemporaryFile file(".jsonl", R"({"text": "Once upon a time."}
{"prompt": "1+1?", "completion": "2"}
{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]}
)");
  DocumentOptions options;
  options.path = file.path();
  const auto documents = make_documents(options, "sft.json");
  REQUIRE(documents->size() == 3);
  CHECK(documents->at(0).prompt.empty());
  CHECK(documents->at(0).completion == "Once upon a time.");
  CHECK(documents->at(1).prompt == "1+1?\n");
  CHECK(documents->at(1).completion == "2");
  CHECK(documents->at(2).prompt == "Be brief.\n2+2?\n");
  CHECK(documents->at(2).completion == "4");
  options.count = 2;
  CHECK(make_documents(options, "sft.json")->size() == 2);
  options.count = 4;
  CHECK_THROWS_WITH(make_documents(options, "sft.json"), file.path() + ": needs at least 4 documents, found 3");
}

TEST_CASE("documents of a text file are its paragraphs", "[datasets][documents]") {
  const TemporaryFile file(".txt", "\nOne\nstill one\n\n\nTwo\r\n");
  DocumentOptions options;
  options.path = file.path();
  const auto documents = make_documents(options, "pretrain.json");
  REQUIRE(documents->size() == 2);
  CHECK(documents->at(0).completion == "One\nstill one");
  CHECK(documents->at(1).completion == "Two");
}

TEST_CASE("a document that cannot be learnt from names its line", "[datasets][documents]") {
  const TemporaryFile file(".jsonl", "{\"text\": \"fine\"}\n{\"prompt\": \"no completion\"}\n");
  DocumentOptions options;
  options.path = file.path();
  CHECK_THROWS_WITH(make_documents(options, "sft.json"),
                    file.path() + R"(:2: needs an object with "text", "messages" or "prompt" and "completion")");
}

TEST_CASE("document options that say nothing or too much are refused", "[datasets][documents]") {
  CHECK_THROWS_WITH(make_documents({}, "pretrain.json", "data"),
                    "pretrain.json: data.generated or data.path is needed, found neither");
  CHECK_THROWS_WITH(make_documents(options_from(R"({"generated": [{"domain": "logic"}]})"), "pretrain.json", "data"),
                    ContainsSubstring("data.count is 0"));
  CHECK_THROWS_WITH(
      make_documents(options_from(R"({"count": 1, "generated": [{"domain": "lodge"}]})"), "pretrain.json", "data"),
      ContainsSubstring("pretrain.json: data.generated.0.domain is \"lodge\""));
  CHECK_THROWS_WITH(make_documents(options_from(R"({"count": 1, "generated": [{"domain": "logic", "weight": 0}]})"),
                                   "pretrain.json", "data"),
                    ContainsSubstring("positive weight"));
}
