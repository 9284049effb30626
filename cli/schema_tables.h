#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hone::cli {

/// The tables of a config's JSON Schema in Markdown: one a section, a row a key with its type, default and meaning.
/// `heading` begins each section's heading: "##".
[[nodiscard]] std::string schema_tables(const nlohmann::json& schema, const std::string& heading);

}  // namespace hone::cli
