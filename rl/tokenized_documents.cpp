#include "rl/tokenized_documents.h"

#include <numeric>

#include "core/random.h"

namespace hone::rl {

TokenizedDocuments::TokenizedDocuments(const datasets::Documents& documents, const policies::Tokenizer& tokenizer,
                                       std::int64_t context) {
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto text = documents.at(i);
    const auto begin = ids_.size();
    const auto append = [&](const std::vector<std::int32_t>& ids) { ids_.insert(ids_.end(), ids.begin(), ids.end()); };
    if (const auto bos = tokenizer.bos_id()) {
      ids_.push_back(*bos);
    }
    append(tokenizer.encode(text.prompt));
    const auto completion_start = ids_.size() - begin;
    append(tokenizer.encode(text.completion));
    if (const auto eos = tokenizer.eos_id()) {
      ids_.push_back(*eos);
    }
    if (ids_.size() - begin > static_cast<std::size_t>(context)) {
      ids_.resize(begin + static_cast<std::size_t>(context));
      ++cut_;
    }
    if (ids_.size() - begin < 2) {  // nothing to predict
      ids_.resize(begin);
      continue;
    }
    completion_starts_.push_back(completion_start);
    offsets_.push_back(ids_.size());
  }
}

TokenizedDocuments::Sequence TokenizedDocuments::operator[](std::size_t index) const {
  const auto begin = offsets_[index];
  return {std::span(ids_).subspan(begin, offsets_[index + 1] - begin), completion_starts_[index]};
}

std::size_t EpochOrder::at(std::uint64_t position) {
  const auto epoch = position / documents_;
  if (epoch != epoch_) {
    epoch_ = epoch;
    order_.resize(documents_);
    std::iota(order_.begin(), order_.end(), 0U);
    core::RandomStream(seed_, "pretrain/order", epoch).shuffle(order_);
  }
  return order_[position % documents_];
}

}  // namespace hone::rl
