#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/tokenizers/marked_text.h"

namespace hone::policies {

struct ChatMessage {
  std::string role;  // system, user, assistant
  std::string content;
};

struct RenderOptions {
  /// Whether the text ends where the assistant's answer begins.
  bool add_generation_prompt = true;
  /// The day that `strftime_now` tells, as "2024-07-26". Without one the template finds no `strftime_now`, and takes
  /// the date that its author wrote down for that case: a run is the same tomorrow.
  std::optional<std::string> date = {};
  /// More of the template's variables, an object: tools, documents, enable_thinking, date_string. Not trusted.
  nlohmann::ordered_json variables = nlohmann::ordered_json::object();
};

/// A conversation to learn from.
struct TrainingText {
  MarkedText text;
  /// What the assistant says, with the text that ends its turn; ascending, disjoint.
  std::vector<TextRange> assistant;
  /// The assistant's turns that are not among them: the template shows them otherwise once others follow, as Qwen3's
  /// does, which takes the thoughts out.
  std::size_t turns_left_out = 0;
};

/// bos_token and its like, as a template knows them.
using SpecialTokens = std::vector<std::pair<std::string, std::string>>;

/// How messages become text: a template in the part of Jinja that published models use, run as transformers'
/// `apply_chat_template` runs it. docs/chat_templates.md says what is supported. Const calls are safe from several
/// threads.
class ChatTemplate {
 public:
  /// `where` begins its error messages. Throws DataError with the line for what is not supported.
  [[nodiscard]] static ChatTemplate parse(std::string_view source, const std::string& where,
                                          SpecialTokens special_tokens = {});
  /// plain, chatml, llama3, gemma or deepseek. Throws ConfigError naming them for any other name.
  [[nodiscard]] static ChatTemplate built_in(std::string_view name);
  /// That of a Hugging Face folder: chat_template.jinja, else chat_template.json, else "chat_template" in
  /// tokenizer_config.json; nothing where there is none. Throws DataError.
  [[nodiscard]] static std::optional<ChatTemplate> of_folder(const std::filesystem::path& folder);

  /// The messages as one text. What the template's author wrote is trusted, special tokens and the names of roles too;
  /// nothing that the messages or `options.variables` say is.
  /// Throws DataError where the template refuses the messages or asks for what is not supported, ConfigError for a
  /// date that is none.
  [[nodiscard]] MarkedText render(std::span<const ChatMessage> messages, const RenderOptions& options = {}) const;

  /// The whole conversation, and where the assistant speaks: in the template's {% generation %} blocks where it has
  /// them, else what an assistant's turn adds to the prompt before it. `add_generation_prompt` is not looked at.
  /// Throws DataError as `render` does, and where the last turn is the assistant's but does not go on from its prompt.
  [[nodiscard]] TrainingText render_training(std::span<const ChatMessage> messages,
                                             const RenderOptions& options = {}) const;

  /// Whether the text lacks a token to begin a document, which whoever encodes it should then add: true of plain and
  /// chatml. Every other template writes its own.
  [[nodiscard]] bool leaves_bos_to_caller() const;

 private:
  struct Parsed;
  struct Rendered;
  explicit ChatTemplate(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  [[nodiscard]] Rendered run(std::span<const ChatMessage> messages, const RenderOptions& options,
                             bool add_generation_prompt) const;

  std::shared_ptr<const Parsed> parsed_;
};

/// The names of the built-in templates, in the order in which help shows them.
[[nodiscard]] std::vector<std::string> chat_template_names();

}  // namespace hone::policies
