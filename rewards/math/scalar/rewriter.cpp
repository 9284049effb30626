#include "rewards/math/scalar/rewriter.h"

#include "rewards/math/scalar/limits.h"
#include "rewards/math/scalar/separation.h"

namespace hone::rewards::math::scalar {

Id Rewriter::rewrite(Id id) {
  if (id == 0 || graph_[id].child_count == 0) return id;
  if (const auto known = known_.find(id); known != known_.end()) return known->second;
  const Id result = apply(id);
  known_[id] = result;
  return result;
}

Id Rewriter::apply(Id id) {
  const Vertex vertex = graph_[id];
  if (vertex.op == Op::kCos && separation_bits(graph_, id)) return id;
  std::vector<Id> parts(graph_.children(id).begin(), graph_.children(id).end());
  for (Id& part : parts) part = rewrite(part);
  if (vertex.op == Op::kPower || parts.size() == 1) parts.back() = representative(parts.back());
  const Id i = graph_.imaginary();
  switch (vertex.op) {
    case Op::kScale:
      return graph_.scale(graph_.number_of(id), parts[0]);
    case Op::kAdd:
      return graph_.add(parts);
    case Op::kMultiply:
      return graph_.multiply(parts);
    case Op::kPower:
      return graph_.power(parts[0], parts[1]);
    case Op::kLog:
      return graph_.logarithm(parts[0]);
    case Op::kSin:
    case Op::kCos: {
      const Id forward = graph_.exponential(times_imaginary(parts[0]));
      const Id backward = graph_.power(forward, graph_.number(-1));
      if (vertex.op == Op::kCos) return graph_.scale(Number(1, 2), graph_.add(forward, backward));
      return graph_.scale(Number(-1, 2), graph_.multiply(i, graph_.subtract(forward, backward)));
    }
    // arcsin v = −i·log(√(1 − v²) + iv), arctan v = −(i/2)·log((1 + iv)/(1 − iv)) for real v.
    case Op::kArcsin: {
      const Id square = graph_.power(parts[0], graph_.number(2));
      const Id cosine = graph_.square_root(graph_.subtract(graph_.number(1), square));
      const Id logarithm = graph_.logarithm(graph_.add(cosine, graph_.multiply(i, parts[0])));
      return graph_.scale(Number(-1), times_imaginary(logarithm));
    }
    case Op::kArctan: {
      if (graph_.sign(parts[0]) == Sign::kUnknown) return id;
      const Id slope = graph_.multiply(i, parts[0]);
      const Id one = graph_.number(1);
      const Id logarithm = graph_.logarithm(graph_.divide(graph_.add(one, slope), graph_.subtract(one, slope)));
      return graph_.scale(Number(-1, 2), times_imaginary(logarithm));
    }
    default:
      return id;
  }
}

Id Rewriter::representative(Id id) {
  if (id == 0 || graph_.is_number(id) || !separation_bits(graph_, id)) return id;
  for (const Id other : arguments_) {
    if (zero_test(graph_, graph_.subtract(id, other)) == Zero::kYes) return other;
  }
  if (arguments_.size() < kMaxArguments) arguments_.push_back(id);
  return id;
}

Id Rewriter::times_imaginary(Id id) {
  if (id == 0 || graph_[id].op != Op::kAdd) return graph_.multiply(graph_.imaginary(), id);
  std::vector<Id> terms(graph_.children(id).begin(), graph_.children(id).end());
  for (Id& term : terms) term = graph_.multiply(graph_.imaginary(), term);
  return graph_.add(terms);
}

}  // namespace hone::rewards::math::scalar
