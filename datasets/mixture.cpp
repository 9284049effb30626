#include "datasets/mixture.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/config_text.h"
#include "core/error.h"
#include "datasets/jsonl.h"

namespace hone::datasets {
namespace {

class DomainSource : public QuestionSource {
 public:
  DomainSource(std::unique_ptr<Domain> domain, Split split, std::uint64_t seed, std::string name)
      : domain_(std::move(domain)), split_(split), seed_(seed), name_(std::move(name)) {}

  [[nodiscard]] std::vector<Question> questions(std::uint64_t first, std::size_t count) const override {
    std::vector<Question> questions;
    for (std::size_t i = 0; i < count; ++i) {
      questions.push_back(domain_->question(split_, seed_, first + i));
      if (!name_.empty()) questions.back().domain = name_;
    }
    return questions;
  }

 private:
  std::unique_ptr<Domain> domain_;
  Split split_;
  std::uint64_t seed_;
  std::string name_;
};

std::vector<std::size_t> order_of_epoch(std::size_t size, std::uint64_t seed, std::uint64_t epoch) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  core::RandomStream(seed, "datasets/shuffle", 0, epoch).shuffle(order);
  return order;
}

class FileSource : public QuestionSource {
 public:
  FileSource(std::vector<Question> questions, std::uint64_t seed) : questions_(std::move(questions)), seed_(seed) {}

  [[nodiscard]] std::vector<Question> questions(std::uint64_t first, std::size_t count) const override {
    std::vector<Question> chosen;
    std::vector<std::size_t> order;
    for (std::uint64_t position = first; position < first + count; ++position) {
      const std::uint64_t place = position % questions_.size();
      if (order.empty() || place == 0) order = order_of_epoch(questions_.size(), seed_, position / questions_.size());
      chosen.push_back(questions_[order[place]]);
    }
    return chosen;
  }

 private:
  std::vector<Question> questions_;
  std::uint64_t seed_;
};

void check_kind(const SourceConfig& config, const std::string& source, const std::string& path) {
  if (config.domain.empty() != config.path.empty()) return;
  throw core::ConfigError(source + ": " + path + " needs either \"domain\" or \"path\", found " +
                          (config.path.empty() ? "neither" : "both"));
}

void check_no_options(const SourceConfig& config, const std::string& source, const std::string& path) {
  if (config.options.is_null()) return;
  throw core::ConfigError(source + ": " + core::text::join_path(path, "options") +
                          " are a generated domain's, found with the path \"" + config.path + "\"");
}

/// `count` of the questions, in their order.
std::vector<Question> subset(std::vector<Question> questions, std::size_t count, std::uint64_t seed) {
  auto chosen = order_of_epoch(questions.size(), seed, 0);
  chosen.resize(count);
  std::sort(chosen.begin(), chosen.end());
  std::vector<Question> kept;
  for (const std::size_t place : chosen) kept.push_back(std::move(questions[place]));
  return kept;
}

}  // namespace

std::unique_ptr<QuestionSource> make_source(const SourceConfig& config, Split split, std::uint64_t seed,
                                            const std::string& source, const std::string& path) {
  check_kind(config, source, path);
  const std::uint64_t own_seed = config.seed.value_or(seed);
  if (!config.domain.empty()) {
    auto domain = make_domain(config.domain, config.options, source, path);
    return std::make_unique<DomainSource>(std::move(domain), split, own_seed, config.name);
  }
  check_no_options(config, source, path);
  return std::make_unique<FileSource>(load_questions(std::filesystem::path(config.path), config.name), own_seed);
}

std::vector<Question> make_set(const SourceConfig& config, Split split, std::uint64_t seed, std::size_t count,
                               const std::string& source, const std::string& path) {
  check_kind(config, source, path);
  const std::uint64_t own_seed = config.seed.value_or(seed);
  if (!config.domain.empty()) {
    if (count == 0) throw core::ConfigError(source + ": " + path + " needs how many questions to generate, found 0");
    auto questions = make_questions(*make_domain(config.domain, config.options, source, path), split, own_seed, count);
    for (Question& question : questions) {
      if (!config.name.empty()) question.domain = config.name;
    }
    return questions;
  }
  check_no_options(config, source, path);
  auto questions = load_questions(std::filesystem::path(config.path), config.name);
  if (count > questions.size()) {
    throw core::ConfigError(source + ": " + path + " needs " + std::to_string(count) + " questions, found " +
                            std::to_string(questions.size()) + " in " + config.path);
  }
  return count == 0 ? questions : subset(std::move(questions), count, own_seed);
}

Mixture::Mixture(const DataConfig& config, std::uint64_t seed, const std::string& source, const std::string& path) {
  const std::string list = core::text::join_path(path, "sources");
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    if (config.sources[i].weight <= 0) continue;
    sources_.push_back(make_source(config.sources[i], Split::kTrain, seed, source, list + "." + std::to_string(i)));
    shares_.push_back(config.sources[i].weight);
  }
  if (sources_.empty()) throw core::ConfigError(source + ": " + list + " needs a source with a positive weight");
  const double total = std::accumulate(shares_.begin(), shares_.end(), 0.0);
  for (double& share : shares_) share /= total;
}

std::vector<Question> Mixture::questions(std::uint64_t first, std::size_t count) const {
  std::vector<std::uint64_t> given(sources_.size(), 0);
  std::vector<std::size_t> turns;  // the source of each question wanted
  std::vector<std::uint64_t> begins;
  for (std::uint64_t position = 0; position < first + count; ++position) {
    if (position == first) begins = given;
    std::size_t neediest = 0;
    double greatest_lack = -1e300;
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      const double lack = static_cast<double>(position + 1) * shares_[i] - static_cast<double>(given[i]);
      if (lack > greatest_lack) {
        greatest_lack = lack;
        neediest = i;
      }
    }
    ++given[neediest];
    if (position >= first) turns.push_back(neediest);
  }
  if (turns.empty()) return {};

  std::vector<std::vector<Question>> drawn;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    drawn.push_back(sources_[i]->questions(begins[i], given[i] - begins[i]));
  }
  std::vector<std::size_t> next(sources_.size(), 0);
  std::vector<Question> mixed;
  for (const std::size_t turn : turns) mixed.push_back(std::move(drawn[turn][next[turn]++]));
  return mixed;
}

}  // namespace hone::datasets
