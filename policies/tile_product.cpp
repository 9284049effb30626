#include "policies/tile_product.h"

#include <ATen/ATen.h>
#include <ATen/native/CPUBlas.h>

namespace hone::policies {

#ifdef CPUBLAS_BRGEMM_BF16BF16F32

namespace {

void product(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t lda, std::int64_t ldb, std::int64_t ldc,
             kernels::Accumulate accumulate, const kernels::BFloat16* a, const kernels::BFloat16* b, float* c) {
  at::native::cpublas::brgemm(m, n, k, lda, ldb, ldc, accumulate == kernels::Accumulate::kYes,
                              reinterpret_cast<const at::BFloat16*>(a), reinterpret_cast<const at::BFloat16*>(b), c,
                              /*is_vnni=*/true);
}

}  // namespace

kernels::TileProduct tile_product() {
  static const bool has_one = at::native::cpublas::could_pack(at::kBFloat16);
  return has_one ? &product : nullptr;
}

void end_tile_products() {
  if (tile_product() != nullptr) at::native::cpublas::brgemm_release(/*is_vnni=*/true);
}

#else

kernels::TileProduct tile_product() {
  return nullptr;
}
void end_tile_products() {}

#endif

}  // namespace hone::policies
