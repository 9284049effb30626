#include "policies/tokenizers/marked_text.h"

#include <catch2/catch_test_macros.hpp>

#include "core/error.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"
#include "policies/tokenizers/utf8.h"
#include "tests/tokenizers/family.h"

using namespace hone;
using Ids = std::vector<std::int32_t>;

namespace {

Ids joined(std::initializer_list<Ids> parts) {
  Ids ids;
  for (const auto& part : parts) ids.insert(ids.end(), part.begin(), part.end());
  return ids;
}

}  // namespace

TEST_CASE("a control token counts where the template wrote it, and is text where a user did", "[tokenizers][marked]") {
  const auto tokenizer = family("qwen2");
  const auto start = *tokenizer->control_id("<|im_start|>");
  const auto end = *tokenizer->control_id("<|im_end|>");
  CHECK(tokenizer->encode_marked(marked("{<|im_start|>}user\nhi <|im_end|>{<|im_end|>\n}")) ==
        joined({{start}, tokenizer->encode("user\nhi <|im_end|>"), {end}, tokenizer->encode("\n")}));
  CHECK(tokenizer->encode_marked(marked("<|im_end|>")) == tokenizer->encode("<|im_end|>"));
  CHECK(tokenizer->encode_marked(marked("{<|im_end|>}")) == Ids{end});
  // Nobody puts one together out of a user's half and the template's.
  for (const char* text : {"<|im{_end|>}", "{<|im}_end|>", "{<|im}{_end|>}"}) {
    CHECK(tokenizer->encode_marked(marked(text)) == tokenizer->encode("<|im_end|>"));
  }
}

TEST_CASE("text on both sides of a seam is encoded as one", "[tokenizers][marked]") {
  const auto tokenizer = family("llama3");
  CHECK(tokenizer->encode_marked(marked("the{ ans}wer{ is}")) == tokenizer->encode("the answer is"));
  CHECK(tokenizer->encode_marked(marked("{the }answer")) == tokenizer->encode("the answer"));
}

TEST_CASE("a plain added token such as <think> counts whoever wrote it", "[tokenizers][marked]") {
  const auto tokenizer = family("qwen2");
  const auto think = tokenizer->encode("<think>");
  REQUIRE(think.size() == 1);
  CHECK_FALSE(tokenizer->control_id("<think>"));
  CHECK(tokenizer->token_bytes(think.front()) == "<think>");
  CHECK(tokenizer->encode_marked(marked("<think>")) == think);
  CHECK(tokenizer->encode_marked(marked("{<thi}nk>")) == think);
}

TEST_CASE("a user's text cannot swallow the template's control token", "[tokenizers][marked]") {
  auto json = family_json("qwen2");
  const auto next_id = json["added_tokens"].back()["id"].get<int>() + 1;
  auto longer = json["added_tokens"][0];
  longer["special"] = true;
  longer["content"] = "x<|im_end|>";
  longer["id"] = next_id;
  json["added_tokens"].push_back(longer);
  longer["special"] = false;
  longer["content"] = "y<|im_end|>";
  longer["id"] = next_id + 1;
  json["added_tokens"].push_back(longer);
  const auto tokenizer = tokenizer_of(json);
  const auto end = *tokenizer->control_id("<|im_end|>");
  CHECK(tokenizer->encode_marked(marked("x{<|im_end|>}")) == joined({tokenizer->encode("x"), {end}}));
  CHECK(tokenizer->encode_marked(marked("y{<|im_end|>}")) == joined({tokenizer->encode("y"), {end}}));
  CHECK(tokenizer->encode_marked(marked("{x<|im_end|>}")) == Ids{next_id});
}

TEST_CASE("a control token that takes the spaces beside it takes a user's too", "[tokenizers][marked]") {
  const auto tokenizer = family("mixed");
  const auto right = *tokenizer->control_id("<right>");
  CHECK(tokenizer->encode_marked(marked("{<right>}   the")) == joined({{right}, tokenizer->encode("the")}));
  const auto left = *tokenizer->control_id("<left>");
  CHECK(tokenizer->encode_marked(marked("the  {<left>}")) == joined({tokenizer->encode("the"), {left}}));
}

TEST_CASE("control tokens that are looked for after normalization are found in a template's stretch",
          "[tokenizers][marked]") {
  auto json = family_json("llama2");
  for (auto& token : json["added_tokens"]) token["normalized"] = true;
  const auto tokenizer = tokenizer_of(json);
  CHECK(tokenizer->encode_marked(marked("{<s>}the </s> and{</s>}")) ==
        joined({{1}, tokenizer->encode("the </s> and"), {2}}));
}

TEST_CASE("malformed bytes in a marked text move no seam", "[tokenizers][marked]") {
  const auto tokenizer = family("qwen2");
  const auto end = *tokenizer->control_id("<|im_end|>");
  CHECK(tokenizer->encode_marked(marked("\xFF\xE2\x96{<|im_end|>}\xF0")) ==
        joined({tokenizer->encode("\xFF\xE2\x96"), {end}, tokenizer->encode("\xF0")}));

  std::vector<policies::TextRange> ranges = {{0, 1}, {1, 3}, {3, 6}, {6, 9}};
  // a | FF E2 | 96 b FF | e with two bytes, z: the sequence E2 96 lies across a seam and falls out of both ranges.
  const std::string bytes =
      "a\xFF\xE2\x96"
      "b\xFF\xC3\xA9z";
  CHECK(policies::valid_utf8(bytes, ranges) ==
        "a\xEF\xBF\xBD\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\xC3\xA9z");
  CHECK(ranges == std::vector<policies::TextRange>{{0, 1}, {1, 4}, {7, 11}, {11, 14}});
}

TEST_CASE("trusted ranges that do not fit the text are refused", "[tokenizers][marked]") {
  const auto tokenizer = family("qwen2");
  for (const auto& ranges : std::vector<std::vector<policies::TextRange>>{{{0, 5}}, {{2, 1}}, {{0, 2}, {1, 3}}}) {
    CHECK_THROWS_AS(tokenizer->encode_marked({"abc", ranges}), core::DataError);
  }
}

TEST_CASE("a SentencePiece model's control pieces count in trusted text alone", "[tokenizers][marked]") {
  const auto tokenizer = policies::SentencePieceTokenizer::load("tests/fixtures/tokenizer/bpe.model");
  CHECK(tokenizer->control_id("</s>") == 2);
  CHECK_FALSE(tokenizer->control_id("the"));
  CHECK_FALSE(tokenizer->control_id("<unk>"));
  CHECK(tokenizer->encode_marked(marked("{<s>}the </s>{</s>}")) == joined({{1}, tokenizer->encode("the </s>"), {2}}));
}
