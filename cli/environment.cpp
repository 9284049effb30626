#include "cli/environment.h"

#include <cstdlib>

namespace hone::cli {

rewards::Environment environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
}

}  // namespace hone::cli
