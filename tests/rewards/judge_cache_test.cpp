#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "rewards/judge/cache.h"

using namespace hone::rewards;
namespace fs = std::filesystem;

namespace {

/// A path of its own, removed afterwards.
struct Scratch {
  fs::path folder = fs::temp_directory_path() / ("hone_cache_" + std::to_string(::getpid()));
  fs::path path = folder / "below" / "cache.jsonl";
  Scratch() { fs::remove_all(folder); }
  ~Scratch() { fs::remove_all(folder); }
};

std::string key(int number) {
  return sha256(std::to_string(number));
}

}  // namespace

TEST_CASE("SHA-256 is SHA-256", "[rewards][judge]") {
  // FIPS 180-4's examples.
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a cache finds what was added, and after a restart too", "[rewards][judge][cache]") {
  const Scratch scratch;
  {
    JudgeCache cache(scratch.path);
    CHECK_FALSE(cache.find(key(1)).has_value());
    cache.add(key(1), "m", {"yes \n \"quoted\" \xFF", 10, 2});
    cache.add(key(2), "m", {"no", 11, 3});
    cache.add(key(2), "m", {"no, later", 11, 3});
    CHECK(cache.size() == 2);
  }
  JudgeCache cache(scratch.path);
  CHECK(cache.size() == 2);
  CHECK(cache.find(key(1))->content == "yes \n \"quoted\" \uFFFD");
  CHECK(cache.find(key(1))->prompt_tokens == 10);
  CHECK(cache.find(key(1))->completion_tokens == 2);
  CHECK(cache.find(key(2))->content == "no, later");
}

TEST_CASE("a line that a crash tore is dropped, and broken ones are not found", "[rewards][judge][cache]") {
  const Scratch scratch;
  {
    JudgeCache cache(scratch.path);
    cache.add(key(1), "m", {"yes", 10, 2});
    cache.add(key(2), "m", {"no", 10, 2});
  }
  const std::string whole = hone::core::read_file(scratch.path);
  const std::size_t first = whole.find('\n') + 1;
  for (std::size_t cut = first; cut < whole.size(); ++cut) {
    std::ofstream(scratch.path, std::ios::binary) << whole.substr(0, cut);
    JudgeCache cache(scratch.path);
    CHECK(cache.size() == 1);
    cache.add(key(3), "m", {"maybe", 1, 1});
    CHECK(JudgeCache(scratch.path).find(key(3))->content == "maybe");
    CHECK(cache.find(key(1))->content == "yes");
  }
  std::ofstream(scratch.path, std::ios::binary)
      << "\n{}\nnothing\n{\"key\":\"short\"}\n{\"key\":\"" << key(4) << "\",\"reply\":7}\n{\"key\":\"" << key(5) << "\n"
      << whole;
  JudgeCache cache(scratch.path);
  CHECK(cache.find(key(1))->content == "yes");
  CHECK_FALSE(cache.find(key(4)).has_value());
  CHECK_FALSE(cache.find(key(5)).has_value());
}

TEST_CASE("threads and processes share a file of the cache", "[rewards][judge][cache]") {
  const Scratch scratch;
  JudgeCache cache(scratch.path);
  constexpr int kEach = 100;
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 1;
    try {
      JudgeCache other(scratch.path);
      for (int i = 0; i < kEach; ++i) {
        other.add(key(-1 - i), "m", {std::string(200, 'x'), i, 0});
      }
      status = 0;
    } catch (...) {
    }
    ::_exit(status);
  }
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach / 4; ++i) {
        const int number = thread * 1000 + i;
        cache.add(key(number), "m", {std::to_string(number), number, 0});
        (void)cache.find(key(number));
      }
    });
  }
  threads.clear();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  JudgeCache read(scratch.path);
  CHECK(read.size() == 2 * kEach);
  for (int i = 0; i < kEach; ++i) {
    CHECK(read.find(key(-1 - i))->prompt_tokens == i);
  }
  CHECK(cache.find(key(3007))->content == "3007");
}

TEST_CASE("a cache that cannot be opened says so", "[rewards][judge][cache]") {
  CHECK_THROWS_AS(JudgeCache("/proc/nothing/cache.jsonl"), hone::core::FileError);
  CHECK_THROWS_AS(JudgeCache("/dev/full"), hone::core::FileError);  // a device has no end
}
