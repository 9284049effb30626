#include "rewards/judge/cache.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace hone::rewards {
namespace {

using nlohmann::json;

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::string_view kLineBegin = "{\"key\":\"";
constexpr std::size_t kKeyLength = 64;
constexpr std::int64_t kMostLineBytes = std::int64_t{32} << 20;

std::int64_t size_of(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 ? static_cast<std::int64_t>(status.st_size) : -1;
}

/// Up to so many bytes at a place; fewer at the file's end.
std::string read_at(int file, std::int64_t begin, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    const ssize_t more = ::pread(file, bytes.data() + got, count - got, begin + static_cast<std::int64_t>(got));
    if (more < 0 && errno == EINTR) {
      continue;
    }
    if (more <= 0) {
      break;
    }
    got += static_cast<std::size_t>(more);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

/// Of the whole file, against other processes and other caches on the same file.
class JudgeCache::FileLock {
 public:
  FileLock(int file, const JudgeCache& cache) : file_(file) {
    while (::flock(file_, LOCK_EX) != 0) {
      if (errno != EINTR) {
        cache.fail("be locked");
      }
    }
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { ::flock(file_, LOCK_UN); }

 private:
  int file_;
};

void JudgeCache::fail(const char* action) const {
  const int error = errno;
  throw core::FileError(path_.string() + ": the judge's cache cannot " + action + ": " + std::strerror(error));
}

JudgeCache::JudgeCache(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code ignored;  // opening says what is wrong
  std::filesystem::create_directories(path_.parent_path(), ignored);
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file_ < 0) {
    fail("be opened");
  }
  struct stat status {};
  if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file_);
    throw core::FileError(path_.string() + ": the judge's cache needs a regular file");
  }
  try {
    const FileLock lock(file_, *this);
    drop_torn_line();
    read_new_lines();
  } catch (...) {
    ::close(file_);
    throw;
  }
}

JudgeCache::~JudgeCache() {
  ::close(file_);
}

/// With the file locked, nobody is in the middle of a line: what has no line end was torn.
void JudgeCache::drop_torn_line() {
  std::int64_t end = size_of(file_);
  while (end > 0) {
    const std::int64_t begin = std::max<std::int64_t>(0, end - static_cast<std::int64_t>(kChunkBytes));
    const std::string chunk = read_at(file_, begin, static_cast<std::size_t>(end - begin));
    const std::size_t newline = chunk.rfind('\n');
    if (newline != std::string::npos) {
      end = begin + static_cast<std::int64_t>(newline) + 1;
      break;
    }
    end = begin;
  }
  if (end != size_of(file_) && ::ftruncate(file_, end) != 0) {
    fail("be mended");
  }
}

/// Whole lines from where reading stopped: those that other processes wrote meanwhile.
void JudgeCache::read_new_lines() {
  std::string pending;
  std::int64_t begin = read_to_;  // of what is pending
  while (true) {
    const std::string chunk = read_at(file_, begin + static_cast<std::int64_t>(pending.size()), kChunkBytes);
    if (chunk.empty()) {
      return;
    }
    pending += chunk;
    std::size_t from = 0;
    for (std::size_t end = 0; (end = pending.find('\n', from)) != std::string::npos; from = end + 1) {
      index(std::string_view(pending).substr(from, end - from), begin + static_cast<std::int64_t>(from));
    }
    pending.erase(0, from);
    begin += static_cast<std::int64_t>(from);
    read_to_ = begin;
  }
}

void JudgeCache::index(std::string_view line, std::int64_t begin) {
  const std::string_view key = line.substr(std::min(line.size(), kLineBegin.size()), kKeyLength);
  const bool is_one = line.starts_with(kLineBegin) && key.size() == kKeyLength && line.ends_with('}') &&
                      static_cast<std::int64_t>(line.size()) <= kMostLineBytes;
  if (is_one) {
    lines_[std::string(key)] = {begin, static_cast<std::int64_t>(line.size())};
  }
}

std::optional<ChatReply> JudgeCache::find(const std::string& key) {
  Line line;
  {
    const std::lock_guard lock(mutex_);
    const auto found = lines_.find(key);
    if (found == lines_.end()) {
      return std::nullopt;
    }
    line = found->second;
  }
  const json read = json::parse(read_at(file_, line.begin, static_cast<std::size_t>(line.length)), nullptr, false);
  const bool is_whole = read.is_object() && read.value("key", json()) == key && read.contains("reply") &&
                        read["reply"].is_string() && read.contains("prompt_tokens") &&
                        read["prompt_tokens"].is_number_integer() && read.contains("completion_tokens") &&
                        read["completion_tokens"].is_number_integer();
  if (!is_whole) {
    return std::nullopt;
  }
  return ChatReply{read["reply"].get<std::string>(), read["prompt_tokens"].get<std::int64_t>(),
                   read["completion_tokens"].get<std::int64_t>()};
}

void JudgeCache::add(const std::string& key, const std::string& model, const ChatReply& reply) {
  nlohmann::ordered_json fields;
  fields["key"] = key;
  fields["model"] = model;
  fields["reply"] = reply.content;
  fields["prompt_tokens"] = reply.prompt_tokens;
  fields["completion_tokens"] = reply.completion_tokens;
  const std::string line = fields.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  const std::lock_guard lock(mutex_);
  const FileLock file_lock(file_, *this);
  drop_torn_line();  // another process may have died in the middle of one
  read_new_lines();
  const std::int64_t begin = size_of(file_);
  const ssize_t written = ::write(file_, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    const int error = written < 0 ? errno : ENOSPC;
    if (::ftruncate(file_, begin) != 0) {
      fail("be mended");
    }
    errno = error;
    fail("be written");
  }
  read_new_lines();
}

std::size_t JudgeCache::size() {
  const std::lock_guard lock(mutex_);
  return lines_.size();
}

}  // namespace hone::rewards
