#pragma once

#include "core/error.h"

namespace hone::rewards::plugins {

/// The kernel, or a policy of the machine, does not allow a confinement that was asked for.
class IsolationError : public core::ConfigError {
 public:
  using ConfigError::ConfigError;
};

}  // namespace hone::rewards::plugins
