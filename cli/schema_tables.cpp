#include "cli/schema_tables.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hone::cli {
namespace {

using nlohmann::json;

struct Section {
  std::string path;  // "train", "data.generated[]"; empty for the top level
  json schema;
};

bool is_object(const json& schema) {
  return schema.contains("properties");
}

/// A bar would end the table's cell.
std::string escaped(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? "\\|" : std::string(1, c);
  return cell;
}

std::string code(const json& value) {
  return "`" + escaped(value.is_string() && value != "" ? value.get<std::string>() : value.dump()) + "`";
}

std::string bounds(const json& schema) {
  constexpr std::pair<const char*, const char*> kSigns[] = {
      {"minimum", "≥ "}, {"exclusiveMinimum", "> "}, {"maximum", "≤ "}, {"exclusiveMaximum", "< "}};
  std::string text;
  for (const auto& [key, sign] : kSigns) {
    if (schema.contains(key)) text += (text.empty() ? " " : ", ") + (sign + schema[key].dump());
  }
  return text;
}

std::string type_of(const json& schema) {
  if (schema.contains("anyOf")) return type_of(schema["anyOf"][0]) + " or `null`";
  if (schema.contains("enum")) {
    std::string names;
    for (const json& name : schema["enum"]) names += (names.empty() ? "" : ", ") + code(name);
    return names;
  }
  const std::string type = schema.value("type", "");
  if (type.empty()) return "any JSON";
  if (type == "array") return "list of " + (is_object(schema["items"]) ? "objects" : type_of(schema["items"]));
  if (type == "object") {
    const json& values = schema["additionalProperties"];
    return "names to " + (is_object(values) ? "objects" : type_of(values));
  }
  return (type == "string" ? "text" : type) + bounds(schema);
}

/// The objects inside a member that get a section of their own.
void add_section(std::vector<Section>& sections, const std::string& path, const json& member) {
  if (is_object(member)) {
    sections.push_back({path, member});
  } else if (member.contains("anyOf")) {
    add_section(sections, path, member["anyOf"][0]);
  } else if (member.value("type", "") == "array") {
    add_section(sections, path + "[]", member["items"]);
  } else if (member.value("type", "") == "object" && member["additionalProperties"].is_object()) {
    add_section(sections, path + ".NAME", member["additionalProperties"]);
  }
}

std::string row(const std::string& key, const json& member, bool is_required) {
  const std::string standard = is_required ? "required" : member.contains("default") ? code(member["default"]) : "";
  return "| `" + key + "` | " + type_of(member) + " | " + standard + " | " + escaped(member.value("description", "")) +
         " |\n";
}

void write_section(std::string& page, const Section& section, const std::string& heading) {
  std::string rows;
  std::vector<Section> inner;
  const json required = section.schema.value("required", json::array());
  for (const auto& [key, member] : section.schema["properties"].items()) {
    if (key == "$schema") continue;  // an editor's, no option
    const std::string path = section.path.empty() ? key : section.path + "." + key;
    if (!is_object(member))
      rows += row(key, member, std::find(required.begin(), required.end(), key) != required.end());
    add_section(inner, path, member);
  }
  page += heading + (section.path.empty() ? " Top level\n" : " `" + section.path + "`\n");
  if (section.schema.contains("description")) page += section.schema["description"].get<std::string>() + "\n";
  if (!rows.empty()) page += "\n| key | type | default | meaning |\n|---|---|---|---|\n" + rows;
  for (const Section& one : inner) {
    page += "\n";
    write_section(page, one, heading);
  }
}

}  // namespace

std::string schema_tables(const json& schema, const std::string& heading) {
  std::string page;
  write_section(page, {"", schema}, heading);
  return page;
}

}  // namespace hone::cli
