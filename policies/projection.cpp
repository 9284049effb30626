#include "policies/projection.h"

#include <ATen/ATen.h>

#include "policies/packed_weights.h"

namespace hone::policies {
namespace {

/// What the adapters add to each column, zeros where there is none.   [tokens, out]
at::Tensor low_rank_sum(const at::Tensor& x, const std::vector<LowRank>& adapters, std::int64_t out) {
  std::vector<at::Tensor> columns;
  std::int64_t reached = 0;
  const auto fill_to = [&](std::int64_t row) {
    if (row > reached) columns.push_back(at::zeros({x.size(0), row - reached}, x.options()));
    reached = row;
  };
  for (const auto& adapter : adapters) {
    fill_to(adapter.first_row);
    columns.push_back(at::linear(at::linear(x, adapter.a) * adapter.scale, adapter.b));
    reached += adapter.b.size(0);
  }
  fill_to(out);
  return columns.size() == 1 ? columns.front() : at::cat(columns, 1);
}

}  // namespace

at::Tensor Projection::operator()(const at::Tensor& x, Adapters use) const {
  const auto plain = packed.defined() ? packed_linear(x, packed, bias) : at::linear(x, weight, bias);
  if (adapters.empty() || use == Adapters::kOff) return plain;
  return plain + low_rank_sum(x, adapters, weight.size(0));
}

}  // namespace hone::policies
