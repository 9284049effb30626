#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "rewards/math/scalar/ball.h"
#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

/// How formulas are evaluated.
struct Evaluation {
  long precision = 64;
  std::span<const Ball> symbols = {};  // by the index of the name
  std::uint64_t seed = 0;              // picks the values of functions that only have a name
  bool is_real_only = false;           // what leaves the real line is undefined: √x for x < 0
};

/// The enclosure of one vertex from those of its children in `values`; not finite where undefined or not enclosed.
void evaluate_vertex(const Graph& graph, Id id, const Evaluation& evaluation, const std::vector<Ball>& values,
                     Ball& result);

/// Evaluates a few formulas of a graph, as often as wanted.
class Evaluator {
 public:
  Evaluator(const Graph& graph, std::initializer_list<Id> roots);
  void run(const Evaluation& evaluation);
  [[nodiscard]] const Ball& value(Id id) const { return values_[id]; }
  /// The vertices that the roots are made of, children first.
  [[nodiscard]] const std::vector<Id>& vertices() const { return order_; }

 private:
  const Graph& graph_;
  std::vector<Id> order_;
  std::vector<Ball> values_;
};

/// May the value be larger than 2^bits, or is it not finite? To be asked before a ball is made an integer.
[[nodiscard]] bool is_beyond(const Ball& ball, long bits);

/// The least k with |value| < 2^k for all of the ball, within ±2^40.
[[nodiscard]] long magnitude_bits(const Ball& ball);

[[nodiscard]] Ball evaluate_constant(const Graph& graph, Id id, long precision);

}  // namespace hone::rewards::math::scalar
