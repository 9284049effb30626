#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "rewards/math/limits.h"
#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

struct Bound {
  int infinite = 0;  // -1, 1, or 0 where `value` counts
  bool is_closed = false;
  Part value;
};

struct Piece {
  Bound low;
  Bound high;
};

using Pieces = std::vector<Piece>;

Bound bound_of(Part part, bool is_closed) {
  const bool is_negative = part.kind() == NodeKind::kNegate;
  const Part size = is_negative ? part.child(0) : part;
  if (size.kind() == NodeKind::kConstant && size.at().constant == Constant::kInfinity) {
    return {is_negative ? -1 : 1, false, {}};
  }
  return {0, is_closed, part};
}

bool is_inequality(Part part) {
  return part.kind() == NodeKind::kRelation && part.at().relation != Relation::kEqual &&
         part.at().relation != Relation::kApproximately && part.at().relation != Relation::kCongruent;
}

Relation turned(Relation relation) {
  switch (relation) {
    case Relation::kLess:
      return Relation::kGreater;
    case Relation::kLessOrEqual:
      return Relation::kGreaterOrEqual;
    case Relation::kGreater:
      return Relation::kLess;
    case Relation::kGreaterOrEqual:
      return Relation::kLessOrEqual;
    default:
      return relation;
  }
}

/// Sets of reals as pieces that do not touch, in ascending order. Any method gives nothing when an order cannot be
/// told.
class RealSets {
 public:
  explicit RealSets(Context& context) : context_(context) {}

  std::optional<Pieces> pieces_of(Part part) {
    switch (part.kind()) {
      case NodeKind::kInterval:
      case NodeKind::kTuple:
      case NodeKind::kBracketed:
        return interval(part);
      case NodeKind::kSet:
        return points(part);
      case NodeKind::kList:
        return list(part);
      case NodeKind::kConstant:
        return part.at().constant == Constant::kReals ? std::optional(everything()) : std::nullopt;
      case NodeKind::kUnion:
      case NodeKind::kIntersection:
      case NodeKind::kDifference:
      case NodeKind::kChain:
        return combined(part);
      case NodeKind::kRelation:
        return relation(part);
      default:
        return std::nullopt;
    }
  }

  Decision compare(const Pieces& gold, const Pieces& answer) {
    if (gold.size() != answer.size()) {
      return different_by(Rung::kStructure);
    }
    Decision all = equal_by(Rung::kStructure);
    for (std::size_t i = 0; i < gold.size() && all.truth != Truth::kDifferent; ++i) {
      all = both(all, compare_bounds(gold[i].low, answer[i].low));
      all = all.truth == Truth::kDifferent ? all : both(all, compare_bounds(gold[i].high, answer[i].high));
    }
    return {all.truth, all.truth == Truth::kUndecided ? Rung::kNone : Rung::kStructure};
  }

  [[nodiscard]] std::string_view variable() const { return variable_; }
  [[nodiscard]] bool has_variables() const { return has_variables_; }

 private:
  static Pieces everything() { return {{{-1, false, {}}, {1, false, {}}}}; }

  Decision compare_bounds(const Bound& gold, const Bound& answer) {
    if (gold.infinite != answer.infinite || gold.is_closed != answer.is_closed) {
      return different_by(Rung::kStructure);
    }
    return gold.infinite != 0 ? equal_by(Rung::kStructure) : compare_parts(context_, gold.value, answer.value);
  }

  Order order_of(const Bound& left, const Bound& right) {
    if (left.infinite != 0 || right.infinite != 0) {
      return left.infinite < right.infinite   ? Order::kLess
             : left.infinite > right.infinite ? Order::kGreater
                                              : Order::kEqual;
    }
    if (!context_.spend() || !is_scalar(left.value.kind()) || !is_scalar(right.value.kind())) {
      return Order::kUnknown;
    }
    return order(*left.value.expression, left.value.node, *right.value.expression, right.value.node, context_.work());
  }

  bool name(Part symbol) {
    if (symbol.kind() != NodeKind::kSymbol) {
      return false;
    }
    has_variables_ = has_variables_ || (!variable_.empty() && variable_ != symbol.text());
    variable_ = symbol.text();
    return true;
  }

  std::optional<Pieces> interval(Part part) {
    if (part.size() != 2) {
      return std::nullopt;
    }
    const Ends ends = part.kind() == NodeKind::kInterval ? part.at().ends
                      : part.kind() == NodeKind::kTuple  ? Ends::kOpen
                                                         : Ends::kClosed;
    const Piece piece{bound_of(part.child(0), ends == Ends::kClosed || ends == Ends::kClosedLow),
                      bound_of(part.child(1), ends == Ends::kClosed || ends == Ends::kClosedHigh)};
    // Nobody writes the empty set so: (3, -7) is a point.
    const Order order = order_of(piece.low, piece.high);
    if (order == Order::kGreater || (order == Order::kEqual && !(piece.low.is_closed && piece.high.is_closed))) {
      return std::nullopt;
    }
    return normal({piece});
  }

  std::optional<Pieces> points(Part part) {
    Pieces pieces;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (!is_scalar(part.child(i).kind())) {
        return std::nullopt;
      }
      pieces.push_back({bound_of(part.child(i), true), bound_of(part.child(i), true)});
    }
    return normal(std::move(pieces));
  }

  /// x > 1, x < 5 hold together where they can; x < 1, x > 5 cannot.
  std::optional<Pieces> list(Part part) {
    std::optional<Pieces> together = everything();
    Pieces either;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const auto pieces = is_inequality(part.child(i)) ? pieces_of(part.child(i)) : std::nullopt;
      if (!pieces || !together) {
        return std::nullopt;
      }
      together = intersection(*together, *pieces);
      either.insert(either.end(), pieces->begin(), pieces->end());
    }
    return together && together->empty() ? normal(std::move(either)) : together;
  }

  std::optional<Pieces> combined(Part part) {
    if (part.size() > kMaxMembers) {
      return std::nullopt;
    }
    std::optional<Pieces> result;
    for (std::size_t i = 0; i < part.size(); ++i) {
      auto pieces = pieces_of(part.child(i));
      if (!pieces || (i > 0 && !result)) {
        return std::nullopt;
      }
      if (i == 0) {
        result = std::move(pieces);
      } else if (part.kind() == NodeKind::kUnion) {
        result->insert(result->end(), pieces->begin(), pieces->end());
        result = normal(std::move(*result));
      } else {
        result = intersection(*result, part.kind() == NodeKind::kDifference ? complement(*pieces) : *pieces);
      }
    }
    return result;
  }

  std::optional<Pieces> relation(Part part) {
    const Part left = part.child(0);
    const Part right = part.child(1);
    Relation relation = part.at().relation;
    if (relation == Relation::kIn || relation == Relation::kNotIn) {
      auto inside = name(left) ? pieces_of(right) : std::nullopt;
      return inside && relation == Relation::kNotIn ? std::optional(complement(*inside)) : inside;
    }
    Part value = right;
    if (!name(left)) {
      if (!name(right)) {
        return std::nullopt;
      }
      value = left;
      relation = turned(relation);
    }
    if (!is_scalar(value.kind()) || has_symbol(*value.expression, value.node)) {
      return std::nullopt;
    }
    const Bound open = bound_of(value, false);
    const Bound closed = bound_of(value, true);
    switch (relation) {
      case Relation::kLess:
        return normal({{{-1, false, {}}, open}});
      case Relation::kLessOrEqual:
        return normal({{{-1, false, {}}, closed}});
      case Relation::kGreater:
        return normal({{open, {1, false, {}}}});
      case Relation::kGreaterOrEqual:
        return normal({{closed, {1, false, {}}}});
      case Relation::kEqual:
        return normal({{closed, closed}});
      case Relation::kNotEqual:
        return complement({{closed, closed}});
      default:
        return std::nullopt;
    }
  }

  static Bound opposite(const Bound& bound) {
    return {bound.infinite, bound.infinite == 0 && !bound.is_closed, bound.value};
  }

  static Pieces complement(const Pieces& pieces) {
    Pieces gaps;
    Bound low{-1, false, {}};
    for (const Piece& piece : pieces) {
      if (piece.low.infinite != -1) {
        gaps.push_back({low, opposite(piece.low)});
      }
      low = opposite(piece.high);
    }
    if (low.infinite != 1) {
      gaps.push_back({low, {1, false, {}}});
    }
    return gaps;
  }

  std::optional<Pieces> intersection(const Pieces& left, const Pieces& right) {
    Pieces common;
    for (const Piece& a : left) {
      for (const Piece& b : right) {
        const Order lows = order_of(a.low, b.low);
        const Order highs = order_of(a.high, b.high);
        if (lows == Order::kUnknown || highs == Order::kUnknown || common.size() > kMaxMembers) {
          return std::nullopt;
        }
        const bool low_is_left = lows == Order::kGreater || (lows == Order::kEqual && !a.low.is_closed);
        const bool high_is_left = highs == Order::kLess || (highs == Order::kEqual && !a.high.is_closed);
        common.push_back({low_is_left ? a.low : b.low, high_is_left ? a.high : b.high});
      }
    }
    return normal(std::move(common));
  }

  /// Without empty pieces, sorted, and those that touch made one.
  std::optional<Pieces> normal(Pieces pieces) {
    if (pieces.size() > kMaxMembers) {
      return std::nullopt;
    }
    Pieces sorted;
    for (const Piece& piece : pieces) {
      const Order ends = order_of(piece.low, piece.high);
      if (ends == Order::kUnknown) {
        return std::nullopt;
      }
      const bool is_point = ends == Order::kEqual && piece.low.infinite == 0;
      if (ends == Order::kGreater ||
          (ends == Order::kEqual && !(is_point && piece.low.is_closed && piece.high.is_closed))) {
        continue;
      }
      std::size_t place = sorted.size();
      while (place > 0) {
        const Order before = order_of(sorted[place - 1].low, piece.low);
        if (before == Order::kUnknown) {
          return std::nullopt;
        }
        if (before == Order::kLess ||
            (before == Order::kEqual && (sorted[place - 1].low.is_closed || !piece.low.is_closed))) {
          break;
        }
        --place;
      }
      sorted.insert(sorted.begin() + static_cast<std::ptrdiff_t>(place), piece);
    }
    return merged(sorted);
  }

  std::optional<Pieces> merged(const Pieces& sorted) {
    Pieces result;
    for (const Piece& piece : sorted) {
      if (result.empty()) {
        result.push_back(piece);
        continue;
      }
      Piece& last = result.back();
      const Order touch = order_of(piece.low, last.high);
      if (touch == Order::kUnknown) {
        return std::nullopt;
      }
      const bool joins =
          touch == Order::kLess || (touch == Order::kEqual && (piece.low.is_closed || last.high.is_closed));
      if (!joins) {
        result.push_back(piece);
        continue;
      }
      const Order highs = order_of(last.high, piece.high);
      if (highs == Order::kUnknown) {
        return std::nullopt;
      }
      if (highs == Order::kLess || (highs == Order::kEqual && piece.high.is_closed)) {
        last.high = piece.high;
      }
    }
    return result;
  }

  Context& context_;
  std::string_view variable_;
  bool has_variables_ = false;
};

}  // namespace

bool is_real_set(Part part) {
  switch (part.kind()) {
    case NodeKind::kInterval:
    case NodeKind::kUnion:
    case NodeKind::kIntersection:
    case NodeKind::kDifference:
      return true;
    case NodeKind::kConstant:
      return part.at().constant == Constant::kReals;
    case NodeKind::kRelation:
      return is_inequality(part);
    case NodeKind::kChain: {
      bool any = false;
      for (std::size_t i = 0; i < part.size(); ++i) {
        any = any || is_inequality(part.child(i));
      }
      return any;
    }
    case NodeKind::kList: {
      bool all = part.size() > 0;
      for (std::size_t i = 0; i < part.size(); ++i) {
        all = all && is_inequality(part.child(i));
      }
      return all;
    }
    default:
      return false;
  }
}

Decision compare_real_sets(Context& context, Part gold, Part answer, bool& applies) {
  RealSets sets(context);
  const auto wanted = sets.pieces_of(gold);
  const std::string_view variable = sets.variable();
  RealSets answer_sets(context);
  const auto found = wanted ? answer_sets.pieces_of(answer) : std::nullopt;
  applies = wanted && found && !sets.has_variables() && !answer_sets.has_variables();
  if (!applies) {
    return undecided();
  }
  if (!variable.empty() && !answer_sets.variable().empty() && variable != answer_sets.variable()) {
    return different_by(Rung::kStructure);
  }
  return sets.compare(*wanted, *found);
}

}  // namespace hone::rewards::math
