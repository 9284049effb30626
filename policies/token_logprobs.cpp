#include "policies/token_logprobs.h"

#include <sstream>

#include "policies/kernel_call.h"
#include "policies/kernels/log_softmax.h"
#include "policies/weight_gradient.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct Statistics {
  at::Tensor logprobs, entropy, log_sum_exp;  // [tokens] float32 each
  [[nodiscard]] Statistics narrow(std::int64_t begin, std::int64_t count) const {
    return {logprobs.narrow(0, begin, count), entropy.narrow(0, begin, count), log_sum_exp.narrow(0, begin, count)};
  }
};

void write_statistics(const at::Tensor& logits, const at::Tensor& targets, double temperature, const Statistics& to) {
  if (!has_kernel(logits)) {
    const auto scaled = logits.to(at::kFloat) / temperature;
    const auto largest = scaled.amax(1, /*keepdim=*/true);
    const auto log_sum_exp = largest + (scaled - largest).exp().sum(1, true).log();  // [count, 1]
    const auto logp = scaled - log_sum_exp;
    to.log_sum_exp.copy_(log_sum_exp.squeeze(1));
    to.logprobs.copy_(logp.gather(1, targets.unsqueeze(1)).squeeze(1));
    to.entropy.copy_(-(logp.exp() * logp).sum(1));
    return;
  }
  with_scalar(logits, [&]<class T>(T) {
    parallel_rows(logits.size(0), logits.size(1), [&](std::int64_t begin, std::int64_t end) {
      kernels::log_softmax_statistics<T>(
          data<T>(logits), data<std::int64_t>(targets), static_cast<float>(1.0 / temperature), logits.size(1), begin,
          end, data<float>(to.logprobs), data<float>(to.entropy), data<float>(to.log_sum_exp));
    });
  });
}

/// Gradient of the logits; on the CPU in their place.
at::Tensor logits_gradient(const at::Tensor& logits, const at::Tensor& targets, double temperature,
                           const Statistics& of, const at::Tensor& grad_logprobs, const at::Tensor& grad_entropy) {
  if (!has_kernel(logits)) {
    const auto logp = logits.to(at::kFloat) / temperature - of.log_sum_exp.unsqueeze(1);
    auto weight = grad_logprobs.unsqueeze(1);
    if (grad_entropy.defined()) {
      weight = weight + grad_entropy.unsqueeze(1) * (logp + of.entropy.unsqueeze(1));
    }
    auto grad = -logp.exp() * weight;
    grad = grad.scatter_add(1, targets.unsqueeze(1), grad_logprobs.unsqueeze(1));
    return (grad / temperature).to(logits.scalar_type());
  }
  with_scalar(logits, [&]<class T>(T) {
    parallel_rows(logits.size(0), logits.size(1), [&](std::int64_t begin, std::int64_t end) {
      kernels::log_softmax_gradient<T>(data<T>(logits), data<std::int64_t>(targets), data<float>(of.log_sum_exp),
                                       data<float>(of.entropy), data<float>(grad_logprobs), data<float>(grad_entropy),
                                       static_cast<float>(1.0 / temperature), logits.size(1), begin, end);
    });
  });
  return logits;
}

struct HeadLogprobs : torch::autograd::Function<HeadLogprobs> {
  static tensor_list forward(AutogradContext* context, const at::Tensor& hidden, const at::Tensor& head,
                             const at::Tensor& targets, double temperature, std::int64_t chunk_tokens) {
    const auto tokens = hidden.size(0);
    const auto wide = hidden.options().dtype(at::kFloat);
    const Statistics all{at::empty({tokens}, wide), at::empty({tokens}, wide), at::empty({tokens}, wide)};
    for (std::int64_t begin = 0; begin < tokens; begin += chunk_tokens) {
      const auto count = std::min(chunk_tokens, tokens - begin);
      const auto logits = at::mm(hidden.narrow(0, begin, count), head.t());  // [count, vocab]
      write_statistics(logits, targets.narrow(0, begin, count), temperature, all.narrow(begin, count));
    }
    context->save_for_backward({hidden, head, targets, all.entropy, all.log_sum_exp});
    context->saved_data["temperature"] = temperature;
    context->saved_data["chunk_tokens"] = chunk_tokens;
    context->set_materialize_grads(false);
    return {all.logprobs, all.entropy};
  }

  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    const auto &hidden = saved[0], &head = saved[1], &targets = saved[2];
    const Statistics all{saved[3], saved[3], saved[4]};  // the log-probabilities themselves are not needed again
    const auto tokens = hidden.size(0);
    const auto chunk_tokens = context->saved_data["chunk_tokens"].toInt();
    const auto grad_logprobs = grads[0].defined() ? grads[0].contiguous() : at::zeros_like(all.entropy);
    const auto grad_entropy = grads[1].defined() ? grads[1].contiguous() : at::Tensor();
    auto grad_hidden = at::empty_like(hidden);
    // A frozen head, LoRA's, wants no gradient: a third of the head's backward less.
    const bool wants_head = context->needs_input_grad(1);
    const bool sums = wants_head && sums_in_float32(head);
    auto grad_head = wants_head && !sums ? at::zeros(head.sizes(), head.options().dtype(at::kFloat)) : at::Tensor();
    for (std::int64_t begin = 0; begin < tokens; begin += chunk_tokens) {
      const auto count = std::min(chunk_tokens, tokens - begin);
      const auto rows = hidden.narrow(0, begin, count);
      const auto grad = logits_gradient(at::mm(rows, head.t()), targets.narrow(0, begin, count),
                                        context->saved_data["temperature"].toDouble(), all.narrow(begin, count),
                                        grad_logprobs.narrow(0, begin, count),
                                        grad_entropy.defined() ? grad_entropy.narrow(0, begin, count) : grad_entropy);
      grad_hidden.narrow(0, begin, count).copy_(at::mm(grad, head));
      if (sums) {
        add_weight_gradient(head, grad, rows);
      } else if (wants_head) {
        grad_head.add_(at::mm(grad.t(), rows));
      }
    }
    return {grad_hidden, grad_head.defined() ? grad_head.to(head.scalar_type()) : grad_head, {}, {}, {}};
  }
};

void check(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets, double temperature,
           std::int64_t chunk_tokens) {
  if (!(temperature > 0.0) || chunk_tokens < 1) {
    throw core::ConfigError("log-probabilities: temperature " + std::to_string(temperature) + " and chunks of " +
                            std::to_string(chunk_tokens) + " tokens; both need to be positive");
  }
  if (hidden.dim() != 2 || head.dim() != 2 || hidden.size(1) != head.size(1) || targets.dim() != 1 ||
      targets.size(0) != hidden.size(0)) {
    std::ostringstream message;
    message << "log-probabilities: hidden " << hidden.sizes() << ", head " << head.sizes() << ", targets "
            << targets.sizes() << "; needs [tokens, hidden], [vocab, hidden], [tokens]";
    throw core::ShapeError(message.str());
  }
  // The kernel reads by id without a bounds check; other devices check in gather.
  if (has_kernel(targets) && targets.numel() > 0) {
    const auto [least, largest] = targets.aminmax();
    const auto id = least.item<std::int64_t>() < 0 ? least.item<std::int64_t>() : largest.item<std::int64_t>();
    if (id < 0 || id >= head.size(0)) {
      throw core::DataError("token " + std::to_string(id) + " is not in the policy's vocabulary of " +
                            std::to_string(head.size(0)));
    }
  }
}

}  // namespace

TokenLogprobs token_logprobs(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                             double temperature, std::int64_t chunk_tokens) {
  check(hidden, head, targets, temperature, chunk_tokens);
  const auto both = HeadLogprobs::apply(hidden, head, targets, temperature, chunk_tokens);
  return {both[0], both[1]};
}

}  // namespace hone::policies
