#pragma once

#include "policies/kernels/attention.h"

namespace hone::policies {

/// libtorch's product of small bfloat16 matrices, which uses the CPU's matrix units where it has them; null where this
/// libtorch or this CPU has none. Each thread that called it calls `end_tile_products` before it does other work.
[[nodiscard]] kernels::TileProduct tile_product();
void end_tile_products();

}  // namespace hone::policies
