#include "cli/score_output.h"

#include <catch2/catch_test_macros.hpp>

using namespace hone;
using cli::table_line;

TEST_CASE("a score is a line that people can read", "[cli][score]") {
  rewards::Score score;
  score.score = 7.0 / 18.0;
  score.detail = "lost: elements";
  CHECK(table_line("half", score) == "half                  0.389         lost: elements");
  CHECK(table_line(17, score) == "17                    0.389         lost: elements");

  const auto failed = rewards::failure(rewards::Status::kError, "no such\x1b[2J rubric");
  CHECK(table_line("an id that is longer than its column", failed) ==
        "an id that is longe…  error         no such\\x1b[2J rubric");
}
