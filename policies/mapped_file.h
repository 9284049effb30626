#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace hone::policies {

/// A whole file mapped for reading; its pages are read when touched. The file must keep its length while it is mapped,
/// which holds for files that are replaced by rename. Throws FileError naming the path.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_, size_}; }
  /// Gives the memory of the bytes [begin, end) back, as far as whole pages go; they are read again when touched again.
  void forget(std::size_t begin, std::size_t end) const;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hone::policies
