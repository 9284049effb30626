#include <algorithm>

#include "policies/chat/jinja/interpreter.h"

namespace hone::policies::jinja {

class Interpreter::Inner {
 public:
  Inner(Interpreter& owner, Scope* parent)
      : owner_(owner), outer_(std::exchange(owner.scope_, nullptr)), scope_(std::make_unique<Scope>()) {
    scope_->parent = parent;
    owner_.scope_ = scope_.get();
  }
  explicit Inner(Interpreter& owner) : Inner(owner, owner.scope_) {}
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;
  ~Inner() {
    owner_.scope_ = outer_;
    if (scope_->is_kept) owner_.kept_.push_back(std::move(scope_));
  }

 private:
  Interpreter& owner_;
  Scope* outer_;
  std::unique_ptr<Scope> scope_;
};

class Interpreter::Capture {
 public:
  explicit Capture(Interpreter& owner) : owner_(owner), outer_(std::exchange(owner.output_, &text_)) {}
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() { owner_.output_ = outer_; }
  Value take() { return {std::move(text_)}; }

 private:
  Interpreter& owner_;
  MarkedText text_;
  MarkedText* outer_;
};

Interpreter::Interpreter(Variables variables) {
  root_.variables = std::move(variables);
}

Rendering Interpreter::run(const Block& block) {
  try {
    run_block(block);
  } catch (const Raised& raised) {
    throw Raised(raised.what(), line_);
  } catch (const Failure& failure) {
    throw Failure(failure.what(), line_);
  }
  return std::move(result_);
}

Interpreter::Flow Interpreter::run_block(const Block& block) {
  for (const auto& statement : block) {
    step();
    if (++depth_ > 500) throw Failure("the template's calls are nested too deep");
    line_ = statement.line;
    const auto flow = run_statement(statement);
    --depth_;
    if (flow != Flow::kOn) return flow;
  }
  return Flow::kOn;
}

void Interpreter::write(const MarkedText& text) {
  charge(text.text.size());
  append(*output_, text);
}

Interpreter::Flow Interpreter::run_statement(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kData:
      write(statement.data);
      return Flow::kOn;
    case StatementKind::kOutput:
      write(printed(value_of(*statement.parts[0])));
      return Flow::kOn;
    case StatementKind::kIf:
      return run_if(statement);
    case StatementKind::kFor:
      return run_for(statement);
    case StatementKind::kSet:
      assign(*statement.targets[0], value_of(*statement.parts[0]));
      return Flow::kOn;
    case StatementKind::kSetBlock:
      run_set(statement);
      return Flow::kOn;
    case StatementKind::kMacro:
      set(statement.name, macro_value(statement));
      return Flow::kOn;
    case StatementKind::kCallBlock:
      run_call(statement);
      return Flow::kOn;
    case StatementKind::kFilterBlock:
      return run_filtered(statement);
    case StatementKind::kWith:
      return run_with(statement);
    case StatementKind::kGeneration:
      return run_generation(statement);
    case StatementKind::kBreak:
      return Flow::kBreak;
    case StatementKind::kContinue:
      return Flow::kContinue;
  }
  return Flow::kOn;
}

Interpreter::Flow Interpreter::run_if(const Statement& statement) {
  for (std::size_t i = 0; i < statement.parts.size(); ++i) {
    if (is_true(value_of(*statement.parts[i]))) return run_block(statement.blocks[i]);
  }
  return statement.blocks.size() > statement.parts.size() ? run_block(statement.blocks.back()) : Flow::kOn;
}

std::vector<Value> Interpreter::items_for(const Statement& statement) {
  const auto over = value_of(*statement.parts[0]);
  charge(weight(over) * (over.as_text() != nullptr ? 64 : 1));
  auto items = items_of(over);
  if (statement.parts[1] == nullptr) return items;
  std::vector<Value> kept;
  for (auto& item : items) {
    const Inner inner(*this);
    assign(*statement.targets[0], item);
    if (is_true(value_of(*statement.parts[1]))) kept.push_back(std::move(item));
  }
  return kept;
}

Interpreter::Flow Interpreter::run_for(const Statement& statement) {
  auto items = items_for(statement);
  if (!items.empty()) return run_loop(statement, std::move(items));
  if (statement.blocks.size() < 2) return Flow::kOn;
  const Inner inner(*this);
  return run_block(statement.blocks[1]);
}

Interpreter::Flow Interpreter::run_loop(const Statement& statement, std::vector<Value> items) {
  auto loop = std::make_shared<Loop>();
  loop->depth = depth_of(items);
  loop->items = std::move(items);
  for (loop->index = 0; loop->index < loop->items.size(); ++loop->index) {
    step();
    const Inner inner(*this);
    set("loop", {Value::Data(loop)});
    assign(*statement.targets[0], loop->items[loop->index]);
    if (run_block(statement.blocks[0]) == Flow::kBreak) break;
  }
  return Flow::kOn;
}

void Interpreter::set(const std::string& name, Value value) {
  for (auto& variable : scope_->variables) {
    if (variable.first == name) {
      variable.second = std::move(value);
      return;
    }
  }
  scope_->variables.emplace_back(name, std::move(value));
}

void Interpreter::assign(const Expression& target, const Value& value) {
  if (target.kind == ExpressionKind::kName) return set(target.name, value);
  if (target.kind == ExpressionKind::kAttribute) {
    const auto object = value_of(*target.parts[0]);
    const auto* space = object.as_namespace();
    if (space == nullptr) throw Failure("cannot assign attribute on non-namespace object");
    auto& attributes = namespaces_[space->index];
    const auto found =
        std::find_if(attributes.begin(), attributes.end(), [&](const auto& one) { return one.first == target.name; });
    if (found == attributes.end()) {
      attributes.emplace_back(target.name, value);
    } else {
      found->second = value;
    }
    return;
  }
  const auto items = items_of(value);
  if (items.size() != target.parts.size()) {
    throw Failure("needs " + std::to_string(target.parts.size()) + " values to unpack, got " +
                  std::to_string(items.size()));
  }
  for (std::size_t i = 0; i < items.size(); ++i) assign(*target.parts[i], items[i]);
}

void Interpreter::run_set(const Statement& statement) {
  Value text;
  {
    const Inner inner(*this);
    Capture capture(*this);
    run_block(statement.blocks[0]);
    text = capture.take();
  }
  if (statement.parts[0] != nullptr) {
    captured_.push_back(std::move(text));
    text = value_of(*statement.parts[0]);
    captured_.pop_back();
  }
  assign(*statement.targets[0], text);
}

Interpreter::Flow Interpreter::run_filtered(const Statement& statement) {
  Value text;
  {
    const Inner inner(*this);
    Capture capture(*this);
    run_block(statement.blocks[0]);
    text = capture.take();
  }
  captured_.push_back(std::move(text));
  write(printed(value_of(*statement.parts[0])));
  captured_.pop_back();
  return Flow::kOn;
}

Interpreter::Flow Interpreter::run_with(const Statement& statement) {
  std::vector<Value> values;
  for (const auto& part : statement.parts) values.push_back(value_of(*part));
  const Inner inner(*this);
  for (std::size_t i = 0; i < values.size(); ++i) assign(*statement.targets[i], values[i]);
  return run_block(statement.blocks[0]);
}

Interpreter::Flow Interpreter::run_generation(const Statement& statement) {
  const Inner inner(*this);
  const auto begin = output_->text.size();
  const auto flow = run_block(statement.blocks[0]);
  const auto end = output_->text.size();
  if (output_ == &result_.text && begin < end) {
    auto& ranges = result_.generated;
    while (!ranges.empty() && ranges.back().begin >= begin) ranges.pop_back();  // a block within a block
    ranges.push_back({begin, end});
  }
  return flow;
}

Value Interpreter::macro_value(const Statement& statement) {
  charge(1024);
  for (auto* scope = scope_; scope != nullptr; scope = scope->parent) scope->is_kept = true;
  auto macro = std::make_shared<Callable>();
  macro->name = statement.name;
  macro->macro = &statement;
  macro->scope = scope_;
  return {Value::Data(std::shared_ptr<const Callable>(std::move(macro)))};
}

void Interpreter::run_call(const Statement& statement) {
  const auto& call_expression = *statement.parts[0];
  const auto callee = value_of(*call_expression.parts[0]);
  auto arguments = arguments_of(call_expression);
  arguments.named.emplace_back("caller", macro_value(statement));
  write(printed(call(callee, arguments)));
}

void Interpreter::bind_parameters(const Statement& macro, const Arguments& arguments) {
  const std::size_t skipped = macro.kind == StatementKind::kCallBlock ? 1 : 0;
  const auto defaults = macro.parts.size() - skipped;
  const auto first_default = macro.names.size() - defaults;
  if (arguments.positional.size() > macro.names.size()) {
    throw Failure("macro '" + macro.name + "' takes not more than " + std::to_string(macro.names.size()) +
                  " argument(s)");
  }
  for (const auto& [name, value] : arguments.named) {
    const bool is_known =
        name == "caller" || std::find(macro.names.begin(), macro.names.end(), name) != macro.names.end();
    if (!is_known) throw Failure("macro '" + macro.name + "' takes no keyword argument '" + name + "'");
    if (name == "caller") set(name, value);
  }
  for (std::size_t i = 0; i < macro.names.size(); ++i) {
    if (const auto* given = arguments.get(i, macro.names[i])) {
      set(macro.names[i], *given);
    } else if (i >= first_default) {
      set(macro.names[i], value_of(*macro.parts[skipped + i - first_default]));
    } else {
      set(macro.names[i], Value::undefined("parameter '" + macro.names[i] + "' was not provided"));
    }
  }
}

Value Interpreter::call_macro(const Callable& macro, const Arguments& arguments) {
  const auto line = line_;
  const Inner inner(*this, macro.scope);
  Capture capture(*this);
  bind_parameters(*macro.macro, arguments);
  run_block(macro.macro->blocks[0]);
  line_ = line;
  return capture.take();
}

Rendering render(const Block& block, Variables variables) {
  return Interpreter(std::move(variables)).run(block);
}

}  // namespace hone::policies::jinja
