#include "report/format.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

using namespace hone::report;

TEST_CASE("counts are shown in three digits with k, M, B", "[report][format]") {
  CHECK(format_count(0) == "0");
  CHECK(format_count(987) == "987");
  CHECK(format_count(12'431) == "12.4k");
  CHECK(format_count(1'560'000) == "1.56M");
  CHECK(format_count(999.96) == "1k");
  CHECK(format_count(999'960) == "1M");
  CHECK(format_count(-2'500) == "-2.5k");
  CHECK(format_token_rate(12'431) == "12.4k tok/s");
}

TEST_CASE("FLOPs are shown in the unit that fits", "[report][format]") {
  CHECK(format_flops(1.3e12) == "1.3 TFLOP");
  CHECK(format_flops(120e15) == "120 PFLOP");
  CHECK(format_flops(3.1e24) == "3.1 YFLOP");
  CHECK(format_flops(0) == "0 FLOP");
}

TEST_CASE("bytes are shown in powers of 1024", "[report][format]") {
  CHECK(format_bytes(0) == "0 B");
  CHECK(format_bytes(512) == "512 B");
  CHECK(format_bytes(1023) == "0.999 KiB");
  CHECK(format_bytes(1536) == "1.5 KiB");
  CHECK(format_bytes(24.0 * (1 << 30)) == "24 GiB");
  CHECK(format_bytes(1.5e15) == "1.36e+03 TiB");
}

TEST_CASE("percentages keep a digit, and small ones do not become 0", "[report][format]") {
  CHECK(format_percent(0.008) == "0.8 %");
  CHECK(format_percent(0.885) == "88.5 %");
  CHECK(format_percent(1.0) == "100.0 %");
  CHECK(format_percent(0.0) == "0.0 %");
  CHECK(format_percent(0.0000317) == "0.0032 %");
}

TEST_CASE("durations are two units at most", "[report][format]") {
  CHECK(format_duration(0.42) == "0.4 s");
  CHECK(format_duration(9.97) == "10 s");
  CHECK(format_duration(45.2) == "45 s");
  CHECK(format_duration(59.7) == "1 m 00 s");
  CHECK(format_duration(125) == "2 m 05 s");
  CHECK(format_duration(3599.6) == "1 h 00 m");
  CHECK(format_duration(3720) == "1 h 02 m");
  CHECK(format_duration(86'400 * 3 + 4 * 3600) == "3 d 04 h");
  CHECK(format_duration(std::numeric_limits<double>::infinity()) == "?");
}

TEST_CASE("dollars keep what counts", "[report][format]") {
  CHECK(format_usd(1.2) == "$1.20");
  CHECK(format_usd(0.00421) == "$0.0042");
  CHECK(format_usd(0) == "$0.00");
  CHECK(format_usd(5.2e6) == "$5.2M");
}

TEST_CASE("numbers lose their trailing zeros", "[report][format]") {
  CHECK(format_number(0.5) == "0.5");
  CHECK(format_number(0.123456, 3) == "0.123");
  CHECK(format_number(1e-5) == "1e-05");
  CHECK(format_number(std::numeric_limits<double>::quiet_NaN()) == "nan");
}
