#include "policies/streaming_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/files.h"

namespace hone::policies {

StreamingFile::StreamingFile(std::filesystem::path path) : path_(std::move(path)), partial_(path_) {
  partial_ += ".partial";
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  check(descriptor_ >= 0);
}

StreamingFile::~StreamingFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(partial_.c_str());
}

void StreamingFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    check(written >= 0);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void StreamingFile::commit() {
  check(::fsync(descriptor_) == 0);
  // Some file systems report a full disk only here. The descriptor is gone in either case.
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0 || std::rename(partial_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(partial_.c_str());
    errno = error;
    check(false);
  }
  core::sync_folder(path_.has_parent_path() ? path_.parent_path() : ".");
}

void StreamingFile::check(bool good) const {
  if (!good) throw core::FileError(path_.string() + ": cannot be written: " + std::generic_category().message(errno));
}

}  // namespace hone::policies
