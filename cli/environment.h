#pragma once

#include "rewards/registry.h"

namespace hone::cli {

/// The process's environment, for scorers that name a variable in their options.
[[nodiscard]] rewards::Environment environment();

}  // namespace hone::cli
