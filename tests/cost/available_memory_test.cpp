#include "cost/available_memory.h"

#include <catch2/catch_test_macros.hpp>

using namespace hone::cost;

TEST_CASE("free memory is what the kernel says could be taken without swapping", "[cost][memory]") {
  CHECK(meminfo_available("MemTotal:       24683656 kB\nMemFree:        1 kB\nMemAvailable:   20794964 kB\n") ==
        20'794'964LL * 1024);
  CHECK(meminfo_available("MemTotal: 1 kB\n") == 0);
  CHECK(meminfo_available("") == 0);
}

TEST_CASE("a container's limit counts, less what is taken and cannot be dropped", "[cost][memory]") {
  // 8 GB allowed, 3 GB taken, of which 1 GB is cached files.
  CHECK(cgroup_room("8000000000\n", "3000000000\n", "anon 2000000000\ninactive_file 1000000000\n") == 6'000'000'000);
  CHECK(cgroup_room("8000000000", "9000000000", "") == 0);
  CHECK(cgroup_room("8000000000", "", "") == 8'000'000'000);
}

TEST_CASE("a container without a limit has none, in either version", "[cost][memory]") {
  CHECK(cgroup_room("max\n", "3000000000\n", "") == -1);
  CHECK(cgroup_room("9223372036854771712", "3000000000", "total_inactive_file 5") == -1);
  CHECK(cgroup_room("", "", "") == -1);
}

TEST_CASE("version 1 counts the groups below too", "[cost][memory]") {
  CHECK(cgroup_room("1000", "500", "inactive_file 10\ntotal_inactive_file 200\n") == 700);
}

TEST_CASE("this machine has memory left", "[cost][memory]") {
  const auto found = available_memory();
  CHECK(found.bytes > 0);
  CHECK_FALSE(found.source.empty());
}
