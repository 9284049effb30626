#include "policies/chat/chat_template.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "core/files.h"

using namespace hone;
using policies::ChatMessage;
using policies::ChatTemplate;
using policies::RenderOptions;

namespace {

std::string render_prompt(std::string_view name, std::span<const policies::ChatMessage> messages) {
  return policies::ChatTemplate::built_in(name).render(messages).text;
}

}  // namespace

TEST_CASE("the plain template is each message and a newline", "[chat]") {
  const std::vector<ChatMessage> question = {{"user", "What is 2 + 3?"}};
  CHECK(render_prompt("plain", question) == "What is 2 + 3?\n");
  const std::vector<ChatMessage> two = {{"system", "Be brief."}, {"user", "Hi\nthere"}};
  CHECK(render_prompt("plain", two) == "Be brief.\nHi\nthere\n");
  CHECK(render_prompt("plain", {}).empty());
}

TEST_CASE("chatml frames each message and opens the answer", "[chat]") {
  const std::vector<ChatMessage> messages = {{"system", "Be brief."}, {"user", "Hi"}};
  CHECK(render_prompt("chatml", messages) ==
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
}

TEST_CASE("an unknown template is refused with the known ones", "[chat]") {
  CHECK(policies::chat_template_names() == std::vector<std::string>{"plain", "chatml", "llama3", "gemma", "deepseek"});
  CHECK_THROWS_AS(render_prompt("chat-ml", {}), core::ConfigError);
  CHECK_THROWS_WITH(render_prompt("chat-ml", {}),
                    "chat template is \"chat-ml\", needs one of plain, chatml, llama3, gemma, deepseek");
}

TEST_CASE("only plain and chatml leave the token that begins a document to the caller", "[chat]") {
  CHECK(ChatTemplate::built_in("plain").leaves_bos_to_caller());
  CHECK(ChatTemplate::built_in("chatml").leaves_bos_to_caller());
  CHECK_FALSE(ChatTemplate::built_in("llama3").leaves_bos_to_caller());
  CHECK_FALSE(ChatTemplate::parse("x", "x").leaves_bos_to_caller());
  const std::vector<ChatMessage> hi = {{"user", "Hi"}};
  CHECK(render_prompt("llama3", hi).starts_with("<|begin_of_text|><|start_header_id|>user"));
  CHECK(render_prompt("gemma", hi) == "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n");
  CHECK(render_prompt("deepseek", hi) == "<｜begin▁of▁sentence｜>User: Hi\n\nAssistant:");
}

TEST_CASE("a date is told only where one was given", "[chat]") {
  const auto chat =
      ChatTemplate::parse("{{ strftime_now('%d %b %Y, %A') if strftime_now is defined else 'then' }}", "x");
  CHECK(chat.render({}).text == "then");
  policies::RenderOptions options;
  options.date = "2024-07-26";
  CHECK(chat.render({}, options).text == "26 Jul 2024, Friday");
  for (const auto* wrong : {"26 Jul 2024", "2024-02-30", "2024-7-26", ""}) {
    options.date = wrong;
    CHECK_THROWS_AS(chat.render({}, options), core::ConfigError);
  }
}

namespace {

std::vector<std::string> spoken(const policies::TrainingText& training) {
  std::vector<std::string> parts;
  for (const auto& range : training.assistant) {
    parts.push_back(training.text.text.substr(range.begin, range.end - range.begin));
  }
  return parts;
}

const std::vector<ChatMessage> kTalk = {
    {"system", "s"}, {"user", "1"}, {"assistant", "one"}, {"user", "2"}, {"assistant", "two"}};

}  // namespace

TEST_CASE("the assistant's turns and what ends them are learned from", "[chat]") {
  CHECK(spoken(ChatTemplate::built_in("chatml").render_training(kTalk)) ==
        std::vector<std::string>{"one<|im_end|>\n", "two<|im_end|>\n"});
  CHECK(spoken(ChatTemplate::built_in("llama3").render_training(kTalk)) ==
        std::vector<std::string>{"one<|eot_id|>", "two<|eot_id|>"});
  CHECK(spoken(ChatTemplate::built_in("plain").render_training(kTalk)) == std::vector<std::string>{"one\n", "two\n"});
  CHECK(spoken(ChatTemplate::built_in("deepseek").render_training(kTalk)) ==
        std::vector<std::string>{" one<｜end▁of▁sentence｜>", " two<｜end▁of▁sentence｜>"});
  const auto training = ChatTemplate::built_in("chatml").render_training(kTalk);
  CHECK(training.turns_left_out == 0);
  RenderOptions without;
  without.add_generation_prompt = false;
  CHECK(training.text.text == ChatTemplate::built_in("chatml").render(kTalk, without).text);
}

TEST_CASE("a conversation without an answer has nothing to learn from", "[chat]") {
  CHECK(ChatTemplate::built_in("chatml").render_training(std::span(kTalk).first(2)).assistant.empty());
  CHECK(ChatTemplate::built_in("chatml").render_training({}).assistant.empty());
}

TEST_CASE("a turn that the template shows otherwise later is left out", "[chat]") {
  const auto qwen3 = ChatTemplate::parse(core::read_file("tests/fixtures/chat/templates/qwen3.jinja"), "qwen3");
  const std::vector<ChatMessage> talk = {{"user", "1"},
                                         {"assistant", "<think>\na\n</think>\n\none"},
                                         {"user", "2"},
                                         {"assistant", "<think>\nb\n</think>\n\ntwo"}};
  const auto training = qwen3.render_training(talk);
  CHECK(spoken(training) == std::vector<std::string>{"<think>\nb\n</think>\n\ntwo<|im_end|>\n"});
  CHECK(training.turns_left_out == 1);
}

TEST_CASE("a last turn that does not go on from its prompt is refused", "[chat]") {
  const auto r1 = ChatTemplate::parse(core::read_file("tests/fixtures/chat/templates/deepseek_r1_distill.jinja"), "r1",
                                      {{"bos_token", "<s>"}});
  CHECK_THROWS_WITH(r1.render_training(kTalk), Catch::Matchers::ContainsSubstring("does not go on from the prompt"));
}

namespace {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("hone_chat_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string rendered() const { return ChatTemplate::of_folder(path_).value().render({}).text; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a folder's template is found in each place where folders keep it", "[chat]") {
  const Folder folder;
  CHECK_FALSE(ChatTemplate::of_folder(folder.path()).has_value());
  folder.write("tokenizer_config.json", R"({"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": null})");
  CHECK_FALSE(ChatTemplate::of_folder(folder.path()).has_value());
  folder.write("tokenizer_config.json", R"({"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": null,
    "chat_template": "config {{ bos_token }}{{ eos_token }}{{ pad_token }}{{ unk_token }}"})");
  CHECK(folder.rendered() == "config <s></s>");
  folder.write("special_tokens_map.json", R"({"bos_token": "<b>", "unk_token": {"content": "<unk>"}})");
  CHECK(folder.rendered() == "config <s></s><unk>");
  folder.write("chat_template.json", R"({"chat_template": "json {{ bos_token }}"})");
  CHECK(folder.rendered() == "json <s>");
  folder.write("chat_template.jinja", "jinja {{ bos_token }}\n");
  CHECK(folder.rendered() == "jinja <s>");
}

TEST_CASE("of a folder's named templates the default counts", "[chat]") {
  const Folder folder;
  folder.write("tokenizer_config.json",
               R"({"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]})");
  CHECK(folder.rendered() == "d");
  folder.write("tokenizer_config.json", R"({"chat_template": [{"name": "tool_use", "template": "t"}]})");
  CHECK_THROWS_AS(ChatTemplate::of_folder(folder.path()), core::DataError);
  folder.write("tokenizer_config.json", R"({"chat_template": "{{ messages | nope }}"})");
  CHECK_THROWS_WITH(ChatTemplate::of_folder(folder.path())->render({}),
                    Catch::Matchers::EndsWith("tokenizer_config.json: chat_template, line 1: filter \"nope\" is not "
                                              "supported: {{ messages | nope }}"));
  folder.write("tokenizer_config.json", "no JSON");
  CHECK_THROWS_AS(ChatTemplate::of_folder(folder.path()), core::DataError);
}
