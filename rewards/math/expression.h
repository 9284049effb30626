#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::math {

/// What a node of an expression is. Children are given in brackets, in their order.
enum class NodeKind : std::uint8_t {
  // Scalars: a value, or a function of the free symbols.
  kInteger,    // text: decimal digits, without sign or separators
  kDecimal,    // text: digits without point; decimals: how many stand behind the point, the last `repeating` of which
               // recur
  kSymbol,     // text: a variable's name, the same for all spellings: "x", "x_1", "theta"
  kConstant,   // constant
  kNegate,     // [a]
  kAdd,        // [a, b, …]
  kMultiply,   // [a, b, …]
  kDivide,     // [a, b]: a/b, a÷b, \frac{a}{b}; form tells them apart
  kPower,      // [a, b]
  kRoot,       // [radicand, index]: the real root where the index is odd
  kFunction,   // function, [argument], or [argument, base] of a logarithm
  kAbsolute,   // [a]; the modulus of a complex number
  kFactorial,  // [a]
  kBinomial,   // [n, k]
  kPercent,    // [a]: a/100
  kMixed,      // [whole, fraction]: 2\frac{1}{3}
  kPlusMinus,  // [a, b] or [b]: a ± b, as written; kMinusPlus is written \mp
  kMinusPlus,
  kQuantity,  // [a], text: the unit, in the spelling of units.h
  kBased,     // [a base as an integer], text: the digits; 1011_2
  // Structures
  kList,          // [a, b, …]: bare commas, "and", "or"
  kTuple,         // [a, b, …]: round brackets
  kBracketed,     // [a, b, …]: square brackets, which may also write a closed interval
  kSet,           // [a, b, …]; with none the empty set
  kInterval,      // [low, high], ends
  kUnion,         // [a, b, …]
  kIntersection,  // [a, b, …]
  kDifference,    // [a, b]: a \setminus b
  kMatrix,        // [row by row], columns
  kRelation,      // relation, [left, right]
  kChain,         // [relation, relation, …]: 1 < x < 2, all of which hold
  kRatio,         // [a, b, …]: a:b
  kEllipsis,      // \ldots among the members of a list
  kText,          // text: words, lower case, single spaces
};

enum class Constant : std::uint8_t {
  kPi,
  kE,
  kImaginaryUnit,
  kInfinity,
  kGoldenRatio,
  kReals,
  kIntegers,
  kNaturals,
  kRationals,
  kComplexes
};

enum class Function : std::uint8_t {
  kSin,
  kCos,
  kTan,
  kCot,
  kSec,
  kCsc,
  kArcsin,
  kArccos,
  kArctan,
  kArccot,
  kArcsec,
  kArccsc,
  kSinh,
  kCosh,
  kTanh,
  kExp,
  kLog,
  kFloor,
  kCeiling,
  kSign,
  kGcd,
  kLcm,
  kMax,
  kMin,
  kMod,
  kRealPart,
  kImaginaryPart,
  kConjugate,
  kArgument,
  kDeterminant,
  kNamed,  // f(x): text is the name
};

enum class Relation : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,
  kNotIn,
  kApproximately,
  kCongruent
};

/// Which ends an interval holds.
enum class Ends : std::uint8_t { kOpen, kClosedLow, kClosedHigh, kClosed };

/// How a quotient is written, where a form is asked for.
enum class Quotient : std::uint8_t { kFraction, kSlash, kDivision };

struct Node {
  NodeKind kind = NodeKind::kInteger;
  union {
    std::uint8_t detail = 0;
    Constant constant;
    Function function;
    Relation relation;
    Ends ends;
    Quotient form;
  };
  std::uint16_t columns = 0;      // of kMatrix
  std::uint16_t decimals = 0;     // of kDecimal
  std::uint16_t repeating = 0;    // of kDecimal
  std::uint32_t first_child = 0;  // in Expression::children
  std::uint32_t child_count = 0;
  std::uint32_t text_begin = 0;  // in Expression::text
  std::uint32_t text_size = 0;
};

/// A formula as a tree, in post-order: a child stands before its parent and the root is last, so that it is walked by
/// one loop, however deep it is.
struct Expression {
  std::vector<Node> nodes;
  std::vector<std::uint32_t> children;  // indices into nodes
  std::string text;

  [[nodiscard]] const Node& root() const { return nodes.back(); }
  [[nodiscard]] const Node& child(const Node& node, std::size_t index) const {
    return nodes[children[node.first_child + index]];
  }
  [[nodiscard]] std::string_view text_of(const Node& node) const {
    return std::string_view(text).substr(node.text_begin, node.text_size);
  }
};

}  // namespace hone::rewards::math
