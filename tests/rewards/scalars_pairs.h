#pragma once

#include <string_view>

#include "rewards/math/reading.h"
#include "rewards/math/scalars.h"

namespace hone::rewards::math {

inline constexpr std::uint64_t kWork = 50'000'000;

/// The ladder's answer for the first reading of both texts.
inline Decision decide(std::string_view left, std::string_view right) {
  const Readings first = read(left);
  const Readings second = read(right);
  if (first.list.empty() || second.list.empty()) return {};
  const Expression& a = first.list[0].expression;
  const Expression& b = second.list[0].expression;
  Work work(kWork);
  return compare_scalars(a, static_cast<std::uint32_t>(a.nodes.size() - 1), b,
                         static_cast<std::uint32_t>(b.nodes.size() - 1), work);
}

inline Order order_of(std::string_view left, std::string_view right) {
  const Readings first = read(left);
  const Readings second = read(right);
  if (first.list.empty() || second.list.empty()) return Order::kUnknown;
  const Expression& a = first.list[0].expression;
  const Expression& b = second.list[0].expression;
  Work work(kWork);
  return order(a, static_cast<std::uint32_t>(a.nodes.size() - 1), b, static_cast<std::uint32_t>(b.nodes.size() - 1),
               work);
}

}  // namespace hone::rewards::math
