#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policies/chat/jinja/syntax.h"
#include "policies/chat/jinja/value.h"

namespace hone::policies::jinja {

struct Rendering {
  MarkedText text;
  /// What stands in {% generation %} blocks, ascending, disjoint, none empty.
  std::vector<TextRange> generated;
};

using Variables = std::vector<std::pair<std::string, Value>>;

/// Runs a template. Throws Failure with its line, also where the template does more than any real one: a million steps,
/// 512 MiB of text looked at or made, calls nested 500 deep.
[[nodiscard]] Rendering render(const Block& block, Variables variables);

}  // namespace hone::policies::jinja
