#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cost/ledger.h"
#include "datasets/question.h"
#include "policies/policy.h"
#include "rewards/scorer.h"
#include "rl/config.h"
#include "rl/trainer.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

/// Whole trainers on tiny policies, with scorers that are functions.
namespace training_fixture {

using ScoreOf = std::function<hone::rewards::Score(const hone::datasets::Question&, const hone::rewards::Answer&)>;

/// Makes a function available to configs as a scorer of this type; the same name again replaces it.
void use_scorer(const std::string& type, ScoreOf score_of);

/// 1 where the text's bytes add up to an even number, else 0: about half of what a random policy writes.
hone::rewards::Score even_bytes(const hone::datasets::Question& question, const hone::rewards::Answer& answer);

/// 4 sums × 4 answers of at most 8 tokens, scored by `scorer`; resolved by whoever trains.
[[nodiscard]] hone::rl::RunConfig config(const std::string& scorer);

/// The question goes to 'a' or 'b', equally likely, and ends there.
[[nodiscard]] hone::policies::Policy two_choices();

/// A trainer and all that it borrows. The reference is the policy as it was given.
struct Training {
  Training(hone::policies::Policy given, hone::rl::RunConfig wanted);

  [[nodiscard]] std::vector<at::Tensor> weights() const;  // copies

  tensor_checks::TemporaryFolder folder;
  hone::rl::RunConfig config;
  hone::policies::Policy policy;
  hone::cost::Ledger ledger;
  hone::rl::RunPaths paths{.config_file = "train.json"};
  hone::rl::Trainer trainer;
};

[[nodiscard]] double largest_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);

/// A group that was never rolled out: answers of these lengths, random tokens, with rewards and statuses as given.
[[nodiscard]] hone::rl::Group group(std::int64_t prompt_tokens, const std::vector<std::int64_t>& lengths,
                                    const std::vector<double>& rewards, std::uint64_t seed);

/// Writes lines to a file of a folder.
std::string write_lines(const std::filesystem::path& path, const std::vector<std::string>& lines);

}  // namespace training_fixture
