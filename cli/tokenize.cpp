#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/json_lines.h"
#include "cli/policy_options.h"
#include "policies/prompt_format.h"

namespace hone::cli {
namespace {

struct TokenizeOptions {
  std::string policy;
  std::string file;
  std::string chat_template = "auto";
  bool decode = false;
  bool chat = false;
  bool control_tokens = false;
};

OutputLine convert(const InputLine& line, const policies::Tokenizer& tokenizer, const policies::PromptFormat& format,
                   const TokenizeOptions& options) {
  OutputLine converted;
  converted["id"] = line.id();
  if (options.decode) {
    converted["text"] = tokenizer.decode(line.token_ids(tokenizer.vocab_size()));
  } else if (options.chat) {
    converted["token_ids"] = format.ids(chat_messages(line));
  } else if (options.control_tokens) {
    const auto text = line.text("text");
    converted["token_ids"] = tokenizer.encode_marked({text, {{0, text.size()}}});
  } else {
    converted["token_ids"] = tokenizer.encode(line.text("text"));
  }
  return converted;
}

void tokenize(const TokenizeOptions& options) {
  end_at_interrupt();
  const auto tokenizer = policies::load_tokenizer(options.policy);
  const policies::PromptFormat format(*tokenizer, options.policy, options.chat ? options.chat_template : "plain");
  std::vector<OutputLine> lines;
  for_each_input_line(options.file,
                      [&](const InputLine& line) { lines.push_back(convert(line, *tokenizer, format, options)); });
  for (const auto& line : lines) write_line(line);
}

}  // namespace

void add_tokenize_command(CLI::App& app) {
  auto options = std::make_shared<TokenizeOptions>();
  auto* command = app.add_subcommand("tokenize", "Text to a policy's token ids, and back; needs no weights");
  add_policy_folder(*command, options->policy);
  command->add_option("file", options->file, "JSONL: id, and text, token_ids (--decode) or messages (--chat)")
      ->required()
      ->type_name("FILE");
  auto* decode = command->add_flag("--decode", options->decode, "token_ids to text");
  command->add_flag("--chat", options->chat, "messages to the token_ids of a prompt, as `hone generate` has it")
      ->excludes(decode);
  command->add_flag("--control-tokens", options->control_tokens,
                    "Control tokens written out in the text become those tokens: for text that you wrote yourself");
  add_chat_template(*command, options->chat_template);
  command->callback([options] { tokenize(*options); });
}

}  // namespace hone::cli
