#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone::policies {

/// The element types that hone reads; a file that holds another one is refused by name.
enum class SafetensorsType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

[[nodiscard]] std::size_t element_bytes(SafetensorsType type);
/// As the format spells it: "F32", "BF16", …
[[nodiscard]] std::string_view type_word(SafetensorsType type);

/// One tensor in the file. Its bytes are [begin, end) counted from the start of the file.
struct SafetensorsEntry {
  SafetensorsType type = SafetensorsType::kF32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsIndex {
  std::map<std::string, SafetensorsEntry> entries;
  std::map<std::string, std::string> metadata;
};

/// Reads the header of a whole .safetensors file in memory: 8 bytes of little-endian header length, a JSON object, the
/// tensors' bytes. Trusts nothing: known types, bytes = shape · size without overflow, tensors that lie one behind the
/// other from the header to the end of the file without gap or overlap, no name twice. Memory stays in proportion to
/// the header, whatever it declares. Throws DataError naming `source` and the tensor.
/// Source: https://github.com/huggingface/safetensors#format and its `validate`.
[[nodiscard]] SafetensorsIndex parse_safetensors(std::span<const std::byte> file, const std::string& source);

/// Reads model.safetensors.index.json: tensor name → shard's file name, which is a plain name in the same folder.
/// Throws DataError naming `source` and the key.
[[nodiscard]] std::map<std::string, std::string> parse_shard_map(std::string_view text, const std::string& source);

}  // namespace hone::policies
