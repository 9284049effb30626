#include <catch2/catch_test_macros.hpp>

#include "core/files.h"
#include "rewards/rubric/schema.h"

TEST_CASE("docs/schemas/rubric.schema.json is the schema of rubrics as it is", "[rewards][rubric]") {
  INFO("hone schema rubric > docs/schemas/rubric.schema.json writes it anew");
  const bool same =
      hone::core::read_file("docs/schemas/rubric.schema.json") == hone::rewards::rubric::rubric_schema().dump(2) + "\n";
  CHECK(same);
}
