#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace hone::policies {

/// Writes a file too large to hold in memory, atomically: the bytes go to `<path>.partial`, and `commit` makes them
/// durable and renames them over `path`. Without commit, and on any error, `path` keeps what it had and the partial
/// file is removed. Throws FileError naming `path` and the reason (a full disk among them).
class StreamingFile {
 public:
  explicit StreamingFile(std::filesystem::path path);
  StreamingFile(const StreamingFile&) = delete;
  StreamingFile& operator=(const StreamingFile&) = delete;
  ~StreamingFile();

  void write(std::span<const std::byte> bytes);
  void commit();

 private:
  void check(bool good) const;

  std::filesystem::path path_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
};

}  // namespace hone::policies
