#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "rl/tokenized_documents.h"
#include "tests/policies/scripted_policy.h"

using namespace hone;
using namespace hone::rl;

namespace {

class Given final : public datasets::Documents {
 public:
  explicit Given(std::vector<datasets::TrainingText> texts) : texts_(std::move(texts)) {}
  [[nodiscard]] std::size_t size() const override { return texts_.size(); }
  [[nodiscard]] datasets::TrainingText at(std::size_t index) const override { return texts_.at(index); }

 private:
  std::vector<datasets::TrainingText> texts_;
};

}  // namespace

TEST_CASE("a document begins and ends with its tokens, and knows where its completion starts", "[rl][documents]") {
  const auto tokenizer = scripted::tokenizer();
  const Given documents({{"1+1?\n", "2"}, {"", "free text"}});
  const TokenizedDocuments texts(documents, *tokenizer, {*tokenizer, "", "plain"}, 128);
  REQUIRE(texts.size() == 2);
  const auto prompt = tokenizer->encode("1+1?\n");
  const auto completion = tokenizer->encode("2");
  std::vector<std::int32_t> expected = {1};
  expected.insert(expected.end(), prompt.begin(), prompt.end());
  expected.insert(expected.end(), completion.begin(), completion.end());
  expected.push_back(2);
  CHECK(std::equal(expected.begin(), expected.end(), texts[0].ids.begin(), texts[0].ids.end()));
  std::vector<std::uint8_t> is_answer(1 + prompt.size(), 0);
  is_answer.resize(expected.size(), 1);  // the completion, and the token that ends it
  CHECK(std::equal(is_answer.begin(), is_answer.end(), texts[0].is_answer.begin(), texts[0].is_answer.end()));
  CHECK(texts[1].is_answer[0] == 0);
  CHECK(texts[1].is_answer[1] == 1);
  CHECK(texts.tokens() == static_cast<std::int64_t>(texts[0].ids.size() + texts[1].ids.size()));
  CHECK(texts.cut() == 0);
}

TEST_CASE("of a conversation, every turn of the assistant counts, with what ends it", "[rl][documents]") {
  const auto tokenizer = scripted::tokenizer();
  const Given documents(
      {{"unused", "unused", {{"user", "1+1?"}, {"assistant", "2"}, {"user", "+1?"}, {"assistant", "3"}}}});
  const TokenizedDocuments texts(documents, *tokenizer, {*tokenizer, "", "chatml"}, 512);
  REQUIRE(texts.size() == 1);
  std::string answers, rest;
  for (std::size_t i = 0; i < texts[0].ids.size(); ++i) {
    (texts[0].is_answer[i] != 0 ? answers : rest) += tokenizer->token_bytes(texts[0].ids[i]);
  }
  CHECK(answers.find("2<|im_end|>") == 0);
  CHECK(answers.find("3<|im_end|>") != std::string::npos);
  CHECK(answers.find("user") == std::string::npos);
  CHECK(rest.find("<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n") == 0);
  CHECK(texts[0].ids[0] == 1);  // the tokenizer's own beginning of a document: chatml has none
}

TEST_CASE("a document longer than the context is cut and counted", "[rl][documents]") {
  const Given documents({{"", std::string(100, 'x')}, {"", "y"}});
  const TokenizedDocuments texts(documents, *scripted::tokenizer(), {*scripted::tokenizer(), "", "plain"}, 8);
  CHECK(texts[0].ids.size() == 8);
  CHECK(texts.cut() == 1);
  CHECK(texts[1].ids.size() <= 8);
}

TEST_CASE("an epoch reads every document once, each epoch in another order", "[rl][documents]") {
  EpochOrder order(3, 50);
  std::vector<std::size_t> first, second;
  for (std::uint64_t i = 0; i < 50; ++i) first.push_back(order.at(i));
  for (std::uint64_t i = 50; i < 100; ++i) second.push_back(order.at(i));
  CHECK(std::set<std::size_t>(first.begin(), first.end()).size() == 50);
  CHECK(std::set<std::size_t>(second.begin(), second.end()).size() == 50);
  CHECK(first != second);
  CHECK_FALSE(std::is_sorted(first.begin(), first.end()));
  EpochOrder resumed(3, 50);  // begins in the second epoch
  for (std::uint64_t i = 60; i < 100; ++i) CHECK(resumed.at(i) == second[i - 50]);
  EpochOrder other(4, 50);
  CHECK(other.at(0) + 100 * other.at(1) != first[0] + 100 * first[1]);
}
