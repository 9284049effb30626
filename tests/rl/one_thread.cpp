#include <ATen/Parallel.h>

#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

namespace {

/// The models here are so small that threads would spend the time waiting for each other, most of all on a busy
/// machine. A test of threads asks for them.
struct OneThread : Catch::EventListenerBase {
  using Catch::EventListenerBase::EventListenerBase;
  void testRunStarting(const Catch::TestRunInfo&) override { at::set_num_threads(1); }
};

}  // namespace

CATCH_REGISTER_LISTENER(OneThread)
