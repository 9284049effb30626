#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rewards/judge/chat.h"

namespace hone::rewards {

/// In hexadecimal, 64 characters.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// Replies of judges by what was asked, in a file of JSON lines that is only ever appended to. Safe from several
/// threads; several processes may share a file: each line is written in one go under a lock, and a line that a crash
/// tore is taken off by the next who opens it. In memory are the keys and where their lines stand, about 150 bytes
/// each.
class JudgeCache {
 public:
  /// Makes the file and its folder if they are missing. Throws FileError.
  explicit JudgeCache(std::filesystem::path path);
  JudgeCache(const JudgeCache&) = delete;
  JudgeCache& operator=(const JudgeCache&) = delete;
  ~JudgeCache();

  /// Nothing where the key is not known, or its line is broken.
  [[nodiscard]] std::optional<ChatReply> find(const std::string& key);
  /// Throws FileError when it cannot be written; then the file is as it was.
  void add(const std::string& key, const std::string& model, const ChatReply& reply);
  [[nodiscard]] std::size_t size();

 private:
  struct Line {
    std::int64_t begin = 0;
    std::int64_t length = 0;
  };
  class FileLock;

  void drop_torn_line();
  void read_new_lines();
  void index(std::string_view line, std::int64_t begin);
  [[noreturn]] void fail(const char* action) const;

  const std::filesystem::path path_;
  int file_ = -1;
  std::mutex mutex_;  // guards all below
  std::int64_t read_to_ = 0;
  std::unordered_map<std::string, Line> lines_;
};

}  // namespace hone::rewards
