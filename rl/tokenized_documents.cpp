#include "rl/tokenized_documents.h"

#include <numeric>

#include "core/random.h"

namespace hone::rl {

namespace {

policies::TrainingTokens plain_tokens(const datasets::TrainingText& text, const policies::Tokenizer& tokenizer) {
  policies::TrainingTokens tokens;
  const auto append = [&](const std::vector<std::int32_t>& ids, std::uint8_t is_answer) {
    tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    tokens.is_answer.resize(tokens.ids.size(), is_answer);
  };
  if (const auto bos = tokenizer.bos_id()) {
    append({*bos}, 0);
  }
  append(tokenizer.encode(text.prompt), 0);
  append(tokenizer.encode(text.completion), 1);
  if (const auto eos = tokenizer.eos_id()) {
    append({*eos}, 1);
  }
  return tokens;
}

policies::TrainingTokens conversation_tokens(const datasets::TrainingText& text, const policies::PromptFormat& format) {
  std::vector<policies::ChatMessage> messages;
  for (const auto& message : text.messages) {
    messages.push_back({message.role, message.content});
  }
  return format.training(messages);
}

}  // namespace

TokenizedDocuments::TokenizedDocuments(const datasets::Documents& documents, const policies::Tokenizer& tokenizer,
                                       const policies::PromptFormat& format, std::int64_t context) {
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto text = documents.at(i);
    auto tokens =
        text.messages.empty() || format.is_plain() ? plain_tokens(text, tokenizer) : conversation_tokens(text, format);
    turns_left_out_ += tokens.turns_left_out;
    if (tokens.ids.size() > static_cast<std::size_t>(context)) {
      tokens.ids.resize(static_cast<std::size_t>(context));
      ++cut_;
    }
    if (tokens.ids.size() < 2) {  // nothing to predict
      continue;
    }
    tokens.is_answer.resize(tokens.ids.size());
    tokens.is_answer.front() = 0;  // nothing predicts it
    ids_.insert(ids_.end(), tokens.ids.begin(), tokens.ids.end());
    is_answer_.insert(is_answer_.end(), tokens.is_answer.begin(), tokens.is_answer.end());
    offsets_.push_back(ids_.size());
  }
}

TokenizedDocuments::Sequence TokenizedDocuments::operator[](std::size_t index) const {
  const auto begin = offsets_[index];
  const auto length = offsets_[index + 1] - begin;
  return {std::span(ids_).subspan(begin, length), std::span(is_answer_).subspan(begin, length)};
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
