#include <string>
#include <vector>

#include "rewards/math/parser.h"

namespace hone::rewards::math {

bool Parser::append_subscript(std::string& name) {
  ++at_;
  name += '_';
  const bool is_group = opens(Bracket::kGroup);
  at_ += is_group ? 1 : 0;
  do {
    switch (peek().kind) {
      case TokenKind::kNumber:
      case TokenKind::kSymbol:
      case TokenKind::kWord:
        name += text();
        break;
      case TokenKind::kConstant:
        name += peek().code == static_cast<std::uint8_t>(Constant::kE) ? "e" : "i";
        break;
      case TokenKind::kPlus:
        name += '+';
        break;
      case TokenKind::kMinus:
        name += '-';
        break;
      case TokenKind::kComma:
        name += ',';
        break;
      default:
        return false;
    }
    ++at_;
  } while (is_group && !closes(Bracket::kGroup) && !is(TokenKind::kEnd));
  at_ += is_group ? 1 : 0;
  return true;
}

Parser::Index Parser::symbol() {
  std::string name(text());
  if (is(TokenKind::kConstant)) {
    name = peek().code == static_cast<std::uint8_t>(Constant::kE) ? "e" : "i";
  }
  ++at_;
  while (is(TokenKind::kSubscript) || is(TokenKind::kPrime)) {
    if (take(TokenKind::kPrime)) {
      name += '\'';
    } else if (!append_subscript(name)) {
      return fail();
    }
  }
  return named(name);
}

/// V(r) = …: a letter, names or numbers in parentheses, and an equals sign.
bool Parser::defines_function() const {
  std::size_t next = 1;
  while (is(TokenKind::kSymbol, next) || is(TokenKind::kNumber, next) || is(TokenKind::kComma, next) ||
         is(TokenKind::kConstant, next)) {
    ++next;
  }
  return opens(Bracket::kRound) && next > 1 && closes(Bracket::kRound, next) && is(TokenKind::kRelation, next + 1) &&
         peek(next + 1).code == static_cast<std::uint8_t>(Relation::kEqual) &&
         (at_ == 1 || tokens_.list[at_ - 2].kind == TokenKind::kComma);
}

/// A symbol, or the value of a function f at what follows in parentheses.
Parser::Index Parser::named(std::string_view name) {
  const bool is_inverse = name.size() == 1 && is(TokenKind::kPower) && opens(Bracket::kGroup, 1) &&
                          is(TokenKind::kMinus, 2) && text(3) == "1" && closes(Bracket::kGroup, 4) &&
                          opens(Bracket::kRound, 5);
  if (is_inverse && (name == "f" || name == "g" || name == "h")) {
    at_ += 5;
    return named(std::string(name) + "^-1");
  }
  const bool is_function = name[0] == 'f' || name[0] == 'g' || name.ends_with("^-1") || defines_function();
  if (opens(Bracket::kRound) && (is_function || name == "C")) {
    const State start = state();
    const Index inside = bracket();
    if (inside == kNone) {
      return kNone;
    }
    const Node& arguments = expression_.nodes[inside];
    const bool is_pair = arguments.kind == NodeKind::kTuple && arguments.child_count == 2;
    if (name == "C" && is_pair) {
      return add(NodeKind::kBinomial, {child_index(expression_, arguments, 0), child_index(expression_, arguments, 1)});
    }
    if (is_function && arguments.kind != NodeKind::kTuple) {
      return build_.function(Function::kNamed, {inside}, name);
    }
    if (is_function && is_pair) {
      return build_.function(Function::kNamed,
                             {child_index(expression_, arguments, 0), child_index(expression_, arguments, 1)}, name);
    }
    restore(start);
  }
  return add(NodeKind::kSymbol, {}, name);
}

namespace {

bool is_trigonometric(Function function) {
  return function <= Function::kCsc;
}
Function inverse(Function function) {
  return static_cast<Function>(static_cast<int>(function) + static_cast<int>(Function::kArcsin));
}

}  // namespace

Parser::Index Parser::function() {
  static_assert(static_cast<int>(Function::kSin) == 0 &&
                static_cast<int>(Function::kArccsc) == static_cast<int>(Function::kCsc) + 6);
  const Token& token = peek();
  const std::string_view name = tokens_.text_of(token);
  auto which = static_cast<Function>(token.code);
  ++at_;
  Index base = kNone;
  Index power = kNone;
  while (is(TokenKind::kSubscript) || is(TokenKind::kPower)) {
    if (take(TokenKind::kSubscript)) {
      base = command_argument();
      if (base == kNone) {
        return kNone;
      }
      continue;
    }
    const bool inverts =
        opens(Bracket::kGroup, 1) && is(TokenKind::kMinus, 2) && text(3) == "1" && closes(Bracket::kGroup, 4);
    const bool inverts_plainly = is(TokenKind::kMinus, 1) && text(2) == "1";
    if ((inverts || inverts_plainly) && is_trigonometric(which) && name.empty()) {
      which = inverse(which);
      at_ += inverts ? 5 : 3;
      continue;
    }
    ++at_;
    power = exponent();
    if (power == kNone) {
      return kNone;
    }
  }
  Token called = token;
  called.code = static_cast<std::uint8_t>(which);
  const Index value = function_value(called, base);
  return power == kNone ? value : add(NodeKind::kPower, {value, power});
}

Parser::Index Parser::function_value(const Token& token, Index base) {
  const std::string_view name = tokens_.text_of(token);
  const auto which = static_cast<Function>(token.code);
  const bool takes_list =
      which == Function::kGcd || which == Function::kLcm || which == Function::kMax || which == Function::kMin;
  if (takes_list && name.empty()) {
    const Index list = is(TokenKind::kOpen) ? bracket() : fail();
    if (list == kNone) {
      return kNone;
    }
    const Node arguments = expression_.nodes[list];
    if (arguments.kind != NodeKind::kTuple && arguments.kind != NodeKind::kSet) {
      return fail();
    }
    Node node;
    node.kind = NodeKind::kFunction;
    node.function = which;
    const std::vector<Index> children(expression_.children.begin() + arguments.first_child,
                                      expression_.children.begin() + arguments.first_child + arguments.child_count);
    return build_.add(node, children);
  }
  ++functions_;
  Index value = argument();
  --functions_;
  if (value == kNone) {
    return kNone;
  }
  if (name == "abs") {
    return add(NodeKind::kAbsolute, {value});
  }
  if (name == "cis") {  // cos x + i sin x
    const Index exponent = add(NodeKind::kMultiply, {build_.constant(Constant::kImaginaryUnit), value});
    return exponent == kNone ? kNone : build_.function(Function::kExp, {exponent});
  }
  if (!name.empty()) {
    if (name == "log" && base == kNone) {
      met_.log_is_decimal = true;
      base = choices_.log_is_decimal ? build_.integer("10") : kNone;
    } else if (name == "lg" || name == "lb") {
      base = build_.integer(name == "lg" ? "10" : "2");
    }
    return base == kNone ? build_.function(Function::kLog, {value}) : build_.function(Function::kLog, {value, base});
  }
  if (choices_.arguments_are_degrees && which <= Function::kCsc && walk(expression_, value, [](const Node& node) {
        return node.kind != NodeKind::kConstant || node.constant != Constant::kPi;
      })) {
    value = build_.radians(value);
  }
  return build_.function(which, {value});
}

Parser::Index Parser::argument() {
  if (is(TokenKind::kOpen) && !opens(Bracket::kSet) && !opens(Bracket::kAngle)) {
    return bracket();
  }
  return is(TokenKind::kBar) && bars_ == 0 ? absolute() : implicit_argument();
}

/// \cos x e^x is a product of two.
bool Parser::raises_e() const {
  return is(TokenKind::kConstant) && peek().code == static_cast<std::uint8_t>(Constant::kE) && is(TokenKind::kPower, 1);
}

/// \sin 2x: what is multiplied without a sign, up to the next function.
Parser::Index Parser::implicit_argument() {
  Index value = factor();
  while (value != kNone && starts_factor() && !is(TokenKind::kFunction) && !opens(Bracket::kRound) &&
         !opens(Bracket::kSquare) && !peek().is_parted && !raises_e()) {
    value = add(NodeKind::kMultiply, {value, factor()});
  }
  if (value != kNone && is(TokenKind::kSlash)) {
    met_.slash_takes_products = true;
    if (choices_.slash_takes_products) {
      ++at_;
      value = add(NodeKind::kDivide, {value, factor()});
    }
  }
  return value;
}

}  // namespace hone::rewards::math
