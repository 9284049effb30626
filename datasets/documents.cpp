#include "datasets/documents.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "core/config_text.h"
#include "core/error.h"
#include "core/files.h"
#include "datasets/jsonl.h"

namespace hone::datasets {
namespace {

TrainingText conversation(std::vector<Message> messages, std::string completion) {
  TrainingText text{plain_prompt(messages), completion, std::move(messages)};
  text.messages.push_back({"assistant", std::move(completion)});
  return text;
}

class GeneratedDocuments : public Documents {
 public:
  GeneratedDocuments(const DocumentOptions& options, const std::string& source, const std::string& path)
      : count_(options.count), seed_(options.seed) {
    double total = 0;
    for (std::size_t i = 0; i < options.generated.size(); ++i) {
      const auto& generated = options.generated[i];
      const std::string place = core::text::join_path(path, "generated." + std::to_string(i));
      domains_.push_back(make_domain(generated.domain, generated.options, source, place));
      mixes_.push_back(generated.mix);
      weights_.push_back(generated.weight);
      total += generated.weight;
    }
    if (total <= 0)
      throw core::ConfigError(source + ": " + core::text::join_path(path, "generated") +
                              " needs a domain with a positive weight");
  }

  [[nodiscard]] std::size_t size() const override { return count_; }

  [[nodiscard]] TrainingText at(std::size_t index) const override {
    const std::size_t chosen = core::RandomStream(seed_, "datasets/documents", 0, index).weighted(weights_);
    auto document = make_document(*domains_[chosen], mixes_[chosen], seed_, index);
    return conversation(std::move(document.question.messages), std::move(document.completion));
  }

 private:
  std::size_t count_;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<Domain>> domains_;
  std::vector<SolutionMix> mixes_;
  std::vector<double> weights_;
};

class LoadedDocuments : public Documents {
 public:
  explicit LoadedDocuments(std::vector<TrainingText> texts) : texts_(std::move(texts)) {}
  [[nodiscard]] std::size_t size() const override { return texts_.size(); }
  [[nodiscard]] TrainingText at(std::size_t index) const override { return texts_.at(index); }

 private:
  std::vector<TrainingText> texts_;
};

std::string text_at(const nlohmann::json& object, const char* key, const std::string& place) {
  if (!object[key].is_string()) {
    throw core::DataError(place + ": \"" + key + "\" needs text, found " + object[key].type_name());
  }
  return object[key].get<std::string>();
}

/// Text, or a conversation's way of writing it: a list of the assistant's one message.
std::string completion_of(const nlohmann::json& value, const std::string& place) {
  if (value.is_string()) return value.get<std::string>();
  const auto messages = value.is_array() ? messages_from_json(value, place) : std::vector<Message>();
  if (messages.size() == 1 && messages.front().role == "assistant") return messages.front().content;
  throw core::DataError(place + ": \"completion\" needs text, or a list of one message by the assistant, found " +
                        value.type_name());
}

TrainingText text_from_json(const nlohmann::json& object, const std::string& place) {
  if (object.is_object() && object.contains("text")) return {"", text_at(object, "text", place)};
  if (object.is_object() && object.contains("messages")) {
    auto messages = messages_from_json(object["messages"], place);
    if (messages.back().role != "assistant") {
      throw core::DataError(place + ": needs messages that end with the assistant's, found \"" + messages.back().role +
                            "\" last");
    }
    std::string completion = std::move(messages.back().content);
    messages.pop_back();
    return conversation(std::move(messages), std::move(completion));
  }
  if (object.is_object() && object.contains("prompt") && object.contains("completion")) {
    return conversation(messages_from_json(object["prompt"], place), completion_of(object["completion"], place));
  }
  throw core::DataError(place + R"(: needs an object with "text", "messages" or "prompt" and "completion")");
}

std::vector<TrainingText> load_jsonl(const std::string& file) {
  std::vector<TrainingText> texts;
  for_each_json_line(std::filesystem::path(file), [&](std::size_t line_number, const nlohmann::json& value) {
    texts.push_back(text_from_json(value, file + ":" + std::to_string(line_number)));
  });
  return texts;
}

/// A document ends at an empty line.
std::vector<TrainingText> load_paragraphs(const std::string& file) {
  std::vector<TrainingText> texts;
  std::istringstream lines(core::read_file(file));
  std::string paragraph;
  const auto finish = [&] {
    if (!paragraph.empty()) texts.push_back({"", std::exchange(paragraph, "")});
  };
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) {
      finish();
    } else {
      paragraph += (paragraph.empty() ? "" : "\n") + line;
    }
  }
  finish();
  return texts;
}

std::unique_ptr<Documents> load_documents(const DocumentOptions& options) {
  const bool is_jsonl = std::filesystem::path(options.path).extension() == ".jsonl";
  auto texts = is_jsonl ? load_jsonl(options.path) : load_paragraphs(options.path);
  if (texts.empty() || texts.size() < options.count) {
    throw core::DataError(options.path + ": needs at least " +
                          std::to_string(std::max<std::uint64_t>(options.count, 1)) + " documents, found " +
                          std::to_string(texts.size()));
  }
  if (options.count > 0) texts.resize(options.count);
  return std::make_unique<LoadedDocuments>(std::move(texts));
}

}  // namespace

std::string plain_prompt(const std::vector<Message>& messages) {
  std::string prompt;
  for (const Message& message : messages) prompt += message.content + "\n";
  return prompt;
}

std::unique_ptr<Documents> make_documents(const DocumentOptions& options, const std::string& source,
                                          const std::string& path) {
  if (options.generated.empty() == options.path.empty()) {
    throw core::ConfigError(source + ": " + core::text::join_path(path, "generated") + " or " +
                            core::text::join_path(path, "path") + " is needed, found " +
                            (options.path.empty() ? "neither" : "both"));
  }
  if (!options.path.empty()) return load_documents(options);
  if (options.count == 0) {
    throw core::ConfigError(source + ": " + core::text::join_path(path, "count") +
                            " is 0, needs how many documents to generate");
  }
  return std::make_unique<GeneratedDocuments>(options, source, path);
}

}  // namespace hone::datasets
