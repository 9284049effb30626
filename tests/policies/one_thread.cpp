#include <ATen/Parallel.h>

#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

namespace {

/// The models here are so small that threads would spend the time waiting for each other, most of all on a busy
/// machine. Tests of threads ask for them by tensor_checks::Threads.
struct OneThread : Catch::EventListenerBase {
  using Catch::EventListenerBase::EventListenerBase;
  void testRunStarting(const Catch::TestRunInfo&) override { at::set_num_threads(1); }
};

}  // namespace

CATCH_REGISTER_LISTENER(OneThread)
