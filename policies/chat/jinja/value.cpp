#include "policies/chat/jinja/value.h"

#include <algorithm>

namespace hone::policies::jinja {
namespace {

int depth_of(const Value& value) {
  if (const auto* array = value.as_array()) return array->depth;
  if (const auto* mapping = value.as_mapping()) return mapping->depth;
  if (const auto* callable = value.as_callable()) return callable->depth;
  if (const auto* loop = value.as_loop()) return loop->depth;
  return 0;
}

int checked_depth(int depth) {
  if (depth > kMaxValueDepth) throw Failure("a value is nested deeper than " + std::to_string(kMaxValueDepth));
  return depth;
}

Value make_array(std::vector<Value> items, bool is_tuple) {
  if (items.size() > kMaxItems) throw Failure("a list has more than " + std::to_string(kMaxItems) + " items");
  auto array = std::make_shared<Array>();
  array->depth = checked_depth(depth_of(items));
  array->items = std::move(items);
  array->is_tuple = is_tuple;
  return {Value::Data(std::shared_ptr<const Array>(std::move(array)))};
}

bool equal_within(const Value& left, const Value& right, int& fuel);

bool equal_arrays(const Array& left, const Array& right, int& fuel) {
  return left.is_tuple == right.is_tuple &&
         std::equal(left.items.begin(), left.items.end(), right.items.begin(), right.items.end(),
                    [&](const Value& one, const Value& other) { return equal_within(one, other, fuel); });
}

bool equal_mappings(const Mapping& left, const Mapping& right, int& fuel) {
  if (left.entries.size() != right.entries.size()) return false;
  return std::all_of(left.entries.begin(), left.entries.end(), [&](const auto& entry) {
    const auto* other = right.find(entry.first);
    return other != nullptr && equal_within(entry.second, *other, fuel);
  });
}

bool equal_within(const Value& left, const Value& right, int& fuel) {
  if (--fuel < 0) throw Failure("== compares more than 100000 values");
  if (is_number(left) && is_number(right)) {
    if (left.as_real() == nullptr && right.as_real() == nullptr) return integer_of(left, "") == integer_of(right, "");
    return number_of(left, "") == number_of(right, "");
  }
  if (left.as_text() != nullptr && right.as_text() != nullptr) return left.as_text()->text == right.as_text()->text;
  if (const auto* one = left.as_array(), *other = right.as_array(); one != nullptr && other != nullptr) {
    return one == other || equal_arrays(*one, *other, fuel);
  }
  if (const auto* one = left.as_mapping(), *other = right.as_mapping(); one != nullptr && other != nullptr) {
    return one == other || equal_mappings(*one, *other, fuel);
  }
  if (const auto* one = left.as_namespace(), *other = right.as_namespace(); one != nullptr && other != nullptr) {
    return one->index == other->index;
  }
  if (left.as_callable() != nullptr) return left.as_callable() == right.as_callable();
  if (left.as_loop() != nullptr) return left.as_loop() == right.as_loop();
  return (left.is_none() && right.is_none()) || (left.as_undefined() != nullptr && right.as_undefined() != nullptr);
}

std::string quoted_type(const Value& value) {
  return "'" + type_name(value) + "'";
}

}  // namespace

int depth_of(const std::vector<Value>& items) {
  int depth = 0;
  for (const auto& item : items) depth = std::max(depth, depth_of(item));
  return depth + 1;
}

Value make_list(std::vector<Value> items) {
  return make_array(std::move(items), false);
}
Value make_tuple(std::vector<Value> items) {
  return make_array(std::move(items), true);
}

Value make_list_of_texts(std::vector<MarkedText> texts) {
  if (texts.size() > kMaxItems) throw Failure("a list has more than " + std::to_string(kMaxItems) + " items");
  return make_list({std::make_move_iterator(texts.begin()), std::make_move_iterator(texts.end())});
}

Value make_mapping(std::vector<std::pair<Value, Value>> entries) {
  if (entries.size() > kMaxEntries) throw Failure("a dict has more than " + std::to_string(kMaxEntries) + " entries");
  auto mapping = std::make_shared<Mapping>();
  for (auto& [key, value] : entries) {
    if (key.as_array() != nullptr || key.as_mapping() != nullptr) {
      throw Failure("unhashable type: " + quoted_type(key));
    }
    mapping->depth = checked_depth(std::max({mapping->depth, depth_of(key) + 1, depth_of(value) + 1}));
    if (const auto* old = mapping->find(key)) {
      const_cast<Value&>(*old) = std::move(value);
    } else {
      mapping->entries.emplace_back(std::move(key), std::move(value));
    }
  }
  return {Value::Data(std::shared_ptr<const Mapping>(std::move(mapping)))};
}

Value make_method(std::string name, Value self) {
  auto method = std::make_shared<Callable>();
  method->name = std::move(name);
  method->depth = checked_depth(depth_of(self) + 1);
  method->self = std::move(self);
  return {Value::Data(std::shared_ptr<const Callable>(std::move(method)))};
}

const Value* Mapping::find(const Value& key) const {
  if (const auto* text = key.as_text()) return find(text->text);
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return equal(entry.first, key); });
  return found == entries.end() ? nullptr : &found->second;
}

const Value* Mapping::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    const auto* text = entry.first.as_text();
    return text != nullptr && text->text == key;
  });
  return found == entries.end() ? nullptr : &found->second;
}

bool is_number(const Value& value) {
  return value.as_integer() != nullptr || value.as_real() != nullptr || value.as_boolean() != nullptr;
}

double number_of(const Value& value, std::string_view what) {
  if (const auto* real = value.as_real()) return *real;
  return static_cast<double>(integer_of(value, what));
}

std::int64_t integer_of(const Value& value, std::string_view what) {
  if (const auto* integer = value.as_integer()) return *integer;
  if (const auto* boolean = value.as_boolean()) return *boolean ? 1 : 0;
  if (const auto* undefined = value.as_undefined()) throw Failure(undefined->reason);
  throw Failure(std::string(what) + " needs a number, not " + quoted_type(value));
}

bool is_true(const Value& value) {
  if (const auto* boolean = value.as_boolean()) return *boolean;
  if (const auto* integer = value.as_integer()) return *integer != 0;
  if (const auto* real = value.as_real()) return *real != 0;
  if (const auto* text = value.as_text()) return !text->text.empty();
  if (const auto* array = value.as_array()) return !array->items.empty();
  if (const auto* mapping = value.as_mapping()) return !mapping->entries.empty();
  return !value.is_none() && value.as_undefined() == nullptr;
}

bool equal(const Value& left, const Value& right) {
  int fuel = 100'000;
  return equal_within(left, right, fuel);
}

int compared(const Value& left, const Value& right) {
  for (const auto* value : {&left, &right}) {
    if (const auto* undefined = value->as_undefined()) throw Failure(undefined->reason);
  }
  if (is_number(left) && is_number(right)) {
    if (left.as_real() == nullptr && right.as_real() == nullptr) {
      const auto one = integer_of(left, "<");
      const auto other = integer_of(right, "<");
      return one < other ? -1 : one > other ? 1 : 0;
    }
    const auto one = number_of(left, "<");
    const auto other = number_of(right, "<");
    return one < other ? -1 : one > other ? 1 : 0;
  }
  if (left.as_text() != nullptr && right.as_text() != nullptr)
    return left.as_text()->text.compare(right.as_text()->text);
  if (left.as_array() != nullptr && right.as_array() != nullptr) {
    const auto& one = left.as_array()->items;
    const auto& other = right.as_array()->items;
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
      if (!equal(one[i], other[i])) return compared(one[i], other[i]);
    }
    return one.size() < other.size() ? -1 : one.size() > other.size() ? 1 : 0;
  }
  throw Failure("'<' not supported between instances of " + quoted_type(left) + " and " + quoted_type(right));
}

bool contains(const Value& container, const Value& item) {
  if (const auto* text = container.as_text()) {
    if (item.as_text() == nullptr)
      throw Failure("'in <string>' requires string as left operand, not " + type_name(item));
    return text->text.find(item.as_text()->text) != std::string::npos;
  }
  if (const auto* array = container.as_array()) {
    return std::any_of(array->items.begin(), array->items.end(), [&](const Value& one) { return equal(one, item); });
  }
  if (const auto* mapping = container.as_mapping()) return mapping->find(item) != nullptr;
  if (container.as_undefined() != nullptr) return false;
  throw Failure("argument of type " + quoted_type(container) + " is not iterable");
}

std::vector<Value> items_of(const Value& value) {
  if (const auto* array = value.as_array()) return array->items;
  std::vector<Value> items;
  if (const auto* mapping = value.as_mapping()) {
    for (const auto& entry : mapping->entries) items.push_back(entry.first);
  } else if (const auto* text = value.as_text()) {
    const auto starts = character_starts(text->text);
    if (starts.size() > kMaxItems) throw Failure("a text has too many characters to go through one by one");
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) items.emplace_back(slice(*text, starts[i], starts[i + 1]));
  } else if (value.as_undefined() == nullptr) {
    throw Failure(quoted_type(value) + " object is not iterable");
  }
  return items;
}

std::string type_name(const Value& value) {
  if (value.as_undefined() != nullptr) return "Undefined";
  if (value.is_none()) return "NoneType";
  if (value.as_boolean() != nullptr) return "bool";
  if (value.as_integer() != nullptr) return "int";
  if (value.as_real() != nullptr) return "float";
  if (value.as_text() != nullptr) return "str";
  if (const auto* array = value.as_array()) return array->is_tuple ? "tuple" : "list";
  if (value.as_mapping() != nullptr) return "dict";
  if (value.as_namespace() != nullptr) return "Namespace";
  return value.as_loop() != nullptr ? "LoopContext" : "function";
}

std::size_t weight(const Value& value) {
  if (const auto* text = value.as_text()) return text->text.size();
  std::size_t sum = 0;
  const auto add = [&](const Value& item) {
    sum += sizeof(Value) + (item.as_text() != nullptr ? item.as_text()->text.size() : 0);
  };
  if (const auto* array = value.as_array()) {
    for (const auto& item : array->items) add(item);
  } else if (const auto* mapping = value.as_mapping()) {
    for (const auto& entry : mapping->entries) {
      add(entry.first);
      add(entry.second);
    }
  }
  return sum;
}

}  // namespace hone::policies::jinja
