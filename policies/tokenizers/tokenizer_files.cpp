#include "policies/tokenizers/tokenizer_files.h"

#include "core/files.h"

namespace hone::policies {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256}
                                        << 20;  // Gemma's tokenizer.json, the largest known, has 33 MB.

constexpr const char* kNames[] = {
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt",     "tokenizer.model",       "chat_template.jinja",     "chat_template.json"};

}  // namespace

TokenizerFiles::TokenizerFiles(const std::filesystem::path& folder) {
  for (const char* name : kNames) {
    if (std::filesystem::exists(folder / name)) bytes_[name] = core::read_bounded_file(folder / name, kMaxFileBytes);
  }
}

const std::string* TokenizerFiles::find(const std::string& name) const {
  const auto found = bytes_.find(name);
  return found == bytes_.end() ? nullptr : &found->second;
}

void TokenizerFiles::save(const std::filesystem::path& folder) const {
  for (const auto& [name, bytes] : bytes_) core::atomic_write_file(folder / name, bytes);
}

}  // namespace hone::policies
