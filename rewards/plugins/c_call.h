#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rewards/plugins/hone_scorer.h"
#include "rewards/scorer.h"

namespace hone::rewards::plugins {

/// What a plug-in may ask of its host during one call.
class CallHost {
 public:
  explicit CallHost(std::chrono::steady_clock::time_point deadline);
  CallHost(const CallHost&) = delete;
  CallHost& operator=(const CallHost&) = delete;

  [[nodiscard]] const hone_host* get() { return &host_; }
  /// The last line that it logged; may be empty.
  [[nodiscard]] const std::string& last_line() const { return last_line_; }

 private:
  static void* allocate(void* context, std::size_t size);
  static void log(void* context, const char* text, std::size_t size);
  static int cancelled(void* context);

  hone_host host_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<std::unique_ptr<std::byte[]>> memory_;
  std::size_t taken_bytes_ = 0;
  std::string last_line_;
};

/// One call of `score` with what the C interface wants of the answers. Every answer gets a score: what the plug-in left
/// out or filled with nonsense is kError.
[[nodiscard]] std::vector<Score> call_plugin(const hone_scorer& plugin, void* self, std::span<const Asked> asked);

}  // namespace hone::rewards::plugins
