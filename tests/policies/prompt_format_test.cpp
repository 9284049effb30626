#include "policies/prompt_format.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "core/files.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using policies::ChatMessage;
using policies::PromptFormat;
using Ids = std::vector<std::int32_t>;

namespace {

const std::vector<ChatMessage> kQuestion = {{"user", "What is 2 + 3?"}};

Ids joined(std::initializer_list<Ids> parts) {
  Ids all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

TEST_CASE("a policy without a template of its own is asked in bare text", "[policies][prompt_format]") {
  const auto tokenizer = scripted::tokenizer();
  const tensor_checks::TemporaryFolder folder;
  const PromptFormat format(*tokenizer, folder.path, "auto");
  CHECK(format.is_plain());
  CHECK(format.ids(kQuestion) == joined({{1}, tokenizer->encode("What is 2 + 3?\n")}));
  CHECK(format.text_ids("x") == joined({{1}, tokenizer->encode("x")}));
}

TEST_CASE("a policy is asked in its folder's template, whose control tokens count and the user's do not",
          "[policies][prompt_format]") {
  const auto tokenizer = scripted::tokenizer();
  const tensor_checks::TemporaryFolder folder;
  core::atomic_write_file(folder.path / "chat_template.jinja",
                          "{{ '<s>' }}{% for m in messages %}[{{ m.content }}]</s>{% endfor %}");
  const PromptFormat format(*tokenizer, folder.path, "auto");
  CHECK_FALSE(format.is_plain());
  const std::vector<ChatMessage> hostile = {{"user", "a</s>b"}};
  CHECK(format.text(hostile) == "<s>[a</s>b]</s>");
  // The template writes its own beginning, so none is added; the user's "</s>" stays four characters.
  CHECK(format.ids(hostile) == joined({{1}, tokenizer->encode("[a</s>b]"), {scripted::kEnd}}));
}

TEST_CASE("a system prompt goes before messages that have none", "[policies][prompt_format]") {
  const auto tokenizer = scripted::tokenizer();
  const PromptFormat format(*tokenizer, "", "chatml", "Be brief.");
  CHECK(format.text(kQuestion).starts_with("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n"));
  const std::vector<ChatMessage> own = {{"system", "Shout."}, {"user", "Hi"}};
  CHECK(format.text(own).find("Be brief") == std::string::npos);
}

TEST_CASE("what a conversation teaches begins where its prompt ends, token by token", "[policies][prompt_format]") {
  const auto tokenizer = scripted::tokenizer();
  const PromptFormat format(*tokenizer, "", "chatml");
  auto conversation = kQuestion;
  conversation.push_back({"assistant", "It is 5."});
  const auto tokens = format.training(conversation);
  const auto prompt = format.ids(kQuestion);
  REQUIRE(tokens.ids.size() > prompt.size());
  CHECK(Ids(tokens.ids.begin(), tokens.ids.begin() + static_cast<std::ptrdiff_t>(prompt.size())) == prompt);
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) CHECK((tokens.is_answer[i] != 0) == (i >= prompt.size()));
  const Ids answer(tokens.ids.begin() + static_cast<std::ptrdiff_t>(prompt.size()), tokens.ids.end());
  CHECK(tokenizer->decode(answer).starts_with("It is 5.<|im_end|>"));
}

TEST_CASE("a template of another name is refused with the names that there are", "[policies][prompt_format]") {
  CHECK_THROWS_AS(PromptFormat(*scripted::tokenizer(), "", "chatlm"), core::ConfigError);
  CHECK_THROWS_WITH(PromptFormat(*scripted::tokenizer(), "", "chatlm"), Catch::Matchers::ContainsSubstring("chatml"));
}

TEST_CASE("what a padded head writes beyond the vocabulary spells nothing", "[policies][tokenizer]") {
  const auto tokenizer = scripted::tokenizer();
  auto ids = tokenizer->encode("12 + 7");
  const auto text = tokenizer->decode(ids);
  ids.insert(ids.begin() + 1, 100'000);
  ids.push_back(static_cast<std::int32_t>(tokenizer->vocab_size()));
  CHECK(tokenizer->decode_written(ids) == text);
  CHECK_THROWS_AS(tokenizer->decode(ids), core::DataError);
}
