#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace hone::policies {

/// The files of a Hugging Face folder that are about its tokenizer, byte for byte, so that a policy trained here keeps
/// what others read of it. Those that were not there stay away.
class TokenizerFiles {
 public:
  TokenizerFiles() = default;
  /// Throws FileError where a file is there and cannot be read.
  explicit TokenizerFiles(const std::filesystem::path& folder);

  /// Null where the folder has none of that name.
  [[nodiscard]] const std::string* find(const std::string& name) const;
  void put(const std::string& name, std::string bytes) { bytes_[name] = std::move(bytes); }
  /// Throws FileError.
  void save(const std::filesystem::path& folder) const;

 private:
  std::map<std::string, std::string> bytes_;
};

}  // namespace hone::policies
