#pragma once

#include <unistd.h>

#include <utility>

namespace hone::rewards::plugins {

/// A file descriptor that is closed unless it is handed on.
class File {
 public:
  File() = default;
  explicit File(int number) : number_(number) {}
  File(File&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~File() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] int release() { return std::exchange(number_, -1); }
  void reset() { *this = File(); }

 private:
  int number_ = -1;
};

struct Pipe {
  File read;
  File write;
};

/// Both ends above the four descriptors that a child arranges, so that none is closed by being replaced. Throws Error.
[[nodiscard]] Pipe make_pipe();

/// Fewer switches between host and worker; a system that refuses leaves the pipe as it is.
void widen(const File& end);

/// The descriptor, not blocking, for whoever closes it.
[[nodiscard]] int handed_on(File& end);

}  // namespace hone::rewards::plugins
