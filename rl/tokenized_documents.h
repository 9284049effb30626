#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "datasets/documents.h"
#include "policies/prompt_format.h"

namespace hone::rl {

/// Documents as tokens, one after another in memory: bos, prompt, completion, eos; or, where a conversation meets a
/// chat template, what that makes of it.
class TokenizedDocuments {
 public:
  /// Documents longer than `context` tokens are cut there, and counted. Throws DataError where the template refuses
  /// one.
  TokenizedDocuments(const datasets::Documents& documents, const policies::Tokenizer& tokenizer,
                     const policies::PromptFormat& format, std::int64_t context);

  struct Sequence {
    std::span<const std::int32_t> ids;
    std::span<const std::uint8_t> is_answer;  // [ids] what a loss with masked prompts counts; never the first
  };
  [[nodiscard]] std::size_t size() const { return offsets_.size() - 1; }
  [[nodiscard]] Sequence operator[](std::size_t index) const;
  [[nodiscard]] std::int64_t tokens() const { return static_cast<std::int64_t>(ids_.size()); }
  [[nodiscard]] std::int64_t cut() const { return cut_; }
  /// The assistant's turns that no loss with masked prompts counts.
  [[nodiscard]] std::size_t turns_left_out() const { return turns_left_out_; }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<std::size_t> offsets_{0};
  std::vector<std::uint8_t> is_answer_;
  std::int64_t cut_ = 0;
  std::size_t turns_left_out_ = 0;
};

/// An endless row of document positions: each epoch all of them, in an order that the seed and the epoch decide.
class EpochOrder {
 public:
  EpochOrder(std::uint64_t seed, std::size_t documents) : seed_(seed), documents_(documents) {}
  [[nodiscard]] std::size_t at(std::uint64_t position);

 private:
  std::uint64_t seed_;
  std::size_t documents_;
  std::uint64_t epoch_ = ~std::uint64_t{0};
  std::vector<std::uint32_t> order_;
};

}  // namespace hone::rl
