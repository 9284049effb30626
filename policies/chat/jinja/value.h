#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policies/chat/jinja/text.h"

namespace hone::policies::jinja {

struct Array;
struct Mapping;
struct Loop;
struct Callable;

/// A name or an attribute that is not there: prints nothing, is false, and refuses all else with its reason.
struct Undefined {
  std::string reason;
};
struct None {};
/// The renderer's namespace objects, by number: what they hold may hold them.
struct Namespace {
  std::size_t index = 0;
};

/// A value of Jinja. Immutable but for namespaces, as transformers' sandbox has it; copying is cheap.
class Value {
 public:
  using Text = std::shared_ptr<const MarkedText>;
  using Data =
      std::variant<Undefined, None, bool, std::int64_t, double, Text, std::shared_ptr<const Array>,
                   std::shared_ptr<const Mapping>, Namespace, std::shared_ptr<const Callable>, std::shared_ptr<Loop>>;

  Value() = default;
  Value(Data data) : data_(std::move(data)) {}  // NOLINT(google-explicit-constructor)
  Value(MarkedText text) : data_(std::make_shared<const MarkedText>(std::move(text))) {}  // NOLINT
  [[nodiscard]] static Value undefined(std::string reason) { return {Data(Undefined{std::move(reason)})}; }
  [[nodiscard]] static Value none() { return {Data(None{})}; }
  [[nodiscard]] static Value boolean(bool value) { return {Data(value)}; }
  [[nodiscard]] static Value integer(std::int64_t value) { return {Data(value)}; }
  [[nodiscard]] static Value real(double value) { return {Data(value)}; }

  /// The part asked for, or nullptr where it is something else.
  [[nodiscard]] const Undefined* as_undefined() const { return std::get_if<Undefined>(&data_); }
  [[nodiscard]] const bool* as_boolean() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data_); }
  [[nodiscard]] const double* as_real() const { return std::get_if<double>(&data_); }
  [[nodiscard]] const Namespace* as_namespace() const { return std::get_if<Namespace>(&data_); }
  [[nodiscard]] const MarkedText* as_text() const { return pointee<Text>(); }
  [[nodiscard]] const Array* as_array() const { return pointee<std::shared_ptr<const Array>>(); }
  [[nodiscard]] const Mapping* as_mapping() const { return pointee<std::shared_ptr<const Mapping>>(); }
  [[nodiscard]] const Callable* as_callable() const { return pointee<std::shared_ptr<const Callable>>(); }
  [[nodiscard]] Loop* as_loop() const {
    const auto* held = std::get_if<std::shared_ptr<Loop>>(&data_);
    return held == nullptr ? nullptr : held->get();
  }
  [[nodiscard]] bool is_none() const { return std::holds_alternative<None>(data_); }

 private:
  template <typename Pointer>
  [[nodiscard]] auto pointee() const -> decltype(std::declval<Pointer>().get()) {
    const auto* held = std::get_if<Pointer>(&data_);
    return held == nullptr ? nullptr : held->get();
  }

  Data data_;
};

/// A list or a tuple.
struct Array {
  std::vector<Value> items;
  bool is_tuple = false;
  int depth = 1;
};

struct Mapping {
  std::vector<std::pair<Value, Value>> entries;  // in the order of insertion
  int depth = 1;
  /// nullptr where there is no such key.
  [[nodiscard]] const Value* find(const Value& key) const;
  [[nodiscard]] const Value* find(std::string_view key) const;
};

/// The `loop` of a for statement.
struct Loop {
  std::vector<Value> items;
  std::size_t index = 0;
  int nesting = 0;
  int depth = 1;
};

struct Statement;
struct Scope;

/// A built-in function, a method of `self`, or a macro of the template.
struct Callable {
  std::string name;
  Value self;
  const Statement* macro = nullptr;
  Scope* scope = nullptr;  // where the macro was defined
  int depth = 1;
};

/// Lists are cut off in length and in depth: a template is foreign input. Both throw Failure.
inline constexpr std::size_t kMaxItems = std::size_t{1} << 17;
inline constexpr std::size_t kMaxEntries = 4096;
inline constexpr int kMaxValueDepth = 64;
[[nodiscard]] Value make_list(std::vector<Value> items);
[[nodiscard]] Value make_tuple(std::vector<Value> items);
/// A later entry replaces an earlier one of the same key.
[[nodiscard]] Value make_mapping(std::vector<std::pair<Value, Value>> entries);
[[nodiscard]] Value make_method(std::string name, Value self);
[[nodiscard]] int depth_of(const std::vector<Value>& items);
[[nodiscard]] Value make_list_of_texts(std::vector<MarkedText> texts);

[[nodiscard]] bool is_true(const Value& value);
/// Python's ==: 1 == 1.0 == True. Throws Failure where that takes more than 100000 comparisons.
[[nodiscard]] bool equal(const Value& left, const Value& right);
/// Python's <=>, below, at or above 0. Throws Failure for what Python cannot order.
[[nodiscard]] int compared(const Value& left, const Value& right);
/// Python's `item in container`.
[[nodiscard]] bool contains(const Value& container, const Value& item);
/// int or float, and bool as 0 or 1; Failure saying `what` needs a number for anything else.
[[nodiscard]] double number_of(const Value& value, std::string_view what);
/// An int (or bool); Failure for anything else.
[[nodiscard]] std::int64_t integer_of(const Value& value, std::string_view what);
/// Whether it is an int, a bool or a float.
[[nodiscard]] bool is_number(const Value& value);
/// What a for statement runs over: a list's items, a mapping's keys, a text's characters.
[[nodiscard]] std::vector<Value> items_of(const Value& value);
/// Python's name of the type: str, dict, NoneType.
[[nodiscard]] std::string type_name(const Value& value);
/// Roughly how many bytes an operation on it has to look at.
[[nodiscard]] std::size_t weight(const Value& value);

/// Python's str(value) and repr(value), and json.dumps. The texts within keep what is trusted.
[[nodiscard]] MarkedText printed(const Value& value);
[[nodiscard]] MarkedText represented(const Value& value);
struct JsonStyle {
  int indent = -1;  // below 0: one line
  std::string item_separator = ", ";
  std::string key_separator = ": ";
  bool sorts_keys = false;
  bool ensures_ascii = false;
};
[[nodiscard]] MarkedText to_json(const Value& value, const JsonStyle& style);
/// Python's repr of a float: 0.1, 2.0, 1e-05.
[[nodiscard]] std::string real_text(double value);

}  // namespace hone::policies::jinja
