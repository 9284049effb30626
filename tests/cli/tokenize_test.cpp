#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/files.h"
#include "tests/cli/command.h"

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using nlohmann::json;

namespace {

/// A folder with a tokenizer and no weights.
std::string tokenizer_folder(const command::Workplace& here) {
  std::filesystem::copy("tests/fixtures/tokenizer/bpe.model", here.folder.path / "tokenizer.model");
  return here.folder.path.string();
}

}  // namespace

TEST_CASE("text becomes the ids that Python's SentencePiece gives, and text again", "[cli][tokenize]") {
  const command::Workplace here;
  const auto policy = tokenizer_folder(here);
  const auto recorded = json::parse(hone::core::read_file("tests/fixtures/tokenizer/bpe.json"));
  std::string texts;
  std::string ids;
  std::size_t count = 0;
  for (const auto& one : recorded["cases"]) {
    if (one["text"] != one["decoded"]) continue;
    texts += json{{"id", count}, {"text", one["text"]}}.dump() + "\n";
    ids += json{{"id", count}, {"token_ids", one["ids"]}}.dump() + "\n";
    ++count;
  }
  REQUIRE(count > 100);
  const auto encoded = command::run({"tokenize", "--policy", policy, here.write("texts.jsonl", texts)});
  const auto decoded = command::run({"tokenize", "--policy", policy, "--decode", here.write("ids.jsonl", ids)});
  CHECK(command::lines(encoded.out) == command::lines(ids));
  CHECK(command::lines(decoded.out) == command::lines(texts));
}

TEST_CASE("messages become the ids of a prompt: bos and the template's text", "[cli][tokenize]") {
  const command::Workplace here;
  const auto policy = tokenizer_folder(here);
  const auto chat = here.write("chat.jsonl", R"({"id": 1, "messages": [{"role": "user", "content": "Hello"}]})");
  const auto text = here.write("text.jsonl", R"({"id": 1, "text": "Hello\n"}
{"id": 2, "text": "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"}
)");
  const auto texts = command::lines(command::run({"tokenize", "--policy", policy, text}).out);
  REQUIRE(texts.size() == 2);
  const auto with_bos = [](json ids) {
    ids.insert(ids.begin(), 1);
    return ids;
  };
  const auto plain = command::run({"tokenize", "--policy", policy, "--chat", chat});
  CHECK(command::lines(plain.out).at(0)["token_ids"] == with_bos(texts[0]["token_ids"]));
  const auto chatml = command::run({"tokenize", "--policy", policy, "--chat", "--chat-template", "chatml", chat});
  CHECK(command::lines(chatml.out).at(0)["token_ids"] == with_bos(texts[1]["token_ids"]));
}

TEST_CASE("a line that cannot be tokenized is named, and so is a folder without a tokenizer", "[cli][tokenize]") {
  const command::Workplace here;
  const auto policy = tokenizer_folder(here);
  const auto file = here.write("lines.jsonl", R"({"id": 1, "text": "fine", "token_ids": [4], "messages": []}
{"id": 2, "text": null, "token_ids": [420], "messages": [{"role": "judge", "content": "?"}]}
)");
  const auto text = command::run({"tokenize", "--policy", policy, file});
  CHECK(text.status == 2);
  CHECK(text.out.empty());
  CHECK_THAT(text.err, EndsWith("lines.jsonl:2: \"text\" needs text, found null\n"));
  const auto decode = command::run({"tokenize", "--policy", policy, "--decode", file});
  CHECK(decode.status == 2);
  CHECK_THAT(decode.err, EndsWith("lines.jsonl:2: \"token_ids\" at index 0 needs a whole number from 0 to 419, "
                                  "found 420\n"));
  const auto chat = command::run({"tokenize", "--policy", policy, "--chat", file});
  CHECK(chat.status == 2);
  CHECK_THAT(chat.err, ContainsSubstring("lines.jsonl:1: "));
  const auto both = command::run({"tokenize", "--policy", policy, "--chat", "--decode", file});
  CHECK(both.status == 2);
  const auto nowhere = command::run({"tokenize", "--policy", "tests/fixtures/hf/tiny_llama_tied", file});
  CHECK(nowhere.status == 2);
  CHECK_THAT(nowhere.err, ContainsSubstring("tiny_llama_tied: needs tokenizer.model"));
}
