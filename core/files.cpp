#include "core/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"

namespace hone::core {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& action, int error = errno) {
  throw FileError(path.string() + ": cannot " + action + ": " + std::strerror(error));
}

/// 0, or the errno of the write that failed.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

[[noreturn]] void refuse_size(const fs::path& path, std::uint64_t found, std::uint64_t most) {
  throw DataError(path.string() + ": has " + std::to_string(found) + " bytes, at most " + std::to_string(most) +
                  " are read");
}

std::string read_and_close(int file, const fs::path& path, off_t expected, std::uint64_t most) {
  std::string content;
  if (expected > 0) {
    content.reserve(static_cast<std::size_t>(expected));
  }
  char buffer[1 << 16];
  ssize_t count = 0;
  while (content.size() <= most && (count = ::read(file, buffer, sizeof(buffer))) != 0) {
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      const int error = errno;
      ::close(file);
      fail(path, "read", error);
    }
    content.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(file);
  if (content.size() > most) {
    refuse_size(path, content.size(), most);  // it grew after its size was read
  }
  return content;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

std::string read_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    fail(path, "read");
  }
  struct stat status {};
  const bool is_known = ::fstat(file, &status) == 0;
  return read_and_close(file, path, is_known ? status.st_size : 0, std::numeric_limits<std::uint64_t>::max());
}

std::string read_bounded_file(const fs::path& path, std::uint64_t most_bytes) {
  // Opening a pipe would wait for its other end; for a regular file the flag means nothing.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    fail(path, "read");
  }
  struct stat status {};
  const int error = ::fstat(file, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
  if (error != 0) {
    ::close(file);
    fail(path, "read", error);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(file);
    throw DataError(path.string() + ": is no regular file");
  }
  if (static_cast<std::uint64_t>(status.st_size) > most_bytes) {
    ::close(file);
    refuse_size(path, static_cast<std::uint64_t>(status.st_size), most_bytes);
  }
  return read_and_close(file, path, status.st_size, most_bytes);
}

void sync_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) {
    fail(folder, "open the folder");
  }
  const int error = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (error != 0 && error != EINVAL) {  // EINVAL: a file system without it
    fail(folder, "sync the folder", error);
  }
}

void atomic_write_file(const fs::path& path, std::string_view bytes) {
  // Root may rename a file over a device, which then is gone.
  std::error_code none;
  if (fs::exists(path, none) && !fs::is_regular_file(path, none)) {
    throw FileError(path.string() + ": cannot write: it is no regular file");
  }
  // In the same folder, as a rename across file systems is no rename; the pid keeps two processes apart.
  const fs::path temporary = path.string() + ".tmp." + std::to_string(::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) {
    fail(path, "write");
  }
  int error = write_all(file, bytes);
  if (error == 0 && ::fsync(file) != 0) {
    error = errno;
  }
  if (::close(file) != 0 && error == 0) {
    error = errno;
  }
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(path, "write", error);
  }
  sync_folder(folder_of(path));
}

void keep_lines_up_to_step(const fs::path& jsonl_path, std::int64_t last_step) {
  if (!fs::exists(jsonl_path)) {
    return;
  }
  const std::string content = read_file(jsonl_path);
  std::string kept;
  int line_number = 0;
  for (std::size_t start = 0; start < content.size();) {
    const std::size_t end = content.find('\n', start);
    if (end == std::string::npos) {
      break;  // torn: each whole line ends in a newline
    }
    ++line_number;
    const std::string_view line = std::string_view(content).substr(start, end - start);
    start = end + 1;
    const auto json = nlohmann::json::parse(line, nullptr, false);
    const bool has_step = json.is_object() && json.contains("step") && json["step"].is_number_integer();
    if (!has_step && start == content.size()) {
      break;
    }
    if (!has_step) {
      throw DataError(jsonl_path.string() + ":" + std::to_string(line_number) +
                      ": needs a JSON object with an integer \"step\"");
    }
    if (json["step"].get<std::int64_t>() <= last_step) {
      kept.append(line).append("\n");
    }
  }
  if (kept != content) {
    atomic_write_file(jsonl_path, kept);
  }
}

AppendFile::AppendFile(fs::path path) : path_(std::move(path)) {
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) {
    fail(path_, "write");
  }
}

AppendFile::~AppendFile() {
  ::close(file_);
}

void AppendFile::append(std::string_view bytes) {
  struct stat before {};
  const bool can_take_back = ::fstat(file_, &before) == 0 && S_ISREG(before.st_mode);
  const int error = write_all(file_, bytes);
  if (error != 0) {
    if (can_take_back && ::ftruncate(file_, before.st_size) != 0) {
      fail(path_, "write, and the file's end is torn", error);
    }
    fail(path_, "write", error);
  }
}

void AppendFile::sync() {
  if (::fdatasync(file_) != 0) {
    fail(path_, "sync");
  }
}

FolderLock::FolderLock(const fs::path& folder) {
  const fs::path path = folder / ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) {
    fail(path, "lock the folder");
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    char holder[32] = {};
    const ssize_t length = ::pread(file_, holder, sizeof(holder) - 1, 0);
    ::close(file_);
    if (error != EWOULDBLOCK) {
      fail(path, "lock the folder", error);
    }
    std::string pid(holder, length > 0 ? static_cast<std::size_t>(length) : 0);
    pid = pid.substr(0, pid.find('\n'));
    throw UserError(folder.string() + ": another run is using this folder (process " + pid +
                    "); wait for it, end it, or choose another --out");
  }
  // The pid is only for that message; the lock is the kernel's.
  if (::ftruncate(file_, 0) != 0 || write_all(file_, std::to_string(::getpid()) + "\n") != 0) {
    const int error = errno;
    ::close(file_);
    fail(path, "write", error);
  }
}

FolderLock::~FolderLock() {
  ::close(file_);
}

}  // namespace hone::core
