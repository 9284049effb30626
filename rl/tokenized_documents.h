#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "datasets/documents.h"
#include "policies/tokenizers/tokenizer.h"

namespace hone::rl {

/// Documents as tokens: bos, prompt, completion, eos, one after another in memory.
class TokenizedDocuments {
 public:
  /// Documents longer than `context` tokens are cut there, and counted.
  TokenizedDocuments(const datasets::Documents& documents, const policies::Tokenizer& tokenizer, std::int64_t context);

  struct Sequence {
    std::span<const std::int32_t> ids;
    std::size_t completion_start = 0;  // index of the completion's first token
  };
  [[nodiscard]] std::size_t size() const { return completion_starts_.size(); }
  [[nodiscard]] Sequence operator[](std::size_t index) const;
  [[nodiscard]] std::int64_t tokens() const { return static_cast<std::int64_t>(ids_.size()); }
  [[nodiscard]] std::int64_t cut() const { return cut_; }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<std::size_t> offsets_{0};
  std::vector<std::size_t> completion_starts_;
  std::int64_t cut_ = 0;
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
