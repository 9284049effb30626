#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "rewards/math/builder.h"
#include "rewards/math/compare.h"
#include "rewards/math/expression.h"
#include "rewards/math/scalars.h"
#include "rewards/math/work.h"

namespace hone::rewards::math {

/// A node of some expression, with all below it.
struct Part {
  const Expression* expression = nullptr;
  std::uint32_t node = 0;

  [[nodiscard]] const Node& at() const { return expression->nodes[node]; }
  [[nodiscard]] NodeKind kind() const { return at().kind; }
  [[nodiscard]] std::size_t size() const { return at().child_count; }
  [[nodiscard]] Part child(std::size_t index) const { return {expression, child_index(*expression, at(), index)}; }
  [[nodiscard]] std::string_view text() const { return expression->text_of(at()); }
};

/// What one verdict is reached with.
class Context {
 public:
  Context(const CompareOptions& options, Work& work) : options_(options), work_(work) {}

  [[nodiscard]] const CompareOptions& options() const { return options_; }
  [[nodiscard]] Work& work() { return work_; }
  /// An expression that lives as long as the context.
  Expression& make() {
    if (!made_.empty()) {  // what the last one came to is known only when it is done
      made_nodes_ += made_.back().nodes.size();
      work_.spend(made_.back().nodes.size() * kNodeWork);
    }
    return made_.emplace_back();
  }
  /// False when as much was compared, or made, as one verdict may.
  bool spend() { return work_.spend(kStep) && made_.size() < kMostMade && made_nodes_ < kMostNodes; }

 private:
  static constexpr std::uint64_t kStep = 300;
  static constexpr std::uint64_t kNodeWork = 20;
  static constexpr std::size_t kMostMade = 4000;
  static constexpr std::size_t kMostNodes = 200'000;  // some 10 MB

  const CompareOptions& options_;
  Work& work_;
  std::deque<Expression> made_;
  std::size_t made_nodes_ = 0;
};

inline Decision equal_by(Rung rung) {
  return {Truth::kEqual, rung};
}
inline Decision different_by(Rung rung) {
  return {Truth::kDifferent, rung};
}
inline Decision undecided() {
  return {Truth::kUndecided, Rung::kNone};
}
/// Of parts that must all be equal.
Decision both(Decision left, Decision right);

[[nodiscard]] bool is_scalar(NodeKind kind);
/// [a, b, …] of any kind.
[[nodiscard]] bool is_collection(NodeKind kind);

/// Are two parts the same thing, whatever their kinds? The gold guides the reading of the answer.
Decision compare_parts(Context& context, Part gold, Part answer);

// By kind. Each is in the file that has its name.
Decision compare_values(Context& context, Part gold, Part answer);  // values.cpp: scalars with percent, units, digits
Decision compare_collections(Context& context, Part gold, Part answer);  // collections.cpp
Decision compare_relations(Context& context, Part gold, Part answer);    // relations.cpp
Decision compare_ratios(Context& context, Part gold, Part answer);       // ratios.cpp, where one is a ratio or a time
/// real_sets.cpp. Where one is an interval, a union or an inequality. `applies` is false when one of them is no set of
/// reals that can be computed with.
Decision compare_real_sets(Context& context, Part gold, Part answer, bool& applies);
[[nodiscard]] bool is_real_set(Part part);  // for certain: of an interval, an inequality, a union, the reals

/// x = 5: what stands on the other side of a lone name.
struct Assignment {
  bool holds = false;
  Part name;
  Part value;
};
[[nodiscard]] Assignment assignment_of(Part part);

/// The list of what ± stands for; the part itself when it has none.
Part without_plus_minus(Context& context, Part part);
[[nodiscard]] bool is_time(Part part);

}  // namespace hone::rewards::math
