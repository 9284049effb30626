#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace hone::core {

/// The whole file. Throws FileError naming the path and the system's reason.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Replaces the file in one step: a reader, or a run that is killed, finds the old bytes or the new, never a part. The
/// bytes are on disk when it returns. Throws FileError (a full disk too), and then the old file is as it was.
void atomic_write_file(const std::filesystem::path& path, std::string_view bytes);

/// Forces a folder's entries to disk, so that a rename in it survives a loss of power. Throws FileError.
void sync_folder(const std::filesystem::path& folder);

/// Drops from a JSONL file the lines whose "step" is above `last_step`, and a last line that a kill tore: what a run
/// wrote after the checkpoint that it resumes from. Atomic; a missing file stays missing. Throws DataError with
/// file:line where a line that is not the last is no object with an integer "step".
void keep_lines_up_to_step(const std::filesystem::path& jsonl_path, std::int64_t last_step);

/// Appends lines to a file, one write() a line, so a kill tears at most the last. Not safe from several threads.
class LineWriter {
 public:
  /// Makes the file if it is missing. Throws FileError.
  explicit LineWriter(std::filesystem::path path);
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  ~LineWriter();

  /// `line` without its newline. On a full disk the part written is taken back, then FileError is thrown.
  void write(std::string_view line);
  /// Returns when what was written is on disk.
  void sync();

 private:
  std::filesystem::path path_;
  int file_ = -1;
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
