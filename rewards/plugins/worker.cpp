#include "rewards/plugins/worker.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "rewards/readable.h"

namespace hone::rewards::plugins {
namespace {

constexpr std::size_t kChunkBytes = 64 << 10;
constexpr std::size_t kKeptMessageBytes = 4 << 10;
constexpr std::size_t kMostMessageBytesATurn = 1 << 20;  // a worker that writes on and on must not hold the host

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.2f s", seconds);
  return {text.data(), static_cast<std::size_t>(size)};
}

/// Writing to a worker that is gone raises SIGPIPE, which would end the host; it is held back and taken off.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&broken_);
    sigaddset(&broken_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_, &before_);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;
  ~NoBrokenPipe() {
    if (sigismember(&before_, SIGPIPE) == 0) {
      const timespec at_once{};
      while (sigtimedwait(&broken_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t broken_{};
  sigset_t before_{};
};

bool is_for_later() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

std::optional<Failed> Worker::ask(std::string_view line, Clock::time_point deadline, std::string& reply) {
  ++asked_;
  if (auto failed = exchange(line, deadline)) {
    return failed;
  }
  const std::size_t end = received_.find('\n');
  reply.assign(received_, 0, end);
  received_.erase(0, end + 1);
  return std::nullopt;
}

/// Until a whole line is there.
std::optional<Failed> Worker::exchange(std::string_view line, Clock::time_point deadline) {
  const NoBrokenPipe held_back;
  const auto started = Clock::now();
  const double processor_before_s = limits_.processor_s > 0.0 ? child_->processor_s() : 0.0;
  std::size_t searched = 0;
  bool is_quiet = false;
  while (true) {
    // Its pipes stay open after its end when a child of it holds them.
    const std::string ending = is_quiet ? child_->ending(0.0) : "";
    const bool is_listening = send(line);
    const Reading reading = receive();
    drain_messages();
    if (received_.find('\n', searched) != std::string::npos) {
      is_in_step_ = line.empty();  // one that answered before it heard all is not asked again
      return std::nullopt;
    }
    searched = received_.size();
    if (received_.size() > limits_.most_line_bytes) {
      return failed(Status::kError, "wrote a line of more than " + std::to_string(limits_.most_line_bytes) + " bytes");
    }
    if (reading == Reading::kClosed || !is_listening || !ending.empty()) {
      return failed(Status::kError, end_of(ending, reading));
    }
    if (Clock::now() >= deadline) {
      const std::chrono::duration<double> waited = deadline - started;
      return failed(Status::kTimeout, "did not answer within " + seconds_text(waited.count()));
    }
    if (limits_.processor_s > 0.0 && child_->processor_s() - processor_before_s > limits_.processor_s) {
      return failed(Status::kTimeout, "took more than " + seconds_text(limits_.processor_s) + " of processor time");
    }
    is_quiet = !wait(!line.empty(), deadline);
  }
}

std::string Worker::end_of(const std::string& known, Reading reading) const {
  const std::string ending = known.empty() ? child_->ending(0.2) : known;
  if (!ending.empty()) {
    return ending;
  }
  return reading == Reading::kClosed ? "closed its standard output" : "closed its standard input";
}

bool Worker::wait(bool has_more_to_send, Clock::time_point deadline) {
  constexpr std::chrono::milliseconds kTurn(100);  // to look at the processor time
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  const auto turn = std::clamp(left + std::chrono::milliseconds(1), std::chrono::milliseconds(0), kTurn);
  std::array<pollfd, 3> files = {{{child_->output(), POLLIN, 0},
                                  {messages_open_ ? child_->messages() : -1, POLLIN, 0},
                                  {has_more_to_send ? child_->input() : -1, POLLOUT, 0}}};
  return poll(files.data(), files.size(), static_cast<int>(turn.count())) > 0;
}

bool Worker::send(std::string_view& rest) const {
  while (!rest.empty()) {
    const ssize_t sent = write(child_->input(), rest.data(), rest.size());
    if (sent < 0) {
      return is_for_later();
    }
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// No more than a line may have, so that a worker that writes on and on does not hold the host here.
Worker::Reading Worker::receive() {
  while (received_.size() <= limits_.most_line_bytes) {
    const std::size_t before = received_.size();
    received_.resize(before + kChunkBytes);
    const ssize_t got = read(child_->output(), received_.data() + before, kChunkBytes);
    received_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) {
      return Reading::kClosed;
    }
    if (got < static_cast<ssize_t>(kChunkBytes)) {
      return got < 0 && !is_for_later() ? Reading::kClosed : Reading::kOpen;
    }
  }
  return Reading::kOpen;
}

void Worker::drain_messages() {
  std::array<char, kChunkBytes> bytes;
  for (std::size_t total = 0; messages_open_ && total < kMostMessageBytesATurn;) {
    const ssize_t got = read(child_->messages(), bytes.data(), bytes.size());
    if (got <= 0) {
      messages_open_ = got < 0 && is_for_later();
      return;
    }
    total += static_cast<std::size_t>(got);
    messages_.append(bytes.data(), static_cast<std::size_t>(got));
    if (messages_.size() > kKeptMessageBytes) {
      messages_.erase(0, messages_.size() - kKeptMessageBytes);
    }
  }
}

bool Worker::is_out_of_step() {
  return !is_in_step_ || !received_.empty() || receive() == Reading::kClosed || !received_.empty();
}

std::string Worker::last_words() {
  drain_messages();
  const std::size_t end = messages_.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) {
    return "";
  }
  constexpr std::size_t kShownBytes = 300;
  const std::size_t begin = end + 1 > kShownBytes ? end + 1 - kShownBytes : 0;
  return "; it last wrote to standard error: " + readable(std::string_view(messages_).substr(begin, end + 1 - begin));
}

Failed Worker::failed(Status status, const std::string& what) {
  return {status, "the scorer's process " + what + last_words()};
}

}  // namespace hone::rewards::plugins
