#include "rewards/math/scalars.h"

#include "rewards/math/scalar/ladder.h"
#include "rewards/math/scalar/lowering.h"

namespace hone::rewards::math {
namespace {

// FLINT keeps constants and free blocks for each thread and leaves it to the thread to give them back.
struct FlintOfThread {
  ~FlintOfThread() { flint_cleanup(); }
};
void keep_flint_of_thread() {
  thread_local const FlintOfThread kOwner;
  (void)kOwner;
}

}  // namespace

Decision compare_scalars(const Expression& left, std::uint32_t left_node, const Expression& right,
                         std::uint32_t right_node, Work& work) {
  keep_flint_of_thread();
  scalar::Graph graph(work);
  const scalar::Id first = scalar::lower(left, left_node, graph);
  if (first == 0) return {};
  const scalar::Id second = scalar::lower(right, right_node, graph);
  const Decision decision = scalar::compare(graph, first, second);
  return work.is_spent() && decision.truth == Truth::kEqual ? Decision{} : decision;
}

Order order(const Expression& left, std::uint32_t left_node, const Expression& right, std::uint32_t right_node,
            Work& work) {
  keep_flint_of_thread();
  scalar::Graph graph(work);
  const scalar::Id first = scalar::lower(left, left_node, graph);
  const scalar::Id second = scalar::lower(right, right_node, graph);
  return scalar::order(graph, first, second);
}

}  // namespace hone::rewards::math
