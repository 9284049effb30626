#include <algorithm>
#include <optional>
#include <vector>

#include "rewards/math/limits.h"
#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

using Members = std::vector<Part>;

enum class Sequence { kOrdered, kSet, kList };

/// A collection's members and whether their order counts.
struct Collection {
  Members members;
  Sequence sequence = Sequence::kOrdered;
  std::size_t columns = 0;  // of a matrix
  std::string_view name;    // that all its members were given to: x=1, x=2
  bool is_vector = false;   // a matrix of one row or column, a tuple
};

/// [[1,2],[3,4]] as a matrix.
std::optional<Collection> nested_matrix(Part part) {
  if ((part.kind() != NodeKind::kBracketed && part.kind() != NodeKind::kTuple) || part.size() == 0) {
    return std::nullopt;
  }
  Collection matrix;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const Part row = part.child(i);
    if (row.kind() != part.kind() || row.size() != part.child(0).size()) {
      return std::nullopt;
    }
    for (std::size_t j = 0; j < row.size(); ++j) {
      matrix.members.push_back(row.child(j));
    }
  }
  matrix.columns = part.child(0).size();
  return matrix;
}

/// x=1, x=2 are 1, 2; x=1, y=2 too where the other side is no list of assignments.
std::string_view strip_names(Members& members, bool may_differ) {
  std::string_view name;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Assignment assignment = assignment_of(members[i]);
    const bool is_symbol = assignment.holds && assignment.name.kind() == NodeKind::kSymbol;
    if (!is_symbol || (i > 0 && !may_differ && assignment.name.text() != name)) {
      return {};
    }
    name = assignment.name.text();
  }
  for (Part& member : members) {
    member = assignment_of(member).value;
  }
  return name;
}

bool are_assignments(Part part) {
  if (part.kind() != NodeKind::kList && part.kind() != NodeKind::kSet && part.kind() != NodeKind::kTuple) {
    return false;
  }
  bool all = part.size() > 0;
  for (std::size_t i = 0; i < part.size() && all; ++i) {
    all = assignment_of(part.child(i)).holds;
  }
  return all;
}

/// x=1 or x=2: values of one name are no coordinates.
bool assigns_one_name(Part part) {
  if (part.kind() != NodeKind::kList || part.size() < 2 || !are_assignments(part)) {
    return false;
  }
  const Assignment first = assignment_of(part.child(0));
  for (std::size_t i = 1; i < part.size(); ++i) {
    const Assignment next = assignment_of(part.child(i));
    if (first.name.kind() != NodeKind::kSymbol || next.name.kind() != NodeKind::kSymbol ||
        next.name.text() != first.name.text()) {
      return false;
    }
  }
  return true;
}

/// Are the members given to x_1, x_2, …, names made of this one?
bool are_indexed(const Members& members, std::string_view name) {
  return std::all_of(members.begin(), members.end(), [&](Part member) {
    const std::string_view own = assignment_of(member).name.text();
    return own.size() > name.size() + 1 && own.starts_with(name) && own[name.size()] == '_';
  });
}

Collection collection_of(Part part, bool may_strip_all) {
  Collection collection;
  for (std::size_t i = 0; i < part.size(); ++i) {
    collection.members.push_back(part.child(i));
  }
  collection.columns = part.kind() == NodeKind::kMatrix ? part.at().columns : 0;
  const bool is_line = collection.columns == 1 || collection.columns == part.size();
  collection.is_vector = part.kind() == NodeKind::kTuple || part.kind() == NodeKind::kBracketed ||
                         (part.kind() == NodeKind::kMatrix && is_line);
  collection.sequence = part.kind() == NodeKind::kSet    ? Sequence::kSet
                        : part.kind() == NodeKind::kList ? Sequence::kList
                                                         : Sequence::kOrdered;
  collection.name = strip_names(collection.members, may_strip_all);
  return collection;
}

Decision compare_in_order(Context& context, const Members& gold, const Members& answer) {
  if (gold.size() != answer.size()) {
    return different_by(Rung::kStructure);
  }
  Decision all = equal_by(Rung::kStructure);
  for (std::size_t i = 0; i < gold.size() && all.truth != Truth::kDifferent; ++i) {
    all = both(all, compare_parts(context, gold[i], answer[i]));
  }
  return {all.truth, all.truth == Truth::kUndecided ? Rung::kNone : Rung::kStructure};
}

/// Each of `inside` equal to one of `all`. `gold_first`: which of them is the gold.
Decision includes(Context& context, const Members& all, const Members& inside, bool gold_first) {
  Decision result = equal_by(Rung::kStructure);
  for (const Part member : inside) {
    Truth best = Truth::kDifferent;
    for (const Part other : all) {
      const Truth truth =
          (gold_first ? compare_parts(context, other, member) : compare_parts(context, member, other)).truth;
      best = truth == Truth::kEqual || best == Truth::kDifferent ? truth : best;
      if (best == Truth::kEqual) {
        break;
      }
    }
    if (best == Truth::kDifferent) {
      return different_by(Rung::kStructure);
    }
    result = best == Truth::kUndecided ? undecided() : result;
  }
  return result;
}

/// As many of each, in any order.
Decision compare_as_bags(Context& context, const Members& gold, Members answer) {
  Decision result = equal_by(Rung::kStructure);
  for (const Part wanted : gold) {
    Truth best = Truth::kDifferent;
    std::size_t which = 0;
    for (std::size_t i = 0; i < answer.size() && best != Truth::kEqual; ++i) {
      const Truth truth = compare_parts(context, wanted, answer[i]).truth;
      if (truth == Truth::kEqual || best == Truth::kDifferent) {
        best = truth;
        which = i;
      }
    }
    if (best == Truth::kDifferent) {
      return different_by(Rung::kStructure);
    }
    result = best == Truth::kUndecided ? undecided() : result;
    answer.erase(answer.begin() + static_cast<std::ptrdiff_t>(which));
  }
  return result;
}

Decision compare_in_any_order(Context& context, const Members& gold, const Members& answer, bool ignores_repetition) {
  if (gold.size() == answer.size()) {
    const Decision in_order = compare_in_order(context, gold, answer);
    if (in_order.truth == Truth::kEqual) {
      return in_order;
    }
  } else if (!ignores_repetition) {
    return different_by(Rung::kStructure);
  }
  if (gold.size() > kMaxMembers || answer.size() > kMaxMembers) {
    return undecided();
  }
  if (!ignores_repetition) {
    return compare_as_bags(context, gold, answer);
  }
  const Decision forth = includes(context, answer, gold, false);
  return forth.truth == Truth::kDifferent ? forth : both(forth, includes(context, gold, answer, true));
}

Ends ends_of(Part part) {
  return part.kind() == NodeKind::kInterval ? part.at().ends
         : part.kind() == NodeKind::kTuple  ? Ends::kOpen
                                            : Ends::kClosed;
}

/// One collection against what is none: only where it has one member.
Decision compare_with_single(Context& context, Part gold, Part answer) {
  const bool gold_is_one = is_collection(gold.kind());
  const Part collection = gold_is_one ? gold : answer;
  const bool may_unwrap = collection.kind() == NodeKind::kSet || collection.kind() == NodeKind::kList ||
                          (collection.kind() == NodeKind::kMatrix && collection.size() == 1);
  if (collection.kind() == NodeKind::kSet && collection.size() == 1 && collection.child(0).kind() == NodeKind::kTuple) {
    return different_by(Rung::kStructure);  // the set of a point is no open interval
  }
  if (collection.size() == 1 && may_unwrap) {
    return gold_is_one ? compare_parts(context, collection.child(0), answer)
                       : compare_parts(context, gold, collection.child(0));
  }
  if (collection.kind() == NodeKind::kSet && collection.size() > 1) {  // 3 ± 0 is 3
    const Members single{gold_is_one ? answer : gold};
    const Collection many = collection_of(collection, false);
    const Decision all = gold_is_one ? compare_in_any_order(context, many.members, single, true)
                                     : compare_in_any_order(context, single, many.members, true);
    return all;
  }
  return different_by(Rung::kStructure);
}

Decision compare_matrices(Context& context, const Collection& gold, const Collection& answer) {
  if (gold.columns != answer.columns) {
    return different_by(Rung::kStructure);
  }
  return compare_in_order(context, gold.members, answer.members);
}

bool has_ellipsis(const Collection& collection) {
  return std::any_of(collection.members.begin(), collection.members.end(),
                     [](Part member) { return member.kind() == NodeKind::kEllipsis; });
}

}  // namespace

Decision compare_collections(Context& context, Part gold, Part answer) {
  if (!is_collection(gold.kind()) || !is_collection(answer.kind())) {
    return compare_with_single(context, gold, answer);
  }
  // A solution set of one point is the point.
  if (gold.kind() == NodeKind::kSet && gold.size() == 1 && answer.kind() == NodeKind::kTuple &&
      gold.child(0).kind() == NodeKind::kTuple) {
    return compare_parts(context, gold.child(0), answer);
  }
  if (answer.kind() == NodeKind::kSet && answer.size() == 1 && gold.kind() == NodeKind::kTuple &&
      answer.child(0).kind() == NodeKind::kTuple) {
    return compare_parts(context, gold, answer.child(0));
  }
  const bool is_interval = gold.kind() == NodeKind::kInterval || answer.kind() == NodeKind::kInterval;
  const auto can_be_interval = [](Part part) {
    return part.size() == 2 && (part.kind() == NodeKind::kInterval || part.kind() == NodeKind::kTuple ||
                                part.kind() == NodeKind::kBracketed);
  };
  const bool both_pairs = can_be_interval(gold) && can_be_interval(answer);
  if ((is_interval && !both_pairs) || (both_pairs && ends_of(gold) != ends_of(answer))) {
    return different_by(Rung::kStructure);
  }
  const bool gold_closes = gold.kind() == NodeKind::kBracketed && gold.size() == 2;  // an interval, not its ends
  if ((gold_closes && answer.kind() == NodeKind::kList) || (can_be_interval(gold) && assigns_one_name(answer)) ||
      (can_be_interval(answer) && assigns_one_name(gold))) {
    return different_by(Rung::kStructure);
  }
  const auto gold_matrix = nested_matrix(gold);
  const auto answer_matrix = nested_matrix(answer);
  if (gold.kind() == NodeKind::kMatrix || answer.kind() == NodeKind::kMatrix) {
    const bool gold_is_matrix = gold.kind() == NodeKind::kMatrix || gold_matrix;
    const bool answer_is_matrix = answer.kind() == NodeKind::kMatrix || answer_matrix;
    if (gold_is_matrix && answer_is_matrix) {
      return compare_matrices(context, gold_matrix ? *gold_matrix : collection_of(gold, false),
                              answer_matrix ? *answer_matrix : collection_of(answer, false));
    }
  }
  const bool both_assign = are_assignments(gold) && are_assignments(answer);
  const Collection wanted = collection_of(gold, !both_assign);
  const Collection found = collection_of(answer, !both_assign);
  if (both_assign && !wanted.name.empty() && !found.name.empty() && wanted.name != found.name) {
    return different_by(Rung::kStructure);
  }
  if (both_assign && wanted.name.empty() != found.name.empty()) {  // x=3, y=-7 against y=3, y=-7
    const bool is_indexed =
        wanted.name.empty() ? are_indexed(wanted.members, found.name) : are_indexed(found.members, wanted.name);
    if (!is_indexed) {
      return different_by(Rung::kStructure);
    }
  }
  if ((wanted.columns > 0 && !wanted.is_vector) || (found.columns > 0 && !found.is_vector)) {
    return different_by(Rung::kStructure);
  }
  if (has_ellipsis(wanted) || has_ellipsis(found)) {
    return compare_in_order(context, wanted.members, found.members);
  }
  const bool one_is_ordered = wanted.sequence == Sequence::kOrdered || found.sequence == Sequence::kOrdered;
  const bool one_is_set = wanted.sequence == Sequence::kSet || found.sequence == Sequence::kSet;
  if (one_is_ordered && one_is_set) {
    const bool is_tuple = (wanted.columns == 0 && found.columns == 0);
    return context.options().tuple_as_set == TupleAsSet::kLenient && is_tuple
               ? compare_in_any_order(context, wanted.members, found.members, true)
               : different_by(Rung::kStructure);
  }
  if (one_is_ordered) {
    return compare_in_order(context, wanted.members, found.members);
  }
  if (!one_is_set && context.options().list_order == ListOrder::kStrict && !both_assign) {
    return compare_in_order(context, wanted.members, found.members);
  }
  return compare_in_any_order(context, wanted.members, found.members, one_is_set);
}

}  // namespace hone::rewards::math
