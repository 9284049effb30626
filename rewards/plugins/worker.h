#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rewards/plugins/halving.h"
#include "rewards/plugins/launcher.h"

namespace hone::rewards::plugins {

struct LineLimits {
  std::size_t most_line_bytes = 16 << 20;
  double processor_s = 0.0;  // for one line; 0: no limit
};

/// A started process that answers a line with a line. One thread at a time.
class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  Worker(std::unique_ptr<Child> child, const LineLimits& limits) : child_(std::move(child)), limits_(limits) {}

  /// Sends a line, given with its end, and waits for one. After a failure the worker is of no more use.
  [[nodiscard]] std::optional<Failed> ask(std::string_view line, Clock::time_point deadline, std::string& reply);
  /// It is gone, wrote more than it was asked for, or did not hear all: what it writes next belongs to nothing.
  [[nodiscard]] bool is_out_of_step();
  /// Nothing but the hello was asked of it.
  [[nodiscard]] bool is_fresh() const { return asked_ <= 1; }
  /// " and last wrote to standard error: …", or nothing.
  [[nodiscard]] std::string last_words();

 private:
  enum class Reading { kOpen, kClosed };

  [[nodiscard]] std::optional<Failed> exchange(std::string_view line, Clock::time_point deadline);
  /// False when nothing came for a while.
  [[nodiscard]] bool wait(bool has_more_to_send, Clock::time_point deadline);
  [[nodiscard]] std::string end_of(const std::string& known, Reading reading) const;
  /// Returns false when the worker reads no more.
  [[nodiscard]] bool send(std::string_view& rest) const;
  [[nodiscard]] Reading receive();
  void drain_messages();
  [[nodiscard]] Failed failed(Status status, const std::string& what);

  std::unique_ptr<Child> child_;
  LineLimits limits_;
  std::string received_;  // of its output, not yet taken
  std::string messages_;  // the end of its standard error
  bool messages_open_ = true;
  bool is_in_step_ = true;
  std::uint64_t asked_ = 0;
};

}  // namespace hone::rewards::plugins
