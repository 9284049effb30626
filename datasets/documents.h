#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "datasets/solutions.h"

namespace hone::datasets {

/// Worked solutions of one domain.
struct GeneratedOptions {
  std::string domain;
  double weight = 1.0;
  nlohmann::json options;
  SolutionMix mix;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("domain", domain, "A generated domain: see hone data list.", core::not_empty());
    visit("weight", weight, "Its share of the documents, in proportion to the weights.", core::at_least(0));
    visit("options", options, "The domain's options.");
    visit("mix", mix, "How the solutions are worked: the shares of right and wrong habits.");
  }
};

/// What a policy is pretrained or fine-tuned on: generated documents, or a file of them.
struct DocumentOptions {
  std::vector<GeneratedOptions> generated;
  std::uint64_t count = 0;
  std::uint64_t seed = 1;
  std::string path;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("generated", generated, "Domains to generate worked solutions in; or give a path.");
    visit("count", count, "Documents to generate; for a file, how many to read, 0 being all.");
    visit("seed", seed, "Seed of the generated documents.");
    visit("path", path,
          "A .jsonl file of \"text\", of \"prompt\" and \"completion\", or of \"messages\" that end with the "
          "assistant's; or a text file, a document a paragraph.");
  }
};

/// A document to learn from: the loss may leave out the prompt, which may be empty.
struct TrainingText {
  std::string prompt;
  std::string completion;
  /// The same as a conversation, the assistant's turn last, for those who write one in a template of their own; empty
  /// for bare text.
  std::vector<Message> messages = {};
};

/// Messages as the chat template "plain" writes them: each content and a newline.
[[nodiscard]] std::string plain_prompt(const std::vector<Message>& messages);

/// A fixed sequence of documents. Immutable, safe to use from several threads.
class Documents {
 public:
  Documents() = default;
  Documents(const Documents&) = delete;
  Documents& operator=(const Documents&) = delete;
  virtual ~Documents() = default;

  [[nodiscard]] virtual std::size_t size() const = 0;
  /// The document at a position below size(), a function of the position only.
  [[nodiscard]] virtual TrainingText at(std::size_t index) const = 0;
};

/// `source` and `path` say in messages where the options stand: "pretrain.json", "data". Throws ConfigError for options
/// that contradict each other, FileError and DataError for a file.
[[nodiscard]] std::unique_ptr<Documents> make_documents(const DocumentOptions& options, const std::string& source,
                                                        const std::string& path = "");

}  // namespace hone::datasets
