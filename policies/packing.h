#pragma once

#include <cstdint>
#include <vector>

namespace hone::policies {

/// A run of consecutive tokens in a packed row.
struct Segment {
  std::int64_t begin = 0;
  std::int64_t length = 0;
};

/// Sequences that share their beginning: the leaves see the root and themselves, causally; the root sees itself. A
/// sequence on its own is a root without leaves. Sharing a prompt among its completions costs P + G·R tokens where
/// copies cost G·(P + R).
struct TokenTree {
  Segment root;
  std::vector<Segment> leaves;
};

}  // namespace hone::policies
