#include "rollout/sampling.h"

#include "policies/kernel_call.h"

namespace hone::rollout {
namespace {

/// Weights below the filters' threshold become 0.   weights [rows, vocab]
at::Tensor filtered(const at::Tensor& weights, const kernels::Draw& draw) {
  const auto vocab = weights.size(1);
  const auto sorted = std::get<0>(weights.sort(1, /*descending=*/true));
  auto kept = at::full({weights.size(0), 1}, draw.top_k > 0 ? std::min(draw.top_k, vocab) : vocab,
                       weights.options().dtype(at::kLong));
  const auto among = sorted.masked_fill(at::arange(vocab, kept.options()).unsqueeze(0) >= kept, 0.0);
  if (draw.top_p < 1.0F) {
    const auto before = among.cumsum(1) - among;
    const auto reaches = before < among.sum(1, true) * draw.top_p;
    kept = at::minimum(kept, reaches.sum(1, true).clamp_min(1));
  }
  const auto threshold = at::maximum(sorted.gather(1, kept - 1), sorted.narrow(1, 0, 1) * draw.min_p);
  return weights.masked_fill(weights < threshold, 0.0);
}

}  // namespace

kernels::Draw SamplingConfig::draw() const {
  return {static_cast<float>(temperature), top_k, static_cast<float>(top_p), static_cast<float>(min_p)};
}

void sample_tokens(const at::Tensor& logits, const at::Tensor& uniforms, const kernels::Draw& draw,
                   const at::Tensor& tokens, const at::Tensor& logprobs) {
  const auto rows = logits.size(0);
  const auto vocab = logits.size(1);
  if (policies::has_kernel(logits)) {
    policies::with_scalar(logits, [&]<class T>(T) {
      policies::parallel_rows(rows, vocab, [&](std::int64_t begin, std::int64_t end) {
        kernels::sample_rows<T>(policies::data<T>(logits), policies::data<float>(uniforms), draw, vocab, begin, end,
                                policies::data<std::int64_t>(tokens), policies::data<float>(logprobs));
      });
    });
    return;
  }
  const auto logp = at::log_softmax(logits.to(at::kFloat) / (draw.temperature == 0.0F ? 1.0F : draw.temperature), 1);
  auto drawn = logp.argmax(1);
  if (draw.temperature != 0.0F) {
    const auto weights = draw.filters() ? filtered(logp.exp(), draw) : logp.exp();
    const auto cumulative = weights.cumsum(1);
    const auto target = uniforms.unsqueeze(1) * cumulative.narrow(1, vocab - 1, 1);
    drawn = (cumulative <= target).sum(1).clamp_max(vocab - 1);
  }
  tokens.copy_(drawn);
  logprobs.copy_(logp.gather(1, drawn.unsqueeze(1)).squeeze(1));
}

}  // namespace hone::rollout
