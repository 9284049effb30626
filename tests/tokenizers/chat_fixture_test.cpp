// What transformers and jinja2 make of the same templates: tests/fixtures/chat/make_chat.py wrote it down.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "policies/chat/chat_template.h"

using namespace hone;
using nlohmann::ordered_json;
using policies::ChatMessage;
using policies::ChatTemplate;

namespace {

ordered_json fixture(const std::string& name) {
  return ordered_json::parse(core::read_file("tests/fixtures/chat/" + name));
}

std::vector<ChatMessage> messages_of(const ordered_json& conversation) {
  std::vector<ChatMessage> messages;
  for (const auto& message : conversation) messages.push_back({message.at("role"), message.at("content")});
  return messages;
}

ChatTemplate family(const std::string& name, const ordered_json& described) {
  policies::SpecialTokens tokens;
  for (const auto& [token, text] : described.at("special_tokens").items()) tokens.emplace_back(token, text);
  const auto source = core::read_file("tests/fixtures/chat/templates/" + name + ".jinja");
  return ChatTemplate::parse(source, name, std::move(tokens));
}

policies::RenderOptions options_of(const ordered_json& one) {
  policies::RenderOptions options;
  options.add_generation_prompt = one.at("add_generation_prompt");
  if (one.contains("date")) options.date = one.at("date").get<std::string>();
  options.variables = one.value("variables", ordered_json::object());
  return options;
}

void check_case(const ChatTemplate& chat, const std::vector<ChatMessage>& messages, const ordered_json& one) {
  if (one.contains("text")) {
    CHECK(chat.render(messages, options_of(one)).text == one.at("text").get<std::string>());
  } else if (one.contains("raised")) {
    CHECK_THROWS_WITH(chat.render(messages, options_of(one)),
                      Catch::Matchers::EndsWith(": " + one.at("raised").get<std::string>()));
  } else {
    CHECK_THROWS_AS(chat.render(messages, options_of(one)), core::DataError);
  }
}

}  // namespace

TEST_CASE("the published templates give the text that transformers gives", "[chat]") {
  const auto expected = fixture("expected.json");
  for (const auto& [name, described] : expected.at("templates").items()) {
    const auto chat = family(name, described);
    for (const auto& one : described.at("cases")) {
      INFO(name << ", " << one.at("conversation") << ", " << options_of(one).variables << one.value("date", ""));
      check_case(chat, messages_of(expected.at("conversations").at(one.at("conversation").get<std::string>())), one);
    }
  }
}

TEST_CASE("generation blocks mark the text that transformers' mask marks", "[chat]") {
  const auto expected = fixture("expected.json");
  int masks = 0;
  for (const auto& [name, described] : expected.at("templates").items()) {
    for (const auto& one : described.at("masks")) {
      INFO(name << ", " << one.at("conversation"));
      const auto conversation = expected.at("conversations").at(one.at("conversation").get<std::string>());
      const auto training = family(name, described).render_training(messages_of(conversation));
      std::vector<std::string> spoken;
      for (const auto& range : training.assistant) {
        spoken.push_back(training.text.text.substr(range.begin, range.end - range.begin));
      }
      CHECK(spoken == one.at("assistant").get<std::vector<std::string>>());
      ++masks;
    }
  }
  CHECK(masks == 12);
}

TEST_CASE("small templates give what jinja2 gives", "[chat]") {
  const auto micro = fixture("micro.json");
  for (const auto& one : micro.at("cases")) {
    const auto source = one.at("template").get<std::string>();
    INFO(source);
    policies::RenderOptions options;
    options.variables = one.at("context");
    const auto rendered = [&] { return ChatTemplate::parse(source, "micro").render({}, options).text; };
    if (one.contains("text")) {
      try {
        CHECK(rendered() == one.at("text").get<std::string>());
      } catch (const core::DataError& error) {
        FAIL_CHECK(error.what());
      }
    } else {
      CHECK_THROWS_AS(rendered(), core::DataError);
    }
  }
}

TEST_CASE("built-in templates give what their families' published ones give", "[chat]") {
  const auto expected = fixture("expected.json");
  for (const auto& [built_in, published] :
       std::map<std::string, std::string>{{"llama3", "llama3"}, {"gemma", "gemma3"}, {"deepseek", "deepseek_llm"}}) {
    const auto chat = ChatTemplate::built_in(built_in);
    for (const auto& one : expected.at("templates").at(published).at("cases")) {
      if (!one.contains("text") || one.contains("variables") || one.at("conversation") == "nobody") continue;
      INFO(built_in << ", " << one.at("conversation"));
      check_case(chat, messages_of(expected.at("conversations").at(one.at("conversation").get<std::string>())), one);
    }
  }
}
