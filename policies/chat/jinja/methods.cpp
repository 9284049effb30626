// Methods of str, dict, list and loop, and the functions.
#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "policies/chat/jinja/operations.h"

namespace hone::policies::jinja {
namespace {

using Method = Value (*)(const Value& self, const Arguments& arguments);
using Methods = std::map<std::string_view, Method>;

std::ptrdiff_t limit_of(const Value* value) {
  if (value == nullptr) return -1;
  return static_cast<std::ptrdiff_t>(std::max<std::int64_t>(integer_of(*value, "a limit"), -1));
}

template <Side kSide>
Value strip(const Value& self, const Arguments& arguments) {
  arguments.allow("strip", {"chars"});
  const auto* characters = arguments.get(0, "chars");
  if (characters == nullptr || characters->is_none()) return {stripped(*self.as_text(), kSide, {})};
  return {stripped(*self.as_text(), kSide, text_of(*characters, "strip").text)};
}

Value split_text(const Value& self, const Arguments& arguments) {
  arguments.allow("split", {"sep", "maxsplit"});
  const auto* separator = arguments.get(0, "sep");
  std::optional<std::string_view> at;
  if (separator != nullptr && !separator->is_none()) at = text_of(*separator, "split").text;
  return make_list_of_texts(split(*self.as_text(), at, limit_of(arguments.get(1, "maxsplit"))));
}

Value rsplit_text(const Value& self, const Arguments& arguments) {
  arguments.allow("rsplit", {"sep", "maxsplit"});
  const auto* separator = arguments.get(0, "sep");
  const auto limit = limit_of(arguments.get(1, "maxsplit"));
  if (separator == nullptr || separator->is_none()) {
    if (limit >= 0) throw Failure("rsplit with a limit needs a separator");
    return make_list_of_texts(split(*self.as_text(), {}, -1));
  }
  return make_list_of_texts(split_from_right(*self.as_text(), text_of(*separator, "rsplit").text, limit));
}

template <bool kAtStart>
Value has_end(const Value& self, const Arguments& arguments) {
  const auto* name = kAtStart ? "startswith" : "endswith";
  arguments.allow(name, {"part"});
  const std::string_view text = self.as_text()->text;
  const auto has = [&](const Value& part) {
    const auto& wanted = text_of(part, name).text;
    return kAtStart ? text.starts_with(wanted) : text.ends_with(wanted);
  };
  const auto& part = arguments.require(0, "part");
  const auto* several = part.as_array();
  if (several == nullptr || !several->is_tuple) return Value::boolean(has(part));
  return Value::boolean(std::any_of(several->items.begin(), several->items.end(), has));
}

template <bool kAtStart>
Value without_end(const Value& self, const Arguments& arguments) {
  const auto& text = *self.as_text();
  const auto& part = text_of(arguments.require(0, "part"), "remove").text;
  const bool has = kAtStart ? text.text.starts_with(part) : text.text.ends_with(part);
  if (!has) return self;
  return {slice(text, kAtStart ? part.size() : 0, text.text.size() - (kAtStart ? 0 : part.size()))};
}

Value replace(const Value& self, const Arguments& arguments) {
  arguments.allow("replace", {"old", "new", "count"});
  return {replaced(*self.as_text(), text_of(arguments.require(0, "old"), "replace").text,
                   text_of(arguments.require(1, "new"), "replace"), limit_of(arguments.get(2, "count")))};
}

template <Case kCase>
Value cased(const Value& self, const Arguments& arguments) {
  arguments.allow("case", {});
  return {with_case(*self.as_text(), kCase)};
}

template <bool kFromRight>
Value find(const Value& self, const Arguments& arguments) {
  arguments.allow("find", {"sub"});
  const auto& text = self.as_text()->text;
  const auto& wanted = text_of(arguments.require(0, "sub"), "find").text;
  const auto found = kFromRight ? text.rfind(wanted) : text.find(wanted);
  if (found == std::string::npos) return Value::integer(-1);
  return Value::integer(static_cast<std::int64_t>(character_starts(std::string_view(text).substr(0, found)).size()) -
                        1);
}

template <typename Value, typename Container>
std::int64_t occurrences(const Container& text, const Value& wanted) {
  if (wanted.empty()) return static_cast<std::int64_t>(character_starts(text).size());
  std::int64_t count = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size())) ++count;
  return count;
}

Value count(const Value& self, const Arguments& arguments) {
  arguments.allow("count", {"of"});
  const auto& wanted = arguments.require(0, "of");
  if (const auto* text = self.as_text()) {
    return Value::integer(occurrences(text->text, text_of(wanted, "count").text));
  }
  const auto& items = self.as_array()->items;
  return Value::integer(
      std::count_if(items.begin(), items.end(), [&](const Value& item) { return equal(item, wanted); }));
}

Value index(const Value& self, const Arguments& arguments) {
  const auto& items = self.as_array()->items;
  const auto& wanted = arguments.require(0, "value");
  const auto found = std::find_if(items.begin(), items.end(), [&](const Value& item) { return equal(item, wanted); });
  if (found == items.end()) throw Failure("the list has no such item");
  return Value::integer(found - items.begin());
}

Value join(const Value& self, const Arguments& arguments) {
  MarkedText result;
  bool is_first = true;
  for (const auto& item : items_of(arguments.require(0, "iterable"))) {
    if (!is_first) append(result, *self.as_text());
    append(result, text_of(item, "join"));
    is_first = false;
  }
  return {std::move(result)};
}

template <bool (*kHolds)(unsigned char)>
Value all_are(const Value& self, const Arguments& /*arguments*/) {
  const auto& text = self.as_text()->text;
  return Value::boolean(!text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    if (static_cast<unsigned char>(c) >= 0x80) throw Failure("is… methods are for ASCII only");
    return kHolds(static_cast<unsigned char>(c));
  }));
}
bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(unsigned char c) {
  return (c | 32U) >= 'a' && (c | 32U) <= 'z';
}
bool is_letter_or_digit(unsigned char c) {
  return is_digit(c) || is_letter(c);
}
bool is_white(unsigned char c) {
  return (c >= 9 && c <= 13) || (c >= 28 && c <= 32);
}

Value split_lines(const Value& self, const Arguments& arguments) {
  arguments.allow("splitlines", {});
  return make_list_of_texts(lines_of(*self.as_text()));
}

Value get(const Value& self, const Arguments& arguments) {
  arguments.allow("get", {"key", "default"});
  if (const auto* found = self.as_mapping()->find(arguments.require(0, "key"))) return *found;
  const auto* otherwise = arguments.get(1, "default");
  return otherwise == nullptr ? Value::none() : *otherwise;
}

Value items(const Value& self, const Arguments& /*arguments*/) {
  std::vector<Value> pairs;
  for (const auto& [key, value] : self.as_mapping()->entries) pairs.push_back(make_tuple({key, value}));
  return make_list(std::move(pairs));
}

Value keys(const Value& self, const Arguments& /*arguments*/) {
  return make_list(items_of(self));
}

Value values(const Value& self, const Arguments& /*arguments*/) {
  std::vector<Value> all;
  for (const auto& entry : self.as_mapping()->entries) all.push_back(entry.second);
  return make_list(std::move(all));
}

Value copy(const Value& self, const Arguments& /*arguments*/) {
  return self;
}

Value cycle(const Value& self, const Arguments& arguments) {
  if (arguments.positional.empty()) throw Failure("no items for cycling given");
  return arguments.positional[self.as_loop()->index % arguments.positional.size()];
}

Value refuse_change(const Value& self, const Arguments& /*arguments*/) {
  throw Failure("a template may not change a " + type_name(self));
}

const Methods kNone;
const Methods kText = {{"strip", strip<Side::kBoth>},
                       {"lstrip", strip<Side::kLeft>},
                       {"rstrip", strip<Side::kRight>},
                       {"split", split_text},
                       {"rsplit", rsplit_text},
                       {"splitlines", split_lines},
                       {"startswith", has_end<true>},
                       {"endswith", has_end<false>},
                       {"removeprefix", without_end<true>},
                       {"removesuffix", without_end<false>},
                       {"replace", replace},
                       {"upper", cased<Case::kUpper>},
                       {"lower", cased<Case::kLower>},
                       {"capitalize", cased<Case::kCapital>},
                       {"find", find<false>},
                       {"rfind", find<true>},
                       {"count", count},
                       {"join", join},
                       {"isdigit", all_are<is_digit>},
                       {"isalpha", all_are<is_letter>},
                       {"isalnum", all_are<is_letter_or_digit>},
                       {"isspace", all_are<is_white>}};
const Methods kMapping = {{"get", get},
                          {"items", items},
                          {"keys", keys},
                          {"values", values},
                          {"copy", copy},
                          {"update", refuse_change},
                          {"pop", refuse_change},
                          {"setdefault", refuse_change},
                          {"clear", refuse_change}};
const Methods kList = {{"count", count},           {"index", index},          {"copy", copy},
                       {"append", refuse_change},  {"extend", refuse_change}, {"insert", refuse_change},
                       {"pop", refuse_change},     {"remove", refuse_change}, {"sort", refuse_change},
                       {"reverse", refuse_change}, {"clear", refuse_change}};
const Methods kLoop = {{"cycle", cycle}};

const Methods& methods_of(const Value& object) {
  if (object.as_text() != nullptr) return kText;
  if (object.as_mapping() != nullptr) return kMapping;
  if (object.as_array() != nullptr) return kList;
  return object.as_loop() != nullptr ? kLoop : kNone;
}

}  // namespace

bool has_method(const Value& object, std::string_view name) {
  return methods_of(object).contains(name);
}

Value call_method(const std::string& name, const Value& self, const Arguments& arguments) {
  return methods_of(self).at(name)(self, arguments);
}

}  // namespace hone::policies::jinja
