#pragma once

#include <cstdint>

#include "rewards/math/structure.h"

namespace hone::rewards::math {

/// Which kinds of nodes a part holds, a bit each.
[[nodiscard]] inline std::uint64_t kinds_in(Part part) {
  std::uint64_t kinds = std::uint64_t{1} << static_cast<unsigned>(part.kind());
  for (std::size_t i = 0; i < part.size(); ++i) {
    kinds |= kinds_in(part.child(i));
  }
  return kinds;
}
[[nodiscard]] inline bool has_kind(std::uint64_t kinds, NodeKind kind) {
  return ((kinds >> static_cast<unsigned>(kind)) & 1U) != 0;
}

/// Compares two values of which at least one has a unit. Units of one dimension are converted, others are different; a
/// unit on one side only is left out of it, as the options say. `numbers` compares what is without units.
Decision compare_quantities(Context& context, Part gold, Part answer,
                            Decision (*numbers)(Context& context, Part gold, Part answer));

}  // namespace hone::rewards::math
