#pragma once

namespace hone::core {

/// From here on the first SIGINT or SIGTERM only raises a flag, so that the run can end a step and save; the second
/// ends the process at once, as without handlers.
void watch_interrupts();

/// True after the first signal.
[[nodiscard]] bool interrupted() noexcept;

}  // namespace hone::core
