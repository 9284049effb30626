#pragma once

#include <string>

namespace hone::rewards::plugins {

/// The variable that marks the environment of a worker and all that it starts.
inline const std::string kMarkName = "HONE_SCORER_WORKER";

/// Kills the processes whose environment carries the mark, until none is found. One that runs a program with another
/// environment escapes.
void kill_strays(const std::string& mark);

/// How many carry a mark that begins so; for tests.
[[nodiscard]] int count_strays(const std::string& prefix);

}  // namespace hone::rewards::plugins
