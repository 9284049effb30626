#include "cost/flops.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace hone::cost;

namespace {

// Small enough to count by hand.
constexpr ModelShape kTiny{.vocab = 10,
                           .hidden = 4,
                           .intermediate = 6,
                           .layers = 2,
                           .heads = 2,
                           .kv_heads = 1,
                           .head_dim = 3,
                           .tied_head = true};

/// FLOPs of [rows, inner] x [inner, columns], counted one multiply-add at a time.
std::int64_t product(std::int64_t rows, std::int64_t inner, std::int64_t columns) {
  std::int64_t flops = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      for (std::int64_t i = 0; i < inner; ++i) flops += 2;
    }
  }
  return flops;
}

/// A decoder's forward as the sequence of products that it runs, token by token and head by head.
std::int64_t counted_forward(const ModelShape& s, const Span& span) {
  std::int64_t flops = 0;
  for (std::int64_t layer = 0; layer < s.layers; ++layer) {
    for (std::int64_t token = 0; token < span.new_tokens; ++token) {
      flops += product(1, s.hidden, s.heads * s.head_dim);     // q
      flops += product(1, s.hidden, s.kv_heads * s.head_dim);  // k
      flops += product(1, s.hidden, s.kv_heads * s.head_dim);  // v
      const auto seen = span.context + token + 1;
      for (std::int64_t head = 0; head < s.heads; ++head) {
        flops += product(1, s.head_dim, seen);  // scores
        flops += product(1, seen, s.head_dim);  // weighted values
      }
      flops += product(1, s.heads * s.head_dim, s.hidden);  // output
      flops += product(1, s.hidden, s.intermediate);        // gate
      flops += product(1, s.hidden, s.intermediate);        // up
      flops += product(1, s.intermediate, s.hidden);        // down
    }
  }
  return flops + product(span.head_tokens, s.hidden, s.vocab);
}

}  // namespace

TEST_CASE("parameters of a shape are those counted by hand", "[cost][flops]") {
  // A layer: q 4·6 + k 4·3 + v 4·3 + o 6·4 = 72, gate, up and down 3·4·6 = 72: 144 in products, 8 in two norms.
  CHECK(body_matmul_parameters(kTiny) == 2 * 144);
  CHECK(head_matmul_parameters(kTiny) == 40);
  CHECK(total_parameters(kTiny) == 40 + 2 * (144 + 8) + 4);
  auto untied = kTiny;
  untied.tied_head = false;
  CHECK(total_parameters(untied) == 80 + 2 * (144 + 8) + 4);
  CHECK(head_matmul_parameters(untied) == 40);
}

TEST_CASE("parameters agree with what transformers counts", "[cost][flops]") {
  // total_parameters in tests/fixtures/hf/tiny_llama_untied_sharded/model.safetensors.index.json.
  const ModelShape shape{
      .vocab = 96, .hidden = 32, .intermediate = 48, .layers = 2, .heads = 4, .kv_heads = 2, .head_dim = 8};
  CHECK(total_parameters(shape) == 21664);
  // Llama 3.2 1B, as its model card counts: 1.23 billion.
  const ModelShape llama{.vocab = 128256,
                         .hidden = 2048,
                         .intermediate = 8192,
                         .layers = 16,
                         .heads = 32,
                         .kv_heads = 8,
                         .head_dim = 64,
                         .tied_head = true};
  CHECK(total_parameters(llama) == 1'235'814'400);
}

TEST_CASE("forward FLOPs of one token and of a short span are those counted by hand", "[cost][flops]") {
  // One token, alone, with its logits: 2·288 + 2·40 + attention 4·2 layers·2 heads·3·1 position.
  CHECK(forward_flops(kTiny, {.new_tokens = 1, .context = 0, .head_tokens = 1}) == 576 + 80 + 48);
  // Three tokens behind five: positions 6 + 7 + 8 = 21; one row of logits.
  CHECK(forward_flops(kTiny, {.new_tokens = 3, .context = 5, .head_tokens = 1}) == 3 * 576 + 80 + 48 * 21);
  CHECK(forward_flops(kTiny, {}) == 0.0);
}

TEST_CASE("forward FLOPs agree with counting every multiply-add", "[cost][flops]") {
  const auto shape = GENERATE(
      kTiny,
      ModelShape{.vocab = 7, .hidden = 6, .intermediate = 5, .layers = 3, .heads = 4, .kv_heads = 2, .head_dim = 2});
  const auto span = GENERATE(Span{1, 0, 1}, Span{1, 9, 1}, Span{6, 0, 6}, Span{5, 7, 2}, Span{4, 3, 0});
  CHECK(forward_flops(shape, span) == static_cast<double>(counted_forward(shape, span)));
  CHECK(backward_flops(shape, span) == 2.0 * static_cast<double>(counted_forward(shape, span)));
}

TEST_CASE("a sequence costs the same at once, in two parts, or token by token", "[cost][flops]") {
  const auto whole = forward_flops(kTiny, {.new_tokens = 12, .context = 0, .head_tokens = 12});
  CHECK(whole == forward_flops(kTiny, {5, 0, 5}) + forward_flops(kTiny, {7, 5, 7}));
  double stepwise = 0.0;
  for (std::int64_t i = 0; i < 12; ++i) stepwise += forward_flops(kTiny, {1, i, 1});
  CHECK(whole == stepwise);
}
