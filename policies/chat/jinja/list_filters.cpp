// Filters of lists and dicts.
#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>

#include "policies/chat/jinja/operations.h"

namespace hone::policies::jinja {
namespace {

// item.a.b of "a.b", item[0] of 0, and the default for each that is missing: jinja2's make_attrgetter.
Value attribute_at(const Value& item, const Value& path, const Value* otherwise = nullptr) {
  const auto step = [&](const Value& from, const Value& key) {
    auto found = item_of(from, key);
    return found.as_undefined() != nullptr && otherwise != nullptr && !otherwise->is_none() ? *otherwise : found;
  };
  if (path.as_text() == nullptr) return step(item, path);
  Value found = item;
  for (const auto& part : split(*path.as_text(), ".", -1)) {
    std::int64_t index = 0;
    const auto* end = part.text.data() + part.text.size();
    const auto read = std::from_chars(part.text.data(), end, index);
    const bool is_index = read.ec == std::errc{} && read.ptr == end && index >= 0;
    found = step(found, is_index ? Value::integer(index) : Value(part));
  }
  return found;
}

// What items are compared by: their attribute, texts in lower case unless case counts.
class Key {
 public:
  Key(const Value* attribute, const Value* case_sensitive)
      : attribute_(attribute), minds_case_(case_sensitive != nullptr && is_true(*case_sensitive)) {}
  Value operator()(const Value& item) const {
    auto value = attribute_ == nullptr || attribute_->is_none() ? item : attribute_at(item, *attribute_);
    const auto* text = value.as_text();
    if (minds_case_ || text == nullptr) return value;
    auto lower = text->text;
    for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return {untrusted_text(lower)};
  }

 private:
  const Value* attribute_;
  bool minds_case_;
};

// The items' places in the order of their keys.
std::vector<std::size_t> order_of(const std::vector<Value>& keys, const Value* reverse) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool descends = reverse != nullptr && is_true(*reverse);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return descends ? compared(keys[other], keys[one]) < 0 : compared(keys[one], keys[other]) < 0;
  });
  return order;
}

std::vector<Value> picked(const std::vector<Value>& items, const std::vector<std::size_t>& order) {
  std::vector<Value> result;
  for (const auto place : order) result.push_back(items[place]);
  return result;
}

std::vector<Value> keys_of(const std::vector<Value>& items, const Key& key) {
  std::vector<Value> keys;
  std::transform(items.begin(), items.end(), std::back_inserter(keys), key);
  return keys;
}

Value first(const Value& input, const Arguments& /*arguments*/) {
  const auto items = items_of(input);
  return items.empty() ? Value::undefined("No first item, sequence was empty.") : items.front();
}

Value last(const Value& input, const Arguments& /*arguments*/) {
  const auto items = items_of(input);
  return items.empty() ? Value::undefined("No last item, sequence was empty.") : items.back();
}

Value join(const Value& input, const Arguments& arguments) {
  arguments.allow("join", {"d", "attribute"});
  const auto* glue = arguments.get(0, "d");
  const auto* attribute = arguments.get(1, "attribute");
  MarkedText result;
  bool is_first = true;
  for (const auto& item : items_of(input)) {
    if (!is_first && glue != nullptr) append(result, printed(*glue));
    append(result, printed(attribute == nullptr || attribute->is_none() ? item : attribute_at(item, *attribute)));
    is_first = false;
  }
  return {std::move(result)};
}

Value list(const Value& input, const Arguments& /*arguments*/) {
  return make_list(items_of(input));
}

Value items(const Value& input, const Arguments& /*arguments*/) {
  if (input.as_undefined() != nullptr) return make_list({});
  if (input.as_mapping() == nullptr) throw Failure("Can only get item pairs from a mapping.");
  return call_method("items", input, {});
}

Value dictsort(const Value& input, const Arguments& arguments) {
  arguments.allow("dictsort", {"case_sensitive", "by", "reverse"});
  if (input.as_mapping() == nullptr) throw Failure("dictsort needs a dict, not '" + type_name(input) + "'");
  const auto* by = arguments.get(1, "by");
  const auto which = by == nullptr ? std::string("key") : text_of(*by, "dictsort").text;
  if (which != "key" && which != "value") throw Failure("You can only sort by either \"key\" or \"value\"");
  const auto place = Value::integer(which == "key" ? 0 : 1);
  const auto pairs = items_of(call_method("items", input, {}));
  return make_list(picked(
      pairs, order_of(keys_of(pairs, Key(&place, arguments.get(0, "case_sensitive"))), arguments.get(2, "reverse"))));
}

Value sort(const Value& input, const Arguments& arguments) {
  arguments.allow("sort", {"reverse", "case_sensitive", "attribute"});
  const auto values = items_of(input);
  const auto keys = keys_of(values, Key(arguments.get(2, "attribute"), arguments.get(1, "case_sensitive")));
  return make_list(picked(values, order_of(keys, arguments.get(0, "reverse"))));
}

Value unique(const Value& input, const Arguments& arguments) {
  arguments.allow("unique", {"case_sensitive", "attribute"});
  const auto values = items_of(input);
  const auto keys = keys_of(values, Key(arguments.get(1, "attribute"), arguments.get(0, "case_sensitive")));
  if (keys.size() > kMaxEntries) throw Failure("unique takes at most " + std::to_string(kMaxEntries) + " items");
  std::vector<Value> result;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto before = keys.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::none_of(keys.begin(), before, [&](const Value& key) { return equal(key, keys[i]); })) {
      result.push_back(values[i]);
    }
  }
  return make_list(std::move(result));
}

template <int kSign>
Value extreme(const Value& input, const Arguments& arguments) {
  arguments.allow("min and max", {"case_sensitive", "attribute"});
  const auto values = items_of(input);
  const auto keys = keys_of(values, Key(arguments.get(1, "attribute"), arguments.get(0, "case_sensitive")));
  if (values.empty()) return Value::undefined("No aggregated item, sequence was empty.");
  std::size_t best = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (compared(keys[i], keys[best]) * kSign > 0) best = i;
  }
  return values[best];
}

Value sum(const Value& input, const Arguments& arguments) {
  arguments.allow("sum", {"attribute", "start"});
  const auto* attribute = arguments.get(0, "attribute");
  const auto* start = arguments.get(1, "start");
  Value total = start == nullptr ? Value::integer(0) : *start;
  for (const auto& item : items_of(input)) {
    const auto value = attribute == nullptr || attribute->is_none() ? item : attribute_at(item, *attribute);
    if (!is_number(total) || !is_number(value)) throw Failure("sum is for numbers");
    total = binary("+", total, value);
  }
  return total;
}

Value reverse(const Value& input, const Arguments& /*arguments*/) {
  const auto* text = input.as_text();
  if (text == nullptr) {
    auto values = items_of(input);
    std::reverse(values.begin(), values.end());
    return make_list(std::move(values));
  }
  return slice_of(input, Value::none(), Value::none(), Value::integer(-1));
}

Arguments rest_of(const Arguments& arguments, std::size_t from) {
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin(), rest.positional.begin() + static_cast<std::ptrdiff_t>(from));
  return rest;
}

Value map(const Value& input, const Arguments& arguments) {
  std::vector<Value> result;
  if (!arguments.positional.empty()) {
    const auto name = text_of(arguments.positional[0], "map").text;
    const auto rest = rest_of(arguments, 1);
    std::size_t made = 0;
    for (const auto& item : items_of(input)) {
      result.push_back(apply_filter(name, item, rest));
      made += weight(result.back());
      if (made > kMaxTextBytes) throw Failure("map makes too much");
    }
    return make_list(std::move(result));
  }
  arguments.allow("map", {"attribute", "default"});
  for (const auto& item : items_of(input)) {
    result.push_back(attribute_at(item, arguments.require(0, "attribute"), arguments.get(1, "default")));
  }
  return make_list(std::move(result));
}

template <bool kKeeps, bool kByAttribute>
Value select(const Value& input, const Arguments& arguments) {
  const std::size_t at = kByAttribute ? 1 : 0;
  const auto has_test = arguments.positional.size() > at;
  const auto test = has_test ? text_of(arguments.positional[at], "select").text : std::string();
  const auto rest = has_test ? rest_of(arguments, at + 1) : Arguments{};
  std::vector<Value> result;
  for (const auto& item : items_of(input)) {
    const auto value = kByAttribute ? attribute_at(item, arguments.require(0, "attribute")) : item;
    if ((has_test ? apply_test(test, value, rest) : is_true(value)) == kKeeps) result.push_back(item);
  }
  return make_list(std::move(result));
}

}  // namespace

Filter find_list_filter(std::string_view name) {
  static const std::map<std::string_view, Filter> kFilters = {{"first", first},
                                                              {"last", last},
                                                              {"join", join},
                                                              {"list", list},
                                                              {"items", items},
                                                              {"dictsort", dictsort},
                                                              {"sort", sort},
                                                              {"unique", unique},
                                                              {"min", extreme<-1>},
                                                              {"max", extreme<1>},
                                                              {"sum", sum},
                                                              {"reverse", reverse},
                                                              {"map", map},
                                                              {"select", select<true, false>},
                                                              {"reject", select<false, false>},
                                                              {"selectattr", select<true, true>},
                                                              {"rejectattr", select<false, true>}};
  const auto found = kFilters.find(name);
  return found == kFilters.end() ? nullptr : found->second;
}

}  // namespace hone::policies::jinja
