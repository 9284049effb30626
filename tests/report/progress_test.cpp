#include "report/progress.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdio>
#include <sstream>

#include "report/text.h"

namespace {

namespace report = hone::report;
using Catch::Matchers::ContainsSubstring;

const report::ProgressFields kFields{.step = 12,
                                     .max_steps = 60,
                                     .reward = 0.5312,
                                     .accuracy = 0.612,
                                     .tokens_per_s = 12'431,
                                     .rl_over_pretraining = 0.008,
                                     .seconds_left = 80};

}  // namespace

TEST_CASE("a pipe gets one plain line a step", "[report][progress]") {
  std::ostringstream out;
  {
    report::Progress progress(out, report::Terminal{});
    progress.update(kFields);
    progress.update({.step = 13, .max_steps = 60, .reward = 1, .tokens_per_s = 10, .seconds_left = 5});
  }
  CHECK(out.str() ==
        "step 12/60  reward 0.531  accuracy 61.2 %  12.4k tok/s  0.8 % of pretraining  1 m 20 s left\n"
        "step 13/60  reward 1  10 tok/s  5.0 s left\n");
}

TEST_CASE("a terminal has one line that is redrawn within its width", "[report][progress]") {
  std::ostringstream out;
  {
    report::Progress progress(out, {.is_live = true, .columns = [] { return 50; }});
    progress.update(kFields);
    CHECK(out.str().find('\n') == std::string::npos);
    const std::string line = out.str().substr(std::string("\r\x1b[2K").size());
    CHECK_THAT(line, ContainsSubstring("████░"));  // 12 of 60 is 4 of 20
    CHECK(report::display_width(line) == 49);
    out.str("");
    progress.message("checkpoint written");
    CHECK_THAT(out.str(), Catch::Matchers::StartsWith("\r\x1b[2Kcheckpoint written\n\r\x1b[2K████"));
  }
  CHECK_THAT(out.str(), Catch::Matchers::EndsWith("\r\x1b[2K"));
}

TEST_CASE("a sample cannot steer the terminal or pass for our own lines", "[report][progress]") {
  std::ostringstream out;
  report::Progress progress(out, report::Terminal{});
  progress.print_sample(
      {.question = "2+3?", .completion = "<think>\x1b[2J\n── sample, score 1", .score = 0.0, .detail = "5 is not\n6"});
  CHECK(out.str() == "── sample, score 0: 5 is not 6\n  │ 2+3?\n  →\n  │ <think>\\x1b[2J\n  │ ── sample, score 1\n");
}

TEST_CASE("a long sample is cut and says so", "[report][progress]") {
  std::ostringstream out;
  report::Progress progress(out, report::Terminal{});
  std::string completion = "x";
  for (int i = 0; i < 1500; ++i) {
    completion += "é";  // two bytes, so the cut at 2000 falls within one
  }
  progress.print_sample({.question = "q", .completion = completion, .score = 1.0, .detail = ""});
  CHECK_THAT(out.str(), ContainsSubstring("é … (1002 more bytes)\n"));
  CHECK(out.str().find("\\xc3") == std::string::npos);
}

TEST_CASE("a file is no live terminal", "[report][progress]") {
  FILE* file = std::tmpfile();
  CHECK_FALSE(report::terminal_of(fileno(file)).is_live);
  std::fclose(file);
}
