#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace hone::core {

/// The whole file. Throws FileError naming the path and the system's reason.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The same of a file out of a stranger's hands, as its bytes will be held in memory at once. Throws DataError as well,
/// where it is no regular file (a device has no end, a pipe waits for one) or has more than `most_bytes`.
[[nodiscard]] std::string read_bounded_file(const std::filesystem::path& path, std::uint64_t most_bytes);

/// Replaces the file in one step: a reader, or a run that is killed, finds the old bytes or the new, never a part. The
/// bytes are on disk when it returns. Throws FileError (a full disk too, and what is no regular file), and then the old
/// file is as it was.
void atomic_write_file(const std::filesystem::path& path, std::string_view bytes);

/// Forces a folder's entries to disk, so that a rename in it survives a loss of power. Throws FileError.
void sync_folder(const std::filesystem::path& folder);

/// Drops from a JSONL file the lines whose "step" is above `last_step`, and a last line that a kill tore: what a run
/// wrote after the checkpoint that it resumes from. Atomic; a missing file stays missing. Throws DataError with
/// file:line where a line that is not the last is no object with an integer "step".
void keep_lines_up_to_step(const std::filesystem::path& jsonl_path, std::int64_t last_step);

/// Appends to a file, one write() a call, so a kill tears at most what was last appended. Not safe from several
/// threads.
class AppendFile {
 public:
  /// Makes the file if it is missing. Throws FileError.
  explicit AppendFile(std::filesystem::path path);
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;
  ~AppendFile();

  /// On a full disk the part written is taken back, then FileError is thrown.
  void append(std::string_view bytes);
  /// Returns when what was appended is on disk.
  void sync();

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

/// Appends lines to a file.
class LineWriter {
 public:
  explicit LineWriter(std::filesystem::path path) : file_(std::move(path)) {}
  /// `line` without its newline.
  void write(std::string_view line) { file_.append(std::string(line) + "\n"); }
  void sync() { file_.sync(); }

 private:
  AppendFile file_;
};

/// Holds a run's folder for this process; the kernel lets go when the process ends, however it ends.
class FolderLock {
 public:
  /// Throws UserError naming the folder and the holder's pid when another run has it, FileError when it cannot be
  /// locked.
  explicit FolderLock(const std::filesystem::path& folder);
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  int file_ = -1;
};

}  // namespace hone::core
