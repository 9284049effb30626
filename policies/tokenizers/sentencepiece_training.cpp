#include "policies/tokenizers/sentencepiece_training.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <string_view>
#include <unordered_map>

#include "core/error.h"

namespace hone::policies {
namespace {

/// Hands the texts to the trainer line by line: its statistics are of lines, and it passes over overlong ones.
class Lines final : public sentencepiece::SentenceIterator {
 public:
  explicit Lines(std::span<const std::string> texts) : texts_(texts) { Next(); }

  bool done() const override { return done_; }
  const std::string& value() const override { return line_; }
  sentencepiece::util::Status status() const override { return {}; }

  void Next() override {
    while (text_ < texts_.size()) {
      const std::string_view rest = std::string_view(texts_[text_]).substr(at_);
      const auto length = rest.find('\n');
      line_ = rest.substr(0, length);
      at_ += length + 1;
      if (length == std::string_view::npos) {
        ++text_;
        at_ = 0;
      }
      if (!line_.empty()) return;
    }
    done_ = true;
  }

 private:
  std::span<const std::string> texts_;
  std::size_t text_ = 0;
  std::size_t at_ = 0;
  std::string line_;
  bool done_ = false;
};

/// The option is a list with commas between; one with a comma in it is quoted, quotes doubled.
std::string comma_list(const std::vector<std::string>& items) {
  std::string list;
  for (const auto& item : items) {
    std::string escaped;
    for (const char c : item) escaped += c == '"' ? "\"\"" : std::string(1, c);
    list += (list.empty() ? "\"" : ",\"") + escaped + "\"";
  }
  return list;
}

/// Status messages begin with the library's own file, line and condition in brackets.
std::string reason(const sentencepiece::util::Status& status) {
  const std::string message = status.error_message();
  const auto bracket = message.rfind("] ");
  return bracket == std::string::npos ? message : message.substr(bracket + 2);
}

}  // namespace

std::string train_sentencepiece(std::span<const std::string> texts, const SentencePieceOptions& options) {
  const std::unordered_map<std::string, std::string> arguments = {
      {"vocab_size", std::to_string(options.vocab_size)},
      {"model_type", core::enum_name(options.model_type)},
      {"split_digits", options.split_digits ? "true" : "false"},
      {"character_coverage", std::to_string(options.character_coverage)},
      {"user_defined_symbols", comma_list(options.user_defined_symbols)},
      {"byte_fallback", "true"},
      {"normalization_rule_name", "identity"},
      {"add_dummy_prefix", "false"},
      {"remove_extra_whitespaces", "false"},
      {"max_sentence_length", "1000000000"},
      {"num_threads", "1"},
      {"unk_id", "0"},
      {"bos_id", "1"},
      {"eos_id", "2"},
      {"pad_id", "-1"},
      {"minloglevel", "2"},
  };
  Lines lines(texts);
  if (lines.done()) throw core::ConfigError("the tokenizer's texts are empty, needs at least one line");
  std::string model;
  const auto status = sentencepiece::SentencePieceTrainer::Train(arguments, &lines, &model);
  if (!status.ok()) {
    throw core::ConfigError("a SentencePiece vocabulary of " + std::to_string(options.vocab_size) +
                            " tokens cannot be learnt from these texts: " + reason(status));
  }
  return model;
}

}  // namespace hone::policies
