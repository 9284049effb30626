#include "policies/chat/jinja/operations.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hone::policies::jinja {
namespace {

[[noreturn]] void refuse(std::string_view sign, const Value& left, const Value& right) {
  for (const auto* value : {&left, &right}) {
    if (const auto* undefined = value->as_undefined()) throw Failure(undefined->reason);
  }
  throw Failure("unsupported operand types for " + std::string(sign) + ": '" + type_name(left) + "' and '" +
                type_name(right) + "'");
}

[[noreturn]] void refuse_overflow() {
  throw Failure("an integer passes 64 bits");
}

std::int64_t sum(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(left, right, &result)) refuse_overflow();
  return result;
}
std::int64_t difference(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(left, right, &result)) refuse_overflow();
  return result;
}
std::int64_t product(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(left, right, &result)) refuse_overflow();
  return result;
}

std::int64_t floor_quotient(std::int64_t left, std::int64_t right) {
  if (right == 0) throw Failure("division by zero");
  if (right == -1) return difference(0, left);
  const auto quotient = left / right;
  return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
}

std::int64_t integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  for (; exponent > 0; --exponent) {
    if (result == 0 || (base == 1 && result == 1)) break;
    if (base == -1) return exponent % 2 == 0 ? result : -result;
    result = product(result, base);
  }
  return result;
}

Value of_integers(std::string_view sign, std::int64_t left, std::int64_t right) {
  if (sign == "+") return Value::integer(sum(left, right));
  if (sign == "-") return Value::integer(difference(left, right));
  if (sign == "*") return Value::integer(product(left, right));
  if (sign == "//") return Value::integer(floor_quotient(left, right));
  if (sign == "%") return Value::integer(right == -1 ? 0 : left - floor_quotient(left, right) * right);
  if (sign == "**" && right >= 0) return Value::integer(integer_power(left, right));
  if (sign == "/" && right == 0) throw Failure("division by zero");
  const auto one = static_cast<double>(left);
  const auto other = static_cast<double>(right);
  return Value::real(sign == "/" ? one / other : std::pow(one, other));
}

Value of_reals(std::string_view sign, double left, double right) {
  if (sign == "+") return Value::real(left + right);
  if (sign == "-") return Value::real(left - right);
  if (sign == "*") return Value::real(left * right);
  if (sign == "**") return Value::real(std::pow(left, right));
  if (right == 0) throw Failure("division by zero");
  if (sign == "/") return Value::real(left / right);
  const auto quotient = std::floor(left / right);
  return Value::real(sign == "//" ? quotient : left - quotient * right);
}

Value repeated(const Value& value, std::int64_t times) {
  times = std::max<std::int64_t>(times, 0);
  if (const auto* text = value.as_text()) {
    MarkedText result;
    if (!text->text.empty()) {
      for (; times > 0; --times) append(result, *text);
    }
    return {std::move(result)};
  }
  const auto& array = *value.as_array();
  std::vector<Value> items;
  if (!array.items.empty() && times > static_cast<std::int64_t>(kMaxItems / array.items.size())) {
    throw Failure("a list has more than " + std::to_string(kMaxItems) + " items");
  }
  if (array.items.empty()) times = 0;
  for (; times > 0; --times) items.insert(items.end(), array.items.begin(), array.items.end());
  return array.is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
}

bool is_integer(const Value& value) {
  return value.as_integer() != nullptr || value.as_boolean() != nullptr;
}

Value joined(const Value& left, const Value& right) {
  if (const auto* one = left.as_text(), *other = right.as_text(); one != nullptr && other != nullptr) {
    auto text = *one;
    append(text, *other);
    return {std::move(text)};
  }
  const auto *one = left.as_array(), *other = right.as_array();
  if (one == nullptr || other == nullptr || one->is_tuple != other->is_tuple) refuse("+", left, right);
  auto items = one->items;
  items.insert(items.end(), other->items.begin(), other->items.end());
  return one->is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
}

/// Python's slice.indices: where to begin and end in `size` items.
struct Bounds {
  std::int64_t start, stop, step;
};
Bounds bounds_of(std::int64_t size, const Value& start, const Value& stop, const Value& step) {
  const auto stride = step.is_none() ? 1 : integer_of(step, "a slice");
  if (stride == 0) throw Failure("slice step cannot be zero");
  const auto low = stride < 0 ? -1 : 0;
  const auto high = stride < 0 ? size - 1 : size;
  const auto bound = [&](const Value& value, std::int64_t otherwise) {
    if (value.is_none()) return otherwise;
    auto at = integer_of(value, "a slice");
    if (at < 0) at = at < -size ? low : at + size;
    return std::clamp<std::int64_t>(at, low, std::max<std::int64_t>(high, low));
  };
  return {bound(start, stride < 0 ? high : low), bound(stop, stride < 0 ? low : high),
          std::clamp<std::int64_t>(stride, -(size + 1), size + 1)};
}

std::string place(const Value& key) {
  const auto* text = key.as_text();
  return text != nullptr ? "attribute '" + text->text + "'" : "element " + represented(key).text;
}

}  // namespace

Value binary(std::string_view sign, const Value& left, const Value& right) {
  if (is_integer(left) && is_integer(right)) return of_integers(sign, integer_of(left, sign), integer_of(right, sign));
  if (is_number(left) && is_number(right)) return of_reals(sign, number_of(left, sign), number_of(right, sign));
  if (sign == "+") return joined(left, right);
  const auto repeats = [](const Value& value, const Value& times) {
    return (value.as_text() != nullptr || value.as_array() != nullptr) && is_integer(times);
  };
  if (sign == "*" && repeats(left, right)) return repeated(left, integer_of(right, sign));
  if (sign == "*" && repeats(right, left)) return repeated(right, integer_of(left, sign));
  if (sign == "%" && left.as_text() != nullptr) throw Failure("text % values is not supported");
  refuse(sign, left, right);
}

Value item_of(const Value& object, const Value& key) {
  if (const auto* undefined = object.as_undefined()) throw Failure(undefined->reason);
  if (const auto* mapping = object.as_mapping()) {
    if (const auto* found = mapping->find(key)) return *found;
  } else if (is_integer(key)) {
    auto at = integer_of(key, "an index");
    if (const auto* array = object.as_array()) {
      const auto size = static_cast<std::int64_t>(array->items.size());
      if (at < 0) at += size;
      if (at >= 0 && at < size) return array->items[static_cast<std::size_t>(at)];
    } else if (const auto* text = object.as_text()) {
      const auto starts = character_starts(text->text);
      const auto size = static_cast<std::int64_t>(starts.size()) - 1;
      if (at < 0) at += size;
      if (at >= 0 && at < size) {
        return {slice(*text, starts[static_cast<std::size_t>(at)], starts[static_cast<std::size_t>(at) + 1])};
      }
    }
  }
  if (const auto* name = key.as_text(); name != nullptr && has_method(object, name->text)) {
    return make_method(name->text, object);
  }
  return Value::undefined("'" + type_name(object) + " object' has no " + place(key));
}

Value attribute_of(const Value& object, const std::string& name) {
  if (has_method(object, name)) return make_method(name, object);
  return item_of(object, trusted_text(name));
}

Value slice_of(const Value& object, const Value& start, const Value& stop, const Value& step) {
  if (const auto* undefined = object.as_undefined()) throw Failure(undefined->reason);
  const auto* text = object.as_text();
  const auto* array = object.as_array();
  if (text == nullptr && array == nullptr) return Value::undefined("'" + type_name(object) + " object' has no slices");
  const auto starts = text != nullptr ? character_starts(text->text) : std::vector<std::size_t>{};
  const auto size = text != nullptr ? starts.size() - 1 : array->items.size();
  const auto bounds = bounds_of(static_cast<std::int64_t>(size), start, stop, step);
  if (text != nullptr && bounds.step == 1) {
    return {
        slice(*text, starts[static_cast<std::size_t>(bounds.start)], starts[static_cast<std::size_t>(bounds.stop)])};
  }
  MarkedText picked;
  std::vector<Value> items;
  for (auto at = bounds.start; bounds.step > 0 ? at < bounds.stop : at > bounds.stop; at += bounds.step) {
    const auto i = static_cast<std::size_t>(at);
    if (text != nullptr) {
      append(picked, slice(*text, starts[i], starts[i + 1]));
    } else {
      items.push_back(array->items[i]);
    }
  }
  if (text != nullptr) return {std::move(picked)};
  return array->is_tuple ? make_tuple(std::move(items)) : make_list(std::move(items));
}

std::size_t length_of(const Value& value) {
  if (const auto* text = value.as_text()) return character_starts(text->text).size() - 1;
  if (const auto* array = value.as_array()) return array->items.size();
  if (const auto* mapping = value.as_mapping()) return mapping->entries.size();
  if (value.as_undefined() != nullptr) return 0;
  throw Failure("object of type '" + type_name(value) + "' has no len()");
}

const MarkedText& text_of(const Value& value, std::string_view what) {
  if (const auto* text = value.as_text()) return *text;
  if (const auto* undefined = value.as_undefined()) throw Failure(undefined->reason);
  throw Failure(std::string(what) + " needs a str, not '" + type_name(value) + "'");
}

const Value* Arguments::get(std::size_t place, std::string_view name) const {
  if (place < positional.size()) return &positional[place];
  const auto found = std::find_if(named.begin(), named.end(), [&](const auto& one) { return one.first == name; });
  return found == named.end() ? nullptr : &found->second;
}

const Value& Arguments::require(std::size_t place, std::string_view name) const {
  const auto* found = get(place, name);
  if (found == nullptr) throw Failure("the argument \"" + std::string(name) + "\" is missing");
  return *found;
}

void Arguments::allow(std::string_view callee, std::initializer_list<std::string_view> names) const {
  if (positional.size() > names.size()) throw Failure(std::string(callee) + " has too many arguments");
  for (const auto& [name, value] : named) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw Failure(std::string(callee) + " has no argument \"" + name + "\"");
    }
  }
}

}  // namespace hone::policies::jinja
