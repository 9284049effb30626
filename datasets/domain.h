#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "datasets/problem.h"
#include "datasets/question.h"

namespace hone::datasets {

/// What a question may be used for. The splits of a domain are disjoint by construction, whatever the seed and the
/// options: the hash of a question's content decides the one split that it can be in.
enum class Split { kPretrain, kTrain, kEval };

[[nodiscard]] std::string_view split_name(Split split);
/// Throws ConfigError, beginning with `where`, for another name than pretrain, train or eval.
[[nodiscard]] Split split_from_name(std::string_view name, const std::string& where);

/// A generator of questions with known answers. Immutable, safe to use from several threads.
class Domain {
 public:
  Domain() = default;
  Domain(const Domain&) = delete;
  Domain& operator=(const Domain&) = delete;
  virtual ~Domain() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;

  /// The exercise at a position: a function of the arguments and the domain's options, of nothing else. Two positions
  /// may hold the same exercise. Throws ConfigError when the options leave the split (nearly) empty.
  [[nodiscard]] std::unique_ptr<Problem> problem(Split split, std::uint64_t seed, std::uint64_t index) const;
  /// The same exercise as a question, with the id "arithmetic/eval/<seed>/<index>".
  [[nodiscard]] Question question(Split split, std::uint64_t seed, std::uint64_t index) const;
  /// The split in which an exercise's content belongs: 80 % pretrain, 15 % train, 5 % eval.
  [[nodiscard]] Split split_of(std::string_view content) const;

  [[nodiscard]] Question question_of(const Problem& problem, std::string id) const;
  [[nodiscard]] std::string question_id(Split split, std::uint64_t seed, std::uint64_t index) const;

 protected:
  /// Any exercise at all; `problem` draws until one falls into the split.
  [[nodiscard]] virtual std::unique_ptr<Problem> draw(core::RandomStream& stream) const = 0;
};

/// The first `count` questions of a split, in order of index, without those whose content came before.
/// Throws ConfigError when the domain's options allow too few different ones.
[[nodiscard]] std::vector<Question> make_questions(const Domain& domain, Split split, std::uint64_t seed,
                                                   std::size_t count);

struct DomainEntry {
  std::string_view name;
  std::string_view description;  // one line for `hone data list`
  nlohmann::json (*schema)();    // JSON Schema of the options
  std::unique_ptr<Domain> (*make)(const nlohmann::json& options, const std::string& source, const std::string& path);
};

[[nodiscard]] const std::vector<DomainEntry>& domains();

/// A domain by its name, with options as in its struct (null: the defaults). `source` and `path` say in messages where
/// the object that holds the name and the options stands: "train.json", "data.sources.0". Throws ConfigError.
[[nodiscard]] std::unique_ptr<Domain> make_domain(const std::string& name, const nlohmann::json& options,
                                                  const std::string& source, const std::string& path = "");

}  // namespace hone::datasets
