#include <algorithm>
#include <array>
#include <utility>

#include "rewards/math/characters.h"
#include "rewards/math/parser.h"
#include "rewards/math/units.h"

namespace hone::rewards::math {

/// Members and what parts them, up to a token that is neither.
Parser::Separators Parser::items() {
  Separators separators;
  for (;;) {
    const Index item = statement();
    if (item == kNone) {
      return separators;
    }
    pending_.push_back(item);
    bool found = false;
    while (is(TokenKind::kComma) || is(TokenKind::kSemicolon) || is(TokenKind::kAnd) || is(TokenKind::kOr)) {
      separators.has_comma = separators.has_comma || is(TokenKind::kComma) || is(TokenKind::kSemicolon);
      separators.has_and = separators.has_and || is(TokenKind::kAnd);
      separators.has_or = separators.has_or || is(TokenKind::kOr);
      found = true;
      ++at_;
    }
    if (!found || is(TokenKind::kEnd)) {
      return separators;
    }
  }
}

bool Parser::is_inequality(Index node) const {
  const Node& at = expression_.nodes[node];
  return at.kind == NodeKind::kChain || (at.kind == NodeKind::kRelation && at.relation != Relation::kEqual);
}

Parser::Index Parser::whole() {
  static constexpr auto kHedges =
      std::to_array<std::string_view>({"about", "approximately", "exactly", "roughly", "around", "only", "answer"});
  while (is(TokenKind::kWord) && std::find(kHedges.begin(), kHedges.end(), text()) != kHedges.end() &&
         is(TokenKind::kNumber, 1)) {
    ++at_;
  }
  if (is_relation(Relation::kEqual) || is_relation(Relation::kApproximately)) {
    ++at_;
  }
  const std::size_t mark = pending_.size();
  const Separators separators = items();
  if (result_ != ParseResult::kParsed || pending_.size() == mark) {
    return fail();
  }
  if (pending_.size() == mark + 1) {
    const Index only = pending_.back();
    pending_.resize(mark);
    return only;
  }
  const bool all_inequalities = std::all_of(pending_.begin() + static_cast<std::ptrdiff_t>(mark), pending_.end(),
                                            [&](Index node) { return is_inequality(node); });
  const bool all_quantities =
      std::all_of(pending_.begin() + static_cast<std::ptrdiff_t>(mark), pending_.end(), [&](Index node) {
        const Node& item = expression_.nodes[node];
        return item.kind == NodeKind::kQuantity && read_unit(expression_.text_of(item)).is_known;
      });
  if (separators.has_or && !separators.has_and && all_inequalities) {
    return add_pending(NodeKind::kUnion, mark);
  }
  if (separators.has_and && !separators.has_or && all_inequalities) {
    return add_pending(NodeKind::kIntersection, mark);
  }
  if (separators.has_and && !separators.has_or && !separators.has_comma && all_quantities) {
    return add_pending(NodeKind::kAdd, mark);  // 3 hours and 20 minutes
  }
  return add_pending(NodeKind::kList, mark);
}

bool Parser::closes_next(std::size_t ahead) const {
  return is(TokenKind::kClose, ahead) || is(TokenKind::kPlus, ahead) || is(TokenKind::kMinus, ahead);
}

/// An expression, or relations of several.
Parser::Index Parser::statement() {
  // Within brackets and exponents a unit's letters are a product, as nm in a^{nm}.
  const bool is_product =
      depth_ > 0 && !peek().is_upright && text().size() <= 3 && is_unit_word(text()) && closes_next(1);
  if (is(TokenKind::kWord) && !is_product) {
    return words();
  }
  const Index left = set_operations();
  return left != kNone && is(TokenKind::kRelation) ? relations(left) : left;
}

/// A text, or a name in words: "not entailed", "speed = 5".
Parser::Index Parser::words() {
  const State start = state();
  std::string folded;
  while (is(TokenKind::kWord) || is(TokenKind::kSymbol) || is(TokenKind::kConstant) || is(TokenKind::kNumber)) {
    folded += folded.empty() ? "" : " ";
    if (is(TokenKind::kConstant)) {
      folded += peek().code == static_cast<std::uint8_t>(Constant::kE) ? 'e' : 'i';
    }
    for (const char c : text()) {
      folded += lower(c);
    }
    ++at_;
  }
  const bool ends = is(TokenKind::kEnd) || is(TokenKind::kComma) || is(TokenKind::kAnd) || is(TokenKind::kOr) ||
                    is(TokenKind::kSemicolon) || is(TokenKind::kClose) || is(TokenKind::kColumnBreak) ||
                    is(TokenKind::kRowBreak) || is(TokenKind::kMatrixEnd);
  if (ends || is_relation(Relation::kEqual)) {
    const Index name = add(NodeKind::kText, {}, folded);
    return ends || name == kNone ? name : relations(name);
  }
  restore(start);
  const Index left = set_operations();  // a word of few letters may be a product
  return left != kNone && is(TokenKind::kRelation) ? relations(left) : left;
}

Parser::Index Parser::relations(Index left) {
  const std::size_t mark = pending_.size();
  while (is(TokenKind::kRelation)) {
    const auto relation = static_cast<Relation>(peek().code);
    ++at_;
    Index right = is(TokenKind::kWord) && relation == Relation::kEqual ? words() : set_operations();
    if (right != kNone && relation == Relation::kCongruent && is(TokenKind::kParenthesisMod)) {
      ++at_;
      const Index modulus = command_argument();
      right = modulus == kNone ? kNone : build_.function(Function::kMod, {right, modulus});
    }
    if (right == kNone) {
      pending_.resize(mark);
      return kNone;
    }
    pending_.push_back(build_.relation(relation, left, right));
    left = right;
  }
  if (pending_.size() == mark + 1) {
    const Index only = pending_.back();
    pending_.resize(mark);
    return only;
  }
  return add_pending(NodeKind::kChain, mark);
}

Parser::Index Parser::set_operations() {
  Index left = ratio();
  while (left != kNone && (is(TokenKind::kUnion) || is(TokenKind::kIntersection) || is(TokenKind::kDifference))) {
    const TokenKind kind = peek().kind;
    if (kind == TokenKind::kDifference) {
      ++at_;
      left = add(NodeKind::kDifference, {left, ratio()});
      continue;
    }
    const std::size_t mark = pending_.size();
    pending_.push_back(left);
    while (take(kind)) {
      const Index right = ratio();
      if (right == kNone) {
        pending_.resize(mark);
        return kNone;
      }
      pending_.push_back(right);
    }
    left = add_pending(kind == TokenKind::kUnion ? NodeKind::kUnion : NodeKind::kIntersection, mark);
  }
  return left;
}

/// a:b and "a to b"; times are ratios too, with am or pm as their unit.
Parser::Index Parser::ratio() {
  Index left = sum();
  const auto parts = [&] {
    return (is(TokenKind::kColon) && !stops_at_bar_) || (is(TokenKind::kWord) && text() == "to");
  };
  if (left != kNone && parts()) {
    const std::size_t mark = pending_.size();
    pending_.push_back(left);
    while (parts()) {
      ++at_;
      const Index right = sum();
      if (right == kNone) {
        pending_.resize(mark);
        return kNone;
      }
      pending_.push_back(right);
    }
    left = add_pending(NodeKind::kRatio, mark);
  }
  if (left != kNone && is(TokenKind::kWord)) {
    const std::string_view word = text();
    const bool is_pm = word == "pm" || word == "PM" || word == "Pm";
    if (is_pm || word == "am" || word == "AM" || word == "Am") {
      ++at_;
      return add(NodeKind::kQuantity, {left}, is_pm ? "pm" : "am");
    }
  }
  return left;
}

Parser::Index Parser::bracket() {
  const auto open = static_cast<Bracket>(peek().code);
  ++at_;
  if (open == Bracket::kGroup && closes(Bracket::kGroup)) {
    ++at_;
    return is(TokenKind::kSubscript) ? combination() : add(NodeKind::kSet, {});
  }
  if (open == Bracket::kSet && closes(Bracket::kSet)) {
    ++at_;
    return add(NodeKind::kSet, {});
  }
  const int bars = std::exchange(bars_, 0);
  const bool stops = std::exchange(stops_at_bar_, open == Bracket::kSet);
  const std::size_t mark = pending_.size();
  items();
  Index node = kNone;
  if (result_ == ParseResult::kParsed && pending_.size() > mark) {
    const bool builds =
        open == Bracket::kSet && pending_.size() == mark + 1 && (is(TokenKind::kBar) || is(TokenKind::kColon));
    stops_at_bar_ = false;
    node = builds ? set_builder(mark) : closed_list(open, mark, false);
  } else {
    fail();
  }
  pending_.resize(mark);
  bars_ = bars;
  stops_at_bar_ = stops;
  return node;
}

/// ]1,2[
Parser::Index Parser::french_interval() {
  ++at_;
  const std::size_t mark = pending_.size();
  items();
  const Index node = result_ == ParseResult::kParsed ? closed_list(Bracket::kSquare, mark, true) : kNone;
  pending_.resize(mark);
  return node;
}

Parser::Index Parser::closed_list(Bracket open, std::size_t mark, bool is_french) {
  const std::size_t count = pending_.size() - mark;
  const bool opens_again = opens(Bracket::kSquare);  // [1,2[
  const bool round = closes(Bracket::kRound);
  const bool square = closes(Bracket::kSquare);
  if (open == Bracket::kRound || open == Bracket::kSquare) {
    if (!round && !square && !opens_again) {
      return fail();
    }
    ++at_;
    const bool low = open == Bracket::kSquare && !is_french;
    const bool high = square;
    const bool matches = !is_french && !opens_again && low == high;
    if (count == 1) {
      return matches ? pending_[mark] : fail();
    }
    if (matches) {
      return add_pending(low ? NodeKind::kBracketed : NodeKind::kTuple, mark);
    }
    if (count != 2) {
      return fail();
    }
    const Index interval = add_pending(NodeKind::kInterval, mark);
    if (interval != kNone) {
      expression_.nodes[interval].ends =
          low ? (high ? Ends::kClosed : Ends::kClosedLow) : (high ? Ends::kClosedHigh : Ends::kOpen);
    }
    return interval;
  }
  if (!closes(open)) {
    return fail();
  }
  ++at_;
  switch (open) {
    case Bracket::kGroup:
      return count == 1 ? pending_[mark] : add_pending(NodeKind::kSet, mark);
    case Bracket::kSet:
      return add_pending(NodeKind::kSet, mark);
    case Bracket::kAngle:
      return add_pending(NodeKind::kTuple, mark);
    case Bracket::kBar:
      return count == 1 ? add(NodeKind::kAbsolute, {pending_[mark]}) : fail();
    case Bracket::kFloor:
    case Bracket::kCeiling:
      return count == 1
                 ? build_.function(open == Bracket::kFloor ? Function::kFloor : Function::kCeiling, {pending_[mark]})
                 : fail();
    default:
      return fail();
  }
}

/// {x | x > 0}: the condition, which says of x what the set holds. {x ∈ ℝ | x > 0} is the same.
Parser::Index Parser::set_builder(std::size_t mark) {
  ++at_;
  pending_.resize(mark);
  const Separators separators = items();
  if (result_ != ParseResult::kParsed || !closes(Bracket::kSet)) {
    return fail();
  }
  ++at_;
  if (pending_.size() == mark + 1) {
    return pending_[mark];
  }
  return add_pending(separators.has_or ? NodeKind::kUnion : NodeKind::kIntersection, mark);
}

Parser::Index Parser::matrix() {
  const auto kind = static_cast<Matrix>(peek().code);
  ++at_;
  const int bars = std::exchange(bars_, 0);
  const std::size_t mark = pending_.size();
  std::size_t columns = 0;
  std::size_t row_start = mark;
  bool is_regular = true;
  const auto end_row = [&] {
    const std::size_t size = pending_.size() - row_start;
    is_regular = is_regular && (size == columns || columns == 0 || size == 0);
    columns = std::max(columns, size);
    row_start = pending_.size();
  };
  while (result_ == ParseResult::kParsed && !is(TokenKind::kMatrixEnd)) {
    if (take(TokenKind::kRowBreak)) {
      end_row();
    } else if (is(TokenKind::kColumnBreak) || (kind == Matrix::kCases && is(TokenKind::kComma))) {
      ++at_;
    } else {
      Index cell = statement();
      if (cell != kNone && kind == Matrix::kCases && is(TokenKind::kColumnBreak)) {  // x &= 5
        ++at_;
        cell = is(TokenKind::kRelation) ? relations(cell) : cell;
      }
      if (cell == kNone) {
        break;
      }
      pending_.push_back(cell);
    }
  }
  end_row();
  bars_ = bars;
  if (result_ != ParseResult::kParsed || !take(TokenKind::kMatrixEnd) || pending_.size() == mark ||
      (kind != Matrix::kCases && !is_regular) || columns > 1000) {
    pending_.resize(mark);
    return fail();
  }
  if (kind == Matrix::kCases && pending_.size() == mark + 1) {
    const Index only = pending_[mark];
    pending_.resize(mark);
    return only;
  }
  const Index node = add_pending(kind == Matrix::kCases ? NodeKind::kList : NodeKind::kMatrix, mark);
  if (node == kNone || kind == Matrix::kCases) {
    return node;
  }
  expression_.nodes[node].columns = static_cast<std::uint16_t>(columns);
  return kind == Matrix::kDeterminant ? build_.function(Function::kDeterminant, {node}) : node;
}

}  // namespace hone::rewards::math
