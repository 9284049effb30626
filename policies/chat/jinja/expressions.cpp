#include <algorithm>

#include "policies/chat/jinja/interpreter.h"

namespace hone::policies::jinja {
namespace {

constexpr std::size_t kMaxSteps = 1'000'000;
constexpr std::size_t kMaxBytes = std::size_t{512} << 20;
constexpr int kMaxDepth = 500;

const Value* find(const Variables& variables, const std::string& name) {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const auto& one) { return one.first == name; });
  return found == variables.end() ? nullptr : &found->second;
}

Value builtin(const std::string& name) {
  auto function = std::make_shared<Callable>();
  function->name = name;
  return {Value::Data(std::shared_ptr<const Callable>(std::move(function)))};
}

bool holds(const std::string& sign, const Value& left, const Value& right) {
  if (sign == "==") return equal(left, right);
  if (sign == "!=") return !equal(left, right);
  if (sign == "in") return contains(right, left);
  if (sign == "not in") return !contains(right, left);
  const auto order = compared(left, right);
  if (sign == "<") return order < 0;
  if (sign == "<=") return order <= 0;
  return sign == ">" ? order > 0 : order >= 0;
}

}  // namespace

void Interpreter::step() {
  if (++steps_ > kMaxSteps) throw Failure("the template takes more than " + std::to_string(kMaxSteps) + " steps");
}

void Interpreter::charge(std::size_t bytes) {
  bytes_ += std::min(bytes, kMaxBytes);
  if (bytes_ > kMaxBytes) throw Failure("the template works on more than " + std::to_string(kMaxBytes >> 20) + " MiB");
}

// A search may look at each byte of the input for each 64 of what it looks for.
void Interpreter::charge_operation(const Value& input, const Arguments& arguments) {
  std::size_t others = 0;
  for (const auto& one : arguments.positional) others += weight(one);
  for (const auto& one : arguments.named) others += weight(one.second);
  charge(others);
  const auto own = weight(input);
  charge(others / 64 > kMaxBytes / (own + 1) ? kMaxBytes : own * (1 + others / 64));
}

Value Interpreter::charged(Value made) {
  charge(weight(made));
  return made;
}

Value Interpreter::value_of(const Expression& expression) {
  step();
  if (++depth_ > kMaxDepth) throw Failure("the template's calls are nested too deep");
  const auto line = std::exchange(line_, expression.line);
  auto value = dispatch(expression);
  line_ = line;  // not on the way of an exception, which is told where it came from
  --depth_;
  return value;
}

Value Interpreter::dispatch(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return expression.constant;
    case ExpressionKind::kName:
      return name(expression);
    case ExpressionKind::kCaptured:
      return captured_.back();
    case ExpressionKind::kList:
      return charged(make_list(values_of(expression, 0)));
    case ExpressionKind::kTuple:
      return charged(make_tuple(values_of(expression, 0)));
    case ExpressionKind::kDict:
      return dict(expression);
    case ExpressionKind::kAttribute:
      return attribute(value_of_part(expression, 0), expression.name);
    case ExpressionKind::kItem:
      return item(expression);
    case ExpressionKind::kSlice:
      return slice(expression);
    case ExpressionKind::kCall:
      return called(expression);
    case ExpressionKind::kFilter:
      return filtered(expression);
    case ExpressionKind::kTest:
      return tested(expression);
    default:
      return operation(expression);
  }
}

Value Interpreter::operation(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kNot:
      return Value::boolean(!is_true(value_of_part(expression, 0)));
    case ExpressionKind::kNegative:
      return negated(expression);
    case ExpressionKind::kPositive:
      return binary("+", Value::integer(0), value_of_part(expression, 0));
    case ExpressionKind::kBinary:
      return binary_of(expression);
    case ExpressionKind::kConcat:
      return concatenation(expression);
    case ExpressionKind::kCompare:
      return comparison(expression);
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
      return either(expression);
    case ExpressionKind::kConditional:
      return conditional(expression);
    default:
      return {};
  }
}

// The left operand where it settles the matter, else the right one.
Value Interpreter::either(const Expression& expression) {
  auto left = value_of_part(expression, 0);
  const bool goes_on = is_true(left) == (expression.kind == ExpressionKind::kAnd);
  return goes_on ? value_of_part(expression, 1) : left;
}

Value Interpreter::value_of_part(const Expression& expression, std::size_t place) {
  return value_of(*expression.parts[place]);
}

std::vector<Value> Interpreter::values_of(const Expression& expression, std::size_t from) {
  std::vector<Value> values;
  for (auto place = from; place < expression.parts.size(); ++place) values.push_back(value_of_part(expression, place));
  return values;
}

Value Interpreter::name(const Expression& expression) {
  for (const auto* scope = scope_; scope != nullptr; scope = scope->parent) {
    if (const auto* found = find(scope->variables, expression.name)) return *found;
  }
  if (is_function(expression.name)) return builtin(expression.name);
  return Value::undefined("'" + expression.name + "' is undefined");
}

Value Interpreter::dict(const Expression& expression) {
  const auto values = values_of(expression, 0);
  charge(values.size() * values.size());
  std::vector<std::pair<Value, Value>> entries;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2) entries.emplace_back(values[i], values[i + 1]);
  return make_mapping(std::move(entries));
}

Value Interpreter::attribute(const Value& object, const std::string& name) {
  if (const auto* space = object.as_namespace()) {
    const auto* found = find(namespaces_[space->index], name);
    return found != nullptr ? *found : Value::undefined("'Namespace object' has no attribute '" + name + "'");
  }
  if (object.as_loop() != nullptr) return loop_attribute(object, name);
  return attribute_of(object, name);
}

Value Interpreter::loop_attribute(const Value& object, const std::string& name) {
  const auto& loop = *object.as_loop();
  const auto index = static_cast<std::int64_t>(loop.index);
  const auto size = static_cast<std::int64_t>(loop.items.size());
  if (name == "index") return Value::integer(index + 1);
  if (name == "index0") return Value::integer(index);
  if (name == "revindex") return Value::integer(size - index);
  if (name == "revindex0") return Value::integer(size - index - 1);
  if (name == "first") return Value::boolean(index == 0);
  if (name == "last") return Value::boolean(index + 1 == size);
  if (name == "length") return Value::integer(size);
  if (name == "depth") return Value::integer(loop.nesting + 1);
  if (name == "depth0") return Value::integer(loop.nesting);
  if (name == "previtem") {
    return index > 0 ? loop.items[loop.index - 1] : Value::undefined("there is no previous item");
  }
  if (name == "nextitem") {
    return index + 1 < size ? loop.items[loop.index + 1] : Value::undefined("there is no next item");
  }
  return attribute_of(object, name);
}

Value Interpreter::item(const Expression& expression) {
  const auto object = value_of_part(expression, 0);
  const auto key = value_of_part(expression, 1);
  if (object.as_text() != nullptr) charge(weight(object));
  const auto* name = key.as_text();
  const bool is_attribute = object.as_namespace() != nullptr || object.as_loop() != nullptr;
  return is_attribute && name != nullptr ? attribute(object, name->text) : item_of(object, key);
}

Value Interpreter::slice(const Expression& expression) {
  const auto object = value_of_part(expression, 0);
  const auto bound = [&](std::size_t place) {
    return expression.parts[place] == nullptr ? Value::none() : value_of_part(expression, place);
  };
  const auto start = bound(1);
  const auto stop = bound(2);
  const auto stride = bound(3);
  charge(8 * weight(object));
  return charged(slice_of(object, start, stop, stride));
}

Value Interpreter::concatenation(const Expression& expression) {
  MarkedText text;
  for (const auto& value : values_of(expression, 0)) append(text, printed(value));
  return charged({std::move(text)});
}

Value Interpreter::comparison(const Expression& expression) {
  auto left = value_of_part(expression, 0);
  for (std::size_t i = 0; i < expression.operators.size(); ++i) {
    auto right = value_of_part(expression, i + 1);
    charge_operation(right, {{left}, {}});
    if (!holds(expression.operators[i], left, right)) return Value::boolean(false);
    left = std::move(right);
  }
  return Value::boolean(true);
}

Value Interpreter::negated(const Expression& expression) {
  const auto value = value_of_part(expression, 0);
  if (const auto* real = value.as_real()) return Value::real(-*real);
  return binary("-", Value::integer(0), value);
}

Value Interpreter::binary_of(const Expression& expression) {
  const auto left = value_of_part(expression, 0);
  const auto right = value_of_part(expression, 1);
  return charged(binary(expression.name, left, right));
}

Value Interpreter::conditional(const Expression& expression) {
  if (is_true(value_of_part(expression, 1))) return value_of_part(expression, 0);
  if (expression.parts[2] != nullptr) return value_of_part(expression, 2);
  return Value::undefined("the inline if-expression evaluated to false and no else section was defined");
}

Arguments Interpreter::arguments_of(const Expression& expression) {
  Arguments arguments;
  arguments.positional = values_of(expression, 1);
  for (const auto& [name, value] : expression.named) arguments.named.emplace_back(name, value_of(*value));
  return arguments;
}

Value Interpreter::filtered(const Expression& expression) {
  const auto input = value_of_part(expression, 0);
  const auto arguments = arguments_of(expression);
  charge_operation(input, arguments);
  return charged(apply_filter(expression.name, input, arguments));
}

Value Interpreter::tested(const Expression& expression) {
  const auto input = value_of_part(expression, 0);
  const auto arguments = arguments_of(expression);
  charge_operation(input, arguments);
  return Value::boolean(apply_test(expression.name, input, arguments));
}

Value Interpreter::called(const Expression& expression) {
  const auto callee = value_of_part(expression, 0);
  return call(callee, arguments_of(expression));
}

Value Interpreter::call(const Value& callee, const Arguments& arguments) {
  if (const auto* undefined = callee.as_undefined()) throw Failure(undefined->reason);
  const auto* callable = callee.as_callable();
  if (callable == nullptr) throw Failure("'" + type_name(callee) + "' object is not callable");
  if (callable->macro != nullptr) return call_macro(*callable, arguments);
  charge_operation(callable->self, arguments);
  if (callable->name == "namespace") return new_namespace(arguments);
  if (is_function(callable->name) || callable->name == "strftime_now") {
    return charged(call_function(callable->name, callable->self, arguments));
  }
  return charged(call_method(callable->name, callable->self, arguments));
}

Value Interpreter::new_namespace(const Arguments& arguments) {
  charge(1024);
  Variables attributes = arguments.named;
  for (const auto& one : arguments.positional) {
    if (one.as_mapping() == nullptr) throw Failure("namespace() takes names and dicts");
    for (const auto& [key, value] : one.as_mapping()->entries) {
      if (find(attributes, printed(key).text) == nullptr) attributes.emplace_back(printed(key).text, value);
    }
  }
  namespaces_.push_back(std::move(attributes));
  return {Value::Data(Namespace{namespaces_.size() - 1})};
}

}  // namespace hone::policies::jinja
