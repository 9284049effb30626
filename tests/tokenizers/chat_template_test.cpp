#include "policies/chat/chat_template.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"

using namespace hone;
using policies::ChatMessage;
using policies::render_prompt;

TEST_CASE("the plain template is each message and a newline", "[policies][chat]") {
  const std::vector<ChatMessage> question = {{"user", "What is 2 + 3?"}};
  CHECK(render_prompt("plain", question) == "What is 2 + 3?\n");
  const std::vector<ChatMessage> two = {{"system", "Be brief."}, {"user", "Hi\nthere"}};
  CHECK(render_prompt("plain", two) == "Be brief.\nHi\nthere\n");
  CHECK(render_prompt("plain", {}).empty());
}

TEST_CASE("chatml frames each message and opens the answer", "[policies][chat]") {
  const std::vector<ChatMessage> messages = {{"system", "Be brief."}, {"user", "Hi"}};
  CHECK(render_prompt("chatml", messages) ==
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
}

TEST_CASE("an unknown template is refused with the known ones", "[policies][chat]") {
  CHECK(policies::chat_template_names() == std::vector<std::string>{"plain", "chatml"});
  CHECK_THROWS_AS(render_prompt("chat-ml", {}), core::ConfigError);
  CHECK_THROWS_WITH(render_prompt("chat-ml", {}), "chat template is \"chat-ml\", needs one of plain, chatml");
}
