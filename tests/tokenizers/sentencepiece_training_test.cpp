#include "policies/tokenizers/sentencepiece_training.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "core/random.h"
#include "policies/tokenizers/sentencepiece_tokenizer.h"

using namespace hone;
using policies::SentencePieceModel;
using policies::SentencePieceOptions;
using policies::SentencePieceTokenizer;
using policies::train_sentencepiece;

namespace {

std::vector<std::string> documents() {
  const std::vector<std::string> words = {"first",  "compute", "then", "the",  "product", "carry", "remaining",
                                          "answer", "is",      "so",   "plus", "minus",   "times", "apples"};
  core::RandomStream random(4, "tokenizer documents");
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) {
    std::string text = "<think>";
    for (int w = 0; w < 12; ++w) text += random.pick(words) + (w % 4 == 3 ? "\n  " : " ");
    texts.push_back(text + std::to_string(random.integer(0, 9999)) + "</think>");
  }
  return texts;
}

std::unique_ptr<SentencePieceTokenizer> trained(const SentencePieceOptions& options) {
  return SentencePieceTokenizer::from_bytes(train_sentencepiece(documents(), options), "trained");
}

}  // namespace

TEST_CASE("a trained vocabulary has the size, the control ids and the symbols that were asked for", "[tokenizers]") {
  const auto model = GENERATE(SentencePieceModel::kBpe, SentencePieceModel::kUnigram);
  const auto tokenizer =
      trained({.vocab_size = 315, .model_type = model, .user_defined_symbols = {"\n", "<think>", "</think>", "a,\"b"}});
  CHECK(tokenizer->vocab_size() == 315);
  CHECK(tokenizer->token_text(0) == "<unk>");
  CHECK(tokenizer->bos_id() == 1);
  CHECK(tokenizer->eos_id() == 2);
  CHECK_FALSE(tokenizer->adds_leading_space());
  CHECK(tokenizer->encode("<think></think>\n").size() == 3);
  CHECK(tokenizer->encode("a,\"b").size() == 1);
  CHECK(tokenizer->encode("1234").size() == 4);
}

TEST_CASE("newlines, leading and repeated spaces and unknown characters survive a trained vocabulary", "[tokenizers]") {
  const auto model = GENERATE(SentencePieceModel::kBpe, SentencePieceModel::kUnigram);
  const auto tokenizer = trained({.vocab_size = 320, .model_type = model});
  for (const std::string text : {"  two leading", "a  b   c ", "\n\n x\n", "\xE6\xBC\xA2\xF0\x9F\x99\x82", "\t", " ",
                                 "\xE2\x96\x81", "the answer is 42"}) {
    CHECK(tokenizer->decode(tokenizer->encode(text)) == text);
  }
  for (const auto& text : documents()) CHECK(tokenizer->decode(tokenizer->encode(text)) == text);
}

TEST_CASE("frequent words become few tokens", "[tokenizers]") {
  const auto tokenizer = trained({.vocab_size = 360});
  CHECK(tokenizer->encode(" compute").size() == 1);
  CHECK(tokenizer->encode(" qqqqqqq").size() > 5);
}

TEST_CASE("training twice gives the same bytes", "[tokenizers]") {
  const auto model = GENERATE(SentencePieceModel::kBpe, SentencePieceModel::kUnigram);
  const SentencePieceOptions options{.vocab_size = 320, .model_type = model};
  CHECK(train_sentencepiece(documents(), options) == train_sentencepiece(documents(), options));
}

TEST_CASE("a vocabulary that the texts do not yield is the user's to mend", "[tokenizers]") {
  CHECK_THROWS_AS(train_sentencepiece(documents(), {.vocab_size = 100'000}), core::ConfigError);
  CHECK_THROWS_WITH(train_sentencepiece(documents(), {.vocab_size = 100'000}),
                    Catch::Matchers::ContainsSubstring("a SentencePiece vocabulary of 100000 tokens cannot be learnt "
                                                       "from these texts: Vocabulary size too high"));
  CHECK_THROWS_AS(train_sentencepiece({}, {}), core::ConfigError);
  const std::vector<std::string> empty = {"", "\n\n"};
  CHECK_THROWS_AS(train_sentencepiece(empty, {}), core::ConfigError);
}
