#include "policies/kernels/outer_products.h"

#include <algorithm>
#include <vector>

#include "policies/kernels/pair_tiles.h"

namespace hone::policies::kernels {
namespace {

/// The numbers of two tokens side by side, sixteen columns of them.
Pairs interleave(const BFloat16* first, const BFloat16* second) {
  using Half = std::uint16_t __attribute__((vector_size(32)));
  Half a, b;
  std::memcpy(&a, first, sizeof a);
  std::memcpy(&b, second, sizeof b);
  return __builtin_convertvector(a, Pairs) | (__builtin_convertvector(b, Pairs) << 16);
}

/// turned[column][token] of `columns` columns and kTokens tokens; tokens from `count` on are zeros.
void turn_tokens(const BFloat16* grad, std::int64_t row_width, std::int64_t count, std::int64_t columns,
                 std::int64_t turned_width, BFloat16* turned) {
  static const BFloat16 kZeros[OuterProducts::kRows] = {};
  const auto row = [&](std::int64_t token) { return token < count ? grad + token * row_width : kZeros; };
  for (std::int64_t column = 0; column < columns; column += kLanes) {
    const auto width = std::min<std::int64_t>(kLanes, columns - column);
    Pairs tile[kLanes];
    for (int i = 0; i < kLanes; ++i) {
      const BFloat16* first = row(2 * i) + column;
      const BFloat16* second = row(2 * i + 1) + column;
      if (width == kLanes) {
        tile[i] = interleave(first, second);
      } else {
        BFloat16 narrow[2][kLanes] = {};
        std::copy_n(first, width, narrow[0]);
        std::copy_n(second, width, narrow[1]);
        tile[i] = interleave(narrow[0], narrow[1]);
      }
    }
    transpose(tile);
    for (int i = 0; i < width; ++i) std::memcpy(turned + (column + i) * turned_width, &tile[i], sizeof tile[i]);
  }
}

/// Tokens multiplied at once: so many that their part of x stays in a core's second cache beside the rest.
std::int64_t tokens_at_once(std::int64_t in) {
  constexpr std::int64_t kNumbers = std::int64_t{384} << 10;
  return std::clamp<std::int64_t>(kNumbers / in / 128 * 128, 128, 512);
}

}  // namespace

void pack_tokens(const OuterProducts& shape, const BFloat16* x, std::int64_t begin, std::int64_t end,
                 BFloat16* packed) {
  const std::vector<BFloat16> zeros(static_cast<std::size_t>(shape.in));
  const auto row = [&](std::int64_t token) { return token < shape.tokens ? x + token * shape.in : zeros.data(); };
  for (std::int64_t token = begin * OuterProducts::kTokens; token < end * OuterProducts::kTokens; token += 2) {
    const BFloat16* first = row(token);
    const BFloat16* second = row(token + 1);
    BFloat16* target = packed + token * shape.in;
    std::int64_t column = 0;
    for (; column + kLanes <= shape.in; column += kLanes) {
      const Pairs pairs = interleave(first + column, second + column);
      std::memcpy(target + 2 * column, &pairs, sizeof pairs);
    }
    for (; column < shape.in; ++column) {
      target[2 * column] = first[column];
      target[2 * column + 1] = second[column];
    }
  }
}

void add_outer_products(const OuterProducts& shape, const BFloat16* grad, const BFloat16* packed, TileProduct product,
                        Accumulate accumulate, std::int64_t begin, std::int64_t end, float* sum) {
  constexpr std::int64_t kTokens = OuterProducts::kTokens;
  constexpr std::int64_t kRows = OuterProducts::kRows;
  const auto at_once = tokens_at_once(shape.in);
  std::vector<BFloat16> turned(static_cast<std::size_t>(kRows * at_once));
  for (std::int64_t token = 0; token < shape.padded_tokens(); token += at_once) {
    const auto count = std::min(at_once, shape.padded_tokens() - token);
    const auto adds = token > 0 ? Accumulate::kYes : accumulate;
    for (std::int64_t block = begin; block < end; ++block) {
      const auto first = block * kRows;
      const auto rows = std::min(kRows, shape.out - first);
      for (std::int64_t t = 0; t < count; t += kTokens) {
        turn_tokens(grad + (token + t) * shape.out + first, shape.out, shape.tokens - token - t, rows, at_once,
                    turned.data() + t);
      }
      product(rows, shape.in, count, at_once, shape.in, shape.in, adds, turned.data(), packed + token * shape.in,
              sum + first * shape.in);
    }
  }
}

}  // namespace hone::policies::kernels
