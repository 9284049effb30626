#pragma once

#include <nlohmann/json.hpp>

namespace hone::rewards::rubric {

/// The JSON Schema of hone.rubric/1: docs/schemas/rubric.schema.json. It says of each check which keys it reads and
/// needs.
[[nodiscard]] nlohmann::json rubric_schema();

}  // namespace hone::rewards::rubric
