#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "datasets/domain.h"

namespace hone::datasets {

/// Where questions come from: a generated domain or a file.
struct SourceConfig {
  std::string name;
  std::string domain;
  std::string path;
  double weight = 1.0;
  nlohmann::json options;
  std::optional<std::uint64_t> seed;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name,
          "What metrics file its questions under; by default the domain, or what a file's lines say, or its name.");
    visit("domain", domain, "A generated domain: see hone data list. Or give a path.");
    visit("path", path, "A JSONL file of questions.");
    visit("weight", weight, "Its share of the questions, in proportion to the weights.", core::at_least(0));
    visit("options", options, "The generated domain's options.");
    visit("seed", seed, "Seed of its questions and their order; by default the run's.");
  }
};

struct DataConfig {
  std::vector<SourceConfig> sources;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("sources", sources, "Where training questions come from.", core::not_empty());
  }
};

/// Questions in an endless row: those of a domain, or those of a file in a new order each epoch. Immutable.
class QuestionSource {
 public:
  QuestionSource() = default;
  QuestionSource(const QuestionSource&) = delete;
  QuestionSource& operator=(const QuestionSource&) = delete;
  virtual ~QuestionSource() = default;
  /// The questions at [first, first + count), a function of the positions only.
  [[nodiscard]] virtual std::vector<Question> questions(std::uint64_t first, std::size_t count) const = 0;
};

/// `source` and `path` say in messages where the config stands: "train.json", "data.sources.0". `seed` is the run's.
/// Throws ConfigError, FileError, DataError.
[[nodiscard]] std::unique_ptr<QuestionSource> make_source(const SourceConfig& config, Split split, std::uint64_t seed,
                                                          const std::string& source, const std::string& path);

/// A fixed set without duplicates, for evaluation: the first `count` different questions of a domain's split, or
/// `count` of a file's, chosen by the seed, in the file's order. 0 takes all of a file. Throws as make_source, and
/// ConfigError when there are fewer than asked for.
[[nodiscard]] std::vector<Question> make_set(const SourceConfig& config, Split split, std::uint64_t seed,
                                             std::size_t count, const std::string& source, const std::string& path);

/// Sources mixed by their weights.
class Mixture {
 public:
  /// Questions of the split kTrain. Errors as make_source.
  Mixture(const DataConfig& config, std::uint64_t seed, const std::string& source, const std::string& path = "data");

  /// The questions at [first, first + count) of the one endless row that the mixture is: a function of the positions
  /// and the seed only, so a run that keeps its position resumes exactly. Each goes to the source that is furthest
  /// behind its share, so among any first n questions a source has its share to within one, or with more than two
  /// sources very nearly so, and shares are exact in the long run.
  [[nodiscard]] std::vector<Question> questions(std::uint64_t first, std::size_t count) const;
  /// The same for steps that all take `count` questions.
  [[nodiscard]] std::vector<Question> questions_for_step(std::uint64_t step, std::size_t count) const {
    return questions(step * count, count);
  }

 private:
  std::vector<std::unique_ptr<QuestionSource>> sources_;
  std::vector<double> shares_;  // sum 1
};

}  // namespace hone::datasets
