#include <cstddef>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "policies/safetensors_index.h"
#include "tests/fuzz/outcome.h"

namespace {

using namespace hone;

constexpr std::size_t kLengthBytes = 8;

std::uint64_t header_bytes(const std::uint8_t* data) {
  std::uint64_t length = 0;
  std::memcpy(&length, data, kLengthBytes);
  return length;
}

/// What every reader of an index relies on.
void check_index(const policies::SafetensorsIndex& index, std::size_t file_bytes) {
  std::uint64_t bytes = 0;
  for (const auto& [name, entry] : index.entries) {
    fuzz::require(entry.begin <= entry.end && entry.end <= file_bytes, "a tensor outside the file", name);
    auto strides = static_cast<unsigned __int128>(policies::element_bytes(entry.type));
    auto size = strides;
    for (const auto dimension : entry.shape) {
      fuzz::require(dimension >= 0, "a negative dimension", name);
      size *= static_cast<unsigned __int128>(dimension);
      strides *= static_cast<unsigned __int128>(std::max<std::int64_t>(dimension, 1));
      fuzz::require(strides <= std::numeric_limits<std::int64_t>::max(), "a tensor whose strides overflow", name);
    }
    fuzz::require(size == entry.end - entry.begin, "a tensor of another size than its bytes", name);
    bytes += entry.end - entry.begin;
  }
  fuzz::require(bytes <= file_bytes, "tensors that share bytes");
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// A header's length before it would make nearly every longer or shorter header a torn one, so half of the mutations
/// change the header and then set its length.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  const bool is_framed = size > kLengthBytes && header_bytes(data) <= size - kLengthBytes;
  if (!is_framed || max_size < size || seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const auto before = static_cast<std::size_t>(header_bytes(data));
  const std::vector<std::uint8_t> tensors(data + kLengthBytes + before, data + size);
  const std::uint64_t after = LLVMFuzzerMutate(data + kLengthBytes, before, max_size - kLengthBytes - tensors.size());
  std::memcpy(data, &after, kLengthBytes);
  std::copy(tensors.begin(), tensors.end(), data + kLengthBytes + after);
  return kLengthBytes + after + tensors.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read_or_refuse(
      [&] { check_index(policies::parse_safetensors(std::as_bytes(std::span(data, size)), fuzz::kSource), size); });
  return 0;
}
