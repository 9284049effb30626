#include "core/files.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "core/error.h"

namespace {

namespace core = hone::core;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;

struct TemporaryFolder {
  fs::path path;
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "hone-files-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~TemporaryFolder() { fs::remove_all(path); }
};

void put(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

int entries(const fs::path& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// Lets no file grow beyond the limit, as a full disk would; writes past it fail with EFBIG.
class FullDisk {
 public:
  explicit FullDisk(rlim_t limit_bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{limit_bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a file is replaced whole, with no trace of the temporary", "[core][files]") {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\n", 4);
  core::atomic_write_file(folder.path / "f", "old and longer");
  core::atomic_write_file(folder.path / "f", bytes);
  CHECK(core::read_file(folder.path / "f") == bytes);
  CHECK(entries(folder.path) == 1);
}

TEST_CASE("a failed write leaves the old file and names the path and the reason", "[core][files]") {
  const TemporaryFolder folder;
  put(folder.path / "f", "old");
  {
    const FullDisk disk(1000);
    CHECK_THROWS_MATCHES(core::atomic_write_file(folder.path / "f", std::string(5000, 'x')), core::FileError,
                         Message((folder.path / "f").string() + ": cannot write: File too large"));
  }
  CHECK(core::read_file(folder.path / "f") == "old");
  CHECK(entries(folder.path) == 1);
  CHECK_THROWS_MATCHES(core::atomic_write_file(folder.path, "x"), core::FileError,
                       MessageMatches(ContainsSubstring("no regular file")));
  CHECK_THROWS_MATCHES(core::atomic_write_file(folder.path / "none" / "f", "x"), core::FileError,
                       MessageMatches(ContainsSubstring("none/f: cannot write: No such file or directory")));
}

TEST_CASE("a full disk is a FileError that says so", "[core][files]") {
  if (!fs::exists("/dev/full")) {
    SKIP("no /dev/full here");
  }
  core::LineWriter lines("/dev/full");
  CHECK_THROWS_MATCHES(lines.write("{}"), core::FileError, Message("/dev/full: cannot write: No space left on device"));
}

TEST_CASE("reading a folder or a missing file is a FileError", "[core][files]") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(core::read_file(folder.path), core::FileError);
  CHECK_THROWS_AS(core::read_file(folder.path / "none"), core::FileError);
}

TEST_CASE("a file that is too large, without end or without a beginning is not read", "[core][files]") {
  const TemporaryFolder folder;
  const auto file = folder.path / "file";
  std::ofstream(file) << "12345678";
  CHECK(core::read_bounded_file(file, 8) == "12345678");
  CHECK_THROWS_MATCHES(core::read_bounded_file(file, 7), core::DataError,
                       Message(file.string() + ": has 8 bytes, at most 7 are read"));
  fs::resize_file(file, std::uintmax_t{1} << 40);  // sparse
  CHECK_THROWS_AS(core::read_bounded_file(file, 1000), core::DataError);
  CHECK_THROWS_MATCHES(core::read_bounded_file("/dev/zero", 1000), core::DataError,
                       Message("/dev/zero: is no regular file"));
  REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_AS(core::read_bounded_file(folder.path / "pipe", 1000), core::DataError);
  CHECK_THROWS_AS(core::read_bounded_file(folder.path, 1000), core::FileError);
  CHECK_THROWS_AS(core::read_bounded_file(folder.path / "nowhere", 1000), core::FileError);
}

TEST_CASE("lines are appended to what is there", "[core][files]") {
  const TemporaryFolder folder;
  put(folder.path / "m.jsonl", "{\"step\":1}\n");
  {
    core::LineWriter lines(folder.path / "m.jsonl");
    lines.write("{\"step\":2}");
    lines.sync();
  }
  CHECK(core::read_file(folder.path / "m.jsonl") == "{\"step\":1}\n{\"step\":2}\n");
}

TEST_CASE("a line that does not fit is taken back whole", "[core][files]") {
  const TemporaryFolder folder;
  core::LineWriter lines(folder.path / "m.jsonl");
  {
    const FullDisk disk(20);
    lines.write("{\"step\":1}");
    CHECK_THROWS_AS(lines.write(std::string(100, 'x')), core::FileError);
  }
  lines.write("{\"step\":2}");
  CHECK(core::read_file(folder.path / "m.jsonl") == "{\"step\":1}\n{\"step\":2}\n");
}

TEST_CASE("resuming drops lines after the checkpoint and a torn last line", "[core][files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path / "m.jsonl";
  put(path, "{\"step\":1}\n{\"step\":2,\"x\":1}\n{\"step\":3}\n{\"st");
  core::keep_lines_up_to_step(path, 2);
  CHECK(core::read_file(path) == "{\"step\":1}\n{\"step\":2,\"x\":1}\n");
  put(path, "{\"step\":1}\n{\"step\":2,\"x\"\n");  // torn, though a newline followed
  core::keep_lines_up_to_step(path, 5);
  CHECK(core::read_file(path) == "{\"step\":1}\n");
  core::keep_lines_up_to_step(path, 0);
  CHECK(core::read_file(path).empty());
  core::keep_lines_up_to_step(folder.path / "none", 0);
  CHECK_FALSE(fs::exists(folder.path / "none"));
}

TEST_CASE("a broken line in the middle is no torn one", "[core][files]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path / "m.jsonl";
  put(path, "{\"step\":1}\nrubbish\n{\"step\":3}\n");
  CHECK_THROWS_MATCHES(core::keep_lines_up_to_step(path, 2), core::DataError,
                       Message(path.string() + ":2: needs a JSON object with an integer \"step\""));
}

TEST_CASE("a folder in use is refused with the holder's pid", "[core][files]") {
  const TemporaryFolder folder;
  {
    const core::FolderLock lock(folder.path);
    CHECK_THROWS_MATCHES(core::FolderLock(folder.path), core::UserError,
                         MessageMatches(ContainsSubstring("process " + std::to_string(getpid()) + ")") &&
                                        ContainsSubstring(folder.path.string())));
  }
  CHECK_NOTHROW(core::FolderLock(folder.path));
}

TEST_CASE("a process that is killed lets its folder go", "[core][files]") {
  const TemporaryFolder folder;
  int locked[2];
  REQUIRE(pipe(locked) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const core::FolderLock lock(folder.path);
    const char done = 1;
    if (write(locked[1], &done, 1) == 1) {
      pause();
    }
    _exit(1);
  }
  char done = 0;
  REQUIRE(read(locked[0], &done, 1) == 1);
  CHECK_THROWS_AS(core::FolderLock(folder.path), core::UserError);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK_NOTHROW(core::FolderLock(folder.path));
  close(locked[0]);
  close(locked[1]);
}
