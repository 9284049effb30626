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
  const TokenizedDocuments texts(documents, *tokenizer, 128);
  REQUIRE(texts.size() == 2);
  const auto prompt = tokenizer->encode("1+1?\n");
  const auto completion = tokenizer->encode("2");
  std::vector<std::int32_t> expected = {1};
  expected.insert(expected.end(), prompt.begin(), prompt.end());
  expected.insert(expected.end(), completion.begin(), completion.end());
  expected.push_back(2);
  CHECK(std::equal(expected.begin(), expected.end(), texts[0].ids.begin(), texts[0].ids.end()));
  CHECK(texts[0].completion_start == 1 + prompt.size());
  CHECK(texts[1].completion_start == 1);
  CHECK(texts.tokens() == static_cast<std::int64_t>(texts[0].ids.size() + texts[1].ids.size()));
  CHECK(texts.cut() == 0);
}

TEST_CASE("a document longer than the context is cut and counted", "[rl][documents]") {
  const Given documents({{"", std::string(100, 'x')}, {"", "y"}});
  const TokenizedDocuments texts(documents, *scripted::tokenizer(), 8);
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
