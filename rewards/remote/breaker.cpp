#include "rewards/remote/breaker.h"

namespace hone::rewards {

Breaker::Breaker(int failures, double pause_s) : limit_(failures), pause_s_(pause_s) {}

bool Breaker::lets_through(TimeSource::Instant now) {
  const std::lock_guard lock(mutex_);
  if (limit_ == 0 || failures_ < limit_) {
    return true;
  }
  if (now < opens_until_) {
    return false;
  }
  opens_until_ = now + seconds(pause_s_);  // the others wait for what this one finds
  return true;
}

void Breaker::succeeded() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
}

void Breaker::failed(TimeSource::Instant now, const std::string& why) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  last_failure_ = why;
  if (limit_ != 0 && failures_ >= limit_) {
    opens_until_ = now + seconds(pause_s_);
  }
}

std::string Breaker::complaint() const {
  const std::lock_guard lock(mutex_);
  return "the service failed " + std::to_string(failures_) +
         " times in a row and is left alone for a while; the last time: " + last_failure_;
}

}  // namespace hone::rewards
