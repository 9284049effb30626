#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

#include "datasets/question.h"
#include "rewards/registry.h"
#include "rewards/rubric/checks.h"

namespace hone::rewards::rubric {

/// The rubrics that were compiled, by question; a bounded number of them. Safe from several threads.
class Shelf {
 public:
  /// `rubrics`: a file for all questions, a folder, or empty. Reads the file. Throws ConfigError, FileError.
  Shelf(const std::string& rubrics, ScorerSetting setting);

  /// The question's rubric; none where it has none. Throws ConfigError for a broken one.
  [[nodiscard]] std::shared_ptr<const Prepared> prepared(const datasets::Question& question) const;
  /// The file's rubric, where the option names a file.
  [[nodiscard]] const std::shared_ptr<const Rubric>& common() const { return common_; }

 private:
  struct Entry {
    nlohmann::json rubric;  // what it was made of, to see that the question is the same
    nlohmann::json gold;
    std::string prompt;
    std::shared_ptr<const Prepared> prepared;
  };
  using Entries = std::unordered_map<std::string, std::shared_ptr<const Entry>>;

  [[nodiscard]] std::shared_ptr<const Entry> find(const std::string& id) const;
  void keep(const std::string& id, std::shared_ptr<const Entry> entry) const;
  [[nodiscard]] std::shared_ptr<const Prepared> make(const nlohmann::json& rubric, const nlohmann::json& gold,
                                                     const datasets::Question& question, std::string prompt) const;
  [[nodiscard]] nlohmann::json load(const std::string& name, const datasets::Question& question) const;

  ScorerSetting setting_;
  std::filesystem::path folder_;
  nlohmann::json file_;  // the common rubric as written; null where there is none
  std::string file_name_;
  std::shared_ptr<const Rubric> common_;
  mutable std::mutex mutex_;
  mutable Entries fresh_;  // when it is full it becomes the old one, which is forgotten
  mutable Entries old_;
};

}  // namespace hone::rewards::rubric
