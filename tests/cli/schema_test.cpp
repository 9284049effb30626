#include <catch2/catch_test_macros.hpp>

#include "cli/schema_tables.h"
#include "core/files.h"
#include "tests/cli/command.h"

using nlohmann::json;

TEST_CASE("hone schema prints a JSON Schema that knows each section of a config", "[cli][schema]") {
  const auto train = json::parse(command::run({"schema"}).out);
  CHECK(train == json::parse(command::run({"schema", "train"}).out));
  CHECK(train["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(train["additionalProperties"] == false);
  for (const char* section :
       {"policy", "data", "scorers", "rollout", "algorithm", "train", "eval", "cost", "checkpoint", "logging"}) {
    CHECK(train["properties"].contains(section));
  }
  const auto pretrain = json::parse(command::run({"schema", "pretrain"}).out);
  CHECK(pretrain["properties"]["model"]["properties"]["hidden_size"]["type"] == "integer");
  CHECK(command::run({"schema", "cooking"}).status == 2);
}

TEST_CASE("a schema's tables have a section an object and a row a key", "[cli][schema]") {
  const auto schema = json::parse(R"({
    "type": "object", "required": ["name"],
    "properties": {
      "$schema": {"type": "string"},
      "name": {"type": "string", "description": "Who."},
      "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.5, "description": "One | other."},
      "path": {"type": "string", "default": "", "description": "Where."},
      "kind": {"enum": ["a", "b"], "default": "a", "description": "Which."},
      "sizes": {"type": "array", "items": {"type": "integer"}, "default": [], "description": "Sizes."},
      "cap": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": null, "description": "Cap."},
      "inner": {"type": "object", "description": "Inside.",
                "properties": {"on": {"type": "boolean", "default": true, "description": "On."}}},
      "items": {"type": "array", "default": [], "description": "Some.",
                "items": {"type": "object", "properties": {"x": {"description": "Free.", "default": {}}}}}
    }})");
  CHECK(hone::cli::schema_tables(schema, "##") ==
        R"(## Top level

| key | type | default | meaning |
|---|---|---|---|
| `cap` | integer or `null` | `null` | Cap. |
| `items` | list of objects | `[]` | Some. |
| `kind` | `a`, `b` | `a` | Which. |
| `name` | text | required | Who. |
| `path` | text | `""` | Where. |
| `rate` | number > 0, ≤ 1 | `0.5` | One \| other. |
| `sizes` | list of integer | `[]` | Sizes. |

## `inner`
Inside.

| key | type | default | meaning |
|---|---|---|---|
| `on` | boolean | `true` | On. |

## `items[]`

| key | type | default | meaning |
|---|---|---|---|
| `x` | any JSON | `{}` | Free. |
)");
}

TEST_CASE("docs/configuration.md holds the tables of the configs as they are", "[cli][schema]") {
  const auto page = hone::core::read_file("docs/configuration.md");
  for (const char* config : {"train", "pretrain"}) {
    INFO("docs/update_configuration.sh writes the tables of " << config << " anew");
    const bool holds_the_tables = page.find(command::run({"schema", config, "--markdown"}).out) != std::string::npos;
    CHECK(holds_the_tables);
  }
}
