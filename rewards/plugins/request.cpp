#include <array>
#include <utility>

#include "core/config_text.h"
#include "core/error.h"
#include "rewards/plugins/json_text.h"
#include "rewards/plugins/protocol.h"
#include "rewards/readable.h"

namespace hone::rewards::plugins {
namespace {

using nlohmann::json;

using AppendField = void (*)(std::string&, const Asked&);

struct Field {
  const char* name;
  AppendField append;
};

void append_metadata(std::string& out, const Asked& asked) {
  out += asked.question->reference.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// In the order in which they are sent.
constexpr std::array<Field, 9> kFields = {{
    {"uid", [](std::string& out, const Asked& asked) { append_json_string(out, asked.answer.uid); }},
    {"group", [](std::string& out, const Asked& asked) { append_json_string(out, asked.answer.group); }},
    {"prompt", [](std::string& out, const Asked& asked) { append_json_string(out, prompt_text(*asked.question)); }},
    {"messages", [](std::string& out, const Asked& asked) { append_messages(out, *asked.question); }},
    {"answer", [](std::string& out, const Asked& asked) { append_json_string(out, asked.answer.text); }},
    {"reference", [](std::string& out, const Asked& asked) { append_json_string(out, asked.question->gold); }},
    {"metadata", append_metadata},
    {"truncated", [](std::string& out, const Asked& asked) { out += asked.answer.truncated ? "true" : "false"; }},
    {"tokens", [](std::string& out, const Asked& asked) { out += std::to_string(asked.answer.tokens); }},
}};

void append_sample(std::string& out, const Asked& asked, Fields fields) {
  char before = '{';
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if ((fields >> i & 1U) != 0) {
      out += before;
      out += '"';
      out += kFields[i].name;
      out += "\":";
      kFields[i].append(out, asked);
      before = ',';
    }
  }
  out += before == '{' ? "{}" : "}";
}

Fields read_fields(const json& names, const std::string& where) {
  std::vector<std::string> known;
  for (const Field& field : kFields) {
    known.emplace_back(field.name);
  }
  if (!names.is_array()) {
    throw core::DataError(where + ": fields is no list");
  }
  Fields fields = 0;
  for (const json& name : names) {
    const auto found =
        name.is_string() ? std::find(known.begin(), known.end(), name.get_ref<const std::string&>()) : known.end();
    if (found == known.end()) {
      throw core::DataError(where + ": fields holds " +
                            readable(name.dump(-1, ' ', true, json::error_handler_t::replace)) + ", needs " +
                            core::text::one_of(known));
    }
    fields |= Fields{1} << (found - known.begin());
  }
  return fields;
}

json parse_hello(std::string& line, const std::string& where) {
  const bool is_shallow = tame_json(line);
  json hello = is_shallow ? json::parse(line, nullptr, false) : json(json::value_t::discarded);
  if (!hello.is_object() || hello.value("hello", json()) != 1) {
    throw core::DataError(where + ": the first line must be a hello, {\"hello\":1,\"name\":\"…\"}, and is " +
                          readable(line.substr(0, 200)));
  }
  if (hello.contains("protocol") && hello["protocol"] != std::string(kProtocol)) {
    throw core::DataError(where + ": the hello's protocol is " +
                          readable(hello["protocol"].dump(-1, ' ', true, json::error_handler_t::replace)) +
                          ", needs \"" + std::string(kProtocol) + "\"");
  }
  return hello;
}

}  // namespace

std::string hello_line(const json& options) {
  return R"({"hello":1,"protocol":")" + std::string(kProtocol) + R"(","options":)" +
         (options.is_null() ? "{}" : options.dump(-1, ' ', false, json::error_handler_t::replace)) + "}";
}

Hello read_hello(std::string line, const std::string& where) {
  const json said = parse_hello(line, where);
  Hello hello;
  if (const auto name = said.find("name"); name != said.end() && name->is_string()) {
    hello.name = readable(name->get_ref<const std::string&>());
  }
  if (const auto batch = said.find("batch"); batch != said.end()) {
    if (!batch->is_number_unsigned() || *batch < 1 || *batch > 65536) {
      throw core::DataError(where + ": the hello's batch needs an integer from 1 to 65536");
    }
    hello.batch = batch->get<std::size_t>();
  }
  if (const auto fields = said.find("fields"); fields != said.end()) {
    hello.fields = read_fields(*fields, where);
  }
  return hello;
}

void append_request(std::string& line, std::uint64_t id, std::span<const Asked> asked, Fields fields) {
  line += "{\"id\":";
  line += std::to_string(id);
  line += ",\"samples\":[";
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (i > 0) {
      line += ',';
    }
    append_sample(line, asked[i], fields);
  }
  line += "]}";
}

std::string prompt_text(const datasets::Question& question) {
  std::string text;
  for (const auto& message : question.messages) {
    text += (text.empty() ? "" : "\n\n") + message.content;
  }
  return text;
}

void append_messages(std::string& out, const datasets::Question& question) {
  out += '[';
  for (std::size_t i = 0; i < question.messages.size(); ++i) {
    out += i > 0 ? ",{\"role\":" : "{\"role\":";
    append_json_string(out, question.messages[i].role);
    out += ",\"content\":";
    append_json_string(out, question.messages[i].content);
    out += '}';
  }
  out += ']';
}

}  // namespace hone::rewards::plugins
