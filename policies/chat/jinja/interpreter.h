#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policies/chat/jinja/operations.h"
#include "policies/chat/jinja/renderer.h"

namespace hone::policies::jinja {

struct Scope {
  Scope* parent = nullptr;
  Variables variables;
  bool is_kept = false;  // a macro was defined within
};

/// One rendering: expressions to values, statements to text.
class Interpreter {
 public:
  explicit Interpreter(Variables variables);
  Rendering run(const Block& block);

 private:
  enum class Flow { kOn, kBreak, kContinue };
  class Inner;    // a scope within the one at hand, while it lives
  class Capture;  // output goes to another text, while it lives

  // Statements: statements.cpp.
  Flow run_block(const Block& block);
  Flow run_statement(const Statement& statement);
  void write(const MarkedText& text);
  Flow run_if(const Statement& statement);
  Flow run_for(const Statement& statement);
  Flow run_loop(const Statement& statement, std::vector<Value> items);
  std::vector<Value> items_for(const Statement& statement);
  Flow run_filtered(const Statement& statement);
  void run_set(const Statement& statement);
  void run_call(const Statement& statement);
  Flow run_with(const Statement& statement);
  Flow run_generation(const Statement& statement);
  void assign(const Expression& target, const Value& value);
  void set(const std::string& name, Value value);
  Value macro_value(const Statement& statement);
  Value call_macro(const Callable& macro, const Arguments& arguments);
  void bind_parameters(const Statement& macro, const Arguments& arguments);

  // Expressions: expressions.cpp.
  Value value_of(const Expression& expression);
  Value dispatch(const Expression& expression);
  Value operation(const Expression& expression);
  Value either(const Expression& expression);
  Value value_of_part(const Expression& expression, std::size_t place);
  std::vector<Value> values_of(const Expression& expression, std::size_t from);
  Value name(const Expression& expression);
  Value dict(const Expression& expression);
  Value attribute(const Value& object, const std::string& name);
  Value loop_attribute(const Value& object, const std::string& name);
  Value item(const Expression& expression);
  Value slice(const Expression& expression);
  Value concatenation(const Expression& expression);
  Value comparison(const Expression& expression);
  Value negated(const Expression& expression);
  Value binary_of(const Expression& expression);
  Value conditional(const Expression& expression);
  Value filtered(const Expression& expression);
  Value tested(const Expression& expression);
  Value called(const Expression& expression);
  Value call(const Value& callee, const Arguments& arguments);
  Value new_namespace(const Arguments& arguments);
  Arguments arguments_of(const Expression& expression);

  void step();
  void charge(std::size_t bytes);
  void charge_operation(const Value& input, const Arguments& arguments);
  [[nodiscard]] Value charged(Value made);

  Scope root_;
  Scope* scope_ = &root_;
  std::deque<std::unique_ptr<Scope>> kept_;
  std::deque<Variables> namespaces_;
  std::vector<Value> captured_;
  Rendering result_;
  MarkedText* output_ = &result_.text;
  int line_ = 1;
  int depth_ = 0;
  std::size_t steps_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace hone::policies::jinja
