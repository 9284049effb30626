#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/chat/jinja/value.h"

namespace hone::policies::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

enum class ExpressionKind {
  kConstant,
  kName,
  kCaptured,  // what a {% set %} or {% filter %} block wrote
  kList,
  kTuple,
  kDict,       // parts: key, value, key, value
  kAttribute,  // parts: object
  kItem,       // parts: object, index
  kSlice,      // parts: object, start, stop, step; any but the first may be null
  kCall,       // parts: callee, arguments
  kFilter,     // parts: input, arguments
  kTest,       // parts: input, arguments
  kNot,
  kNegative,
  kPositive,
  kBinary,   // name: the operator
  kConcat,   // ~
  kCompare,  // operators between the parts
  kAnd,
  kOr,
  kConditional,  // parts: value, condition, otherwise (may be null)
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kConstant;
  int line = 0;
  int depth = 1;
  std::string name;
  Value constant;
  std::vector<ExpressionPtr> parts;
  std::vector<std::pair<std::string, ExpressionPtr>> named;  // arguments name=value
  std::vector<std::string> operators;
};

struct Statement;
using Block = std::vector<Statement>;

enum class StatementKind {
  kData,
  kOutput,
  kIf,         // parts: conditions; blocks: one each, and perhaps an else
  kFor,        // parts: what to run over, condition (may be null); blocks: body, else
  kSet,        // parts: value
  kSetBlock,   // parts: filters over kCaptured; blocks: body
  kMacro,      // names: parameters; parts: the defaults of the last of them
  kCallBlock,  // parts: call; names, blocks as a macro's, whose name is caller
  kFilterBlock,
  kWith,        // targets, parts: values
  kGeneration,  // what the assistant wrote
  kBreak,
  kContinue,
};

struct Statement {
  StatementKind kind = StatementKind::kData;
  int line = 0;
  std::string name;
  MarkedText data;
  std::vector<ExpressionPtr> targets;  // kName, kTuple of names, or kAttribute of a namespace
  std::vector<ExpressionPtr> parts;
  std::vector<std::string> names;
  std::vector<Block> blocks;
};

/// The tree of a normalized source. Throws Failure with its line: at what is no Jinja, or not of the part supported,
/// and at nesting deeper than any real template's.
[[nodiscard]] Block parse(std::string_view source);

inline constexpr int kMaxSyntaxDepth = 160;

}  // namespace hone::policies::jinja
