#include "policies/safetensors_index.h"
#include "tests/fuzz/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read_or_refuse([&] {
    for (const auto& [tensor, file] : hone::policies::parse_shard_map(fuzz::text_of(data, size), fuzz::kSource)) {
      fuzz::require(!file.empty() && file != "." && file != "..", "a shard that is no file", file);
      fuzz::require(file.find('/') == std::string::npos, "a shard outside the folder", file);
      fuzz::require(file.find('\0') == std::string::npos, "a shard whose name ends early", file);
    }
  });
  return 0;
}
