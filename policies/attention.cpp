#include "policies/attention.h"

#include "policies/kernel_call.h"
#include "policies/kernels/elementwise.h"
#include "policies/tile_product.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

/// Queries and keys of qkv turn by their positions; in place on the CPU, where the product that made qkv kept no use
/// for it.
at::Tensor rotated(const at::Tensor& qkv, const at::Tensor& positions, const RotaryTable& table,
                   const kernels::HeadLayout& heads, float direction) {
  const auto turning = heads.heads + heads.kv_heads;
  if (has_kernel(qkv)) {
    with_scalar(qkv, [&]<class T>(T) {
      parallel_rows(qkv.size(0), qkv.size(1), [&](std::int64_t begin, std::int64_t end) {
        kernels::rotate<T>(data<T>(qkv), data<std::int64_t>(positions), data<float>(table.cosines),
                           data<float>(table.sines), qkv.size(1), turning, heads.head_dim, direction, begin, end);
      });
    });
    return qkv;
  }
  const auto cosine = table.cosines.index({positions}).unsqueeze(1);  // [tokens, 1, head_dim / 2]
  const auto sine = table.sines.index({positions}).unsqueeze(1) * direction;
  const auto parts = qkv.view({qkv.size(0), -1, heads.head_dim}).split_with_sizes({turning, heads.kv_heads}, 1);
  const auto halves = parts[0].to(at::kFloat).chunk(2, 2);
  const auto turned = at::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, 2);
  return at::cat({turned.to(qkv.scalar_type()), parts[1]}, 1).view_as(qkv);
}

/// softmax(q·kᵀ · scale, over visible)·v in float32 for one set of rows; the path of devices without a kernel.
///   q [batch, heads, queries, head_dim], k and v [batch, kv_heads, keys, head_dim], visible [batch or 1, 1, queries,
///   keys]
at::Tensor reference_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& visible,
                               double scale) {
  const auto group = q.size(1) / k.size(1);
  const auto keys = k.repeat_interleave(group, 1).to(at::kFloat);
  const auto values = v.repeat_interleave(group, 1).to(at::kFloat);
  const auto scores = at::matmul(q.to(at::kFloat), keys.transpose(2, 3)) * scale;
  const auto seen = scores.masked_fill(~visible, -std::numeric_limits<double>::infinity());
  return at::matmul(at::softmax(seen, -1), values).to(q.scalar_type());
}

at::Tensor packed_reference(const at::Tensor& qkv, const kernels::HeadLayout& heads, const at::Tensor& mask) {
  const auto tokens = qkv.size(0);
  const auto parts = qkv.view({1, tokens, -1, heads.head_dim})
                         .transpose(1, 2)
                         .split_with_sizes({heads.heads, heads.kv_heads, heads.kv_heads}, 1);
  const auto out = reference_attention(parts[0], parts[1], parts[2], mask.view({1, 1, tokens, tokens}), heads.scale());
  return out.transpose(1, 2).reshape({tokens, heads.out_width()});
}

/// Trees and key-value heads are independent of each other, in the backward too.
template <class Function>
void for_each_tree_and_head(const std::vector<TokenTree>& trees, std::int64_t kv_heads, Function&& f) {
  const auto tasks = static_cast<std::int64_t>(trees.size()) * kv_heads;
  at::parallel_for(0, tasks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto task = begin; task < end; ++task) {
      f(trees[static_cast<std::size_t>(task / kv_heads)], task % kv_heads);
    }
    end_tile_products();
  });
}

/// The CPU kernel over rotated qkv.   log_sum_exp [tokens, heads] float32 is written.
at::Tensor packed_kernel(const at::Tensor& qkv, const kernels::HeadLayout& heads, const std::vector<TokenTree>& trees,
                         const at::Tensor& log_sum_exp) {
  auto out = at::empty({qkv.size(0), heads.out_width()}, qkv.options());
  with_scalar(qkv, [&]<class T>(T) {
    for_each_tree_and_head(trees, heads.kv_heads, [&](const TokenTree& tree, std::int64_t head) {
      kernels::attend_tree<T>(data<T>(qkv), heads, tree, head, tile_product(), data<T>(out), data<float>(log_sum_exp));
    });
  });
  return out;
}

at::Tensor empty_log_sum_exp(const at::Tensor& qkv, const kernels::HeadLayout& heads) {
  return at::empty({qkv.size(0), heads.heads}, qkv.options().dtype(at::kFloat));
}

/// Rotation angles are read by position without a bounds check, in the kernel.
void require_context(const AttentionSpec& spec, const PackedLayout& layout) {
  const auto context = spec.rotary.front().cosines.size(0);
  if (layout.longest() > context) {
    throw core::ShapeError("a sequence of " + std::to_string(layout.longest()) +
                           " tokens passes the policy's context of " + std::to_string(context));
  }
}

using Trees = std::shared_ptr<const std::vector<TokenTree>>;

/// What autograd carries from the forward to the backward.
struct TreesCapsule : torch::CustomClassHolder {
  explicit TreesCapsule(Trees trees_of_layout) : trees(std::move(trees_of_layout)) {}
  Trees trees;
};

struct Call {
  kernels::HeadLayout heads;
  RotaryTable rotary;
  at::Tensor positions;
  Trees trees;
};

struct CpuPackedAttention : torch::autograd::Function<CpuPackedAttention> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& qkv, const Call& call) {
    const auto& heads = call.heads;
    rotated(qkv, call.positions, call.rotary, heads, 1.0F);
    const auto lse = empty_log_sum_exp(qkv, heads);
    auto out = packed_kernel(qkv, heads, *call.trees, lse);
    context->save_for_backward({qkv, out, lse, call.rotary.cosines, call.rotary.sines, call.positions});
    context->saved_data["trees"] = c10::IValue::make_capsule(c10::make_intrusive<TreesCapsule>(call.trees));
    context->saved_data["heads"] = std::vector<std::int64_t>{heads.heads, heads.kv_heads, heads.head_dim, heads.window};
    context->saved_data["query_scalar"] = heads.query_scalar;
    return out;
  }

  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    const auto& qkv = saved[0];
    const auto sizes = context->saved_data["heads"].toIntVector();
    const kernels::HeadLayout heads{sizes[0], sizes[1], sizes[2], sizes[3],
                                    context->saved_data["query_scalar"].toDouble()};
    const auto capsule = context->saved_data["trees"].toCapsule();
    const auto& trees = *static_cast<const TreesCapsule&>(*capsule).trees;
    const auto grad_out = grads[0].contiguous();
    auto grad = at::empty_like(qkv);
    with_scalar(qkv, [&]<class T>(T) {
      for_each_tree_and_head(trees, heads.kv_heads, [&](const TokenTree& tree, std::int64_t head) {
        kernels::attend_tree_backward<T>(data<T>(qkv), data<T>(saved[1]), data<T>(grad_out), data<float>(saved[2]),
                                         heads, tree, head, tile_product(), data<T>(grad));
      });
    });
    return {rotated(grad, saved[5], {saved[3], saved[4]}, heads, -1.0F), {}};
  }
};

}  // namespace

RotaryTable make_rotary_table(std::int64_t positions, std::int64_t head_dim, const RopeConfig& rope,
                              const at::Device& device) {
  const auto wide = at::TensorOptions().dtype(at::kDouble);
  const auto of_rope = rope_frequencies(rope, head_dim);
  const auto frequencies = at::tensor(of_rope.radians_per_token, wide);
  const auto angles = at::outer(at::arange(positions, wide), frequencies);  // [positions, head_dim / 2]
  const auto table = [&](const at::Tensor& values) {
    return (values * of_rope.attention_factor).to(at::kFloat).to(device);
  };
  return {table(angles.cos()), table(angles.sin())};
}

std::int64_t PackedLayout::longest() const {
  std::int64_t longest = 0;
  for (const auto& tree : trees) {
    longest = std::max(longest, tree.root.length);
    for (const auto& leaf : tree.leaves) {
      longest = std::max(longest, tree.root.length + leaf.length);
    }
  }
  return longest;
}

const at::Tensor& PackedMasks::of(const PackedLayout& layout, std::int64_t window) {
  auto& mask = masks_[window];
  if (!mask.defined()) {
    const auto same_tree = layout.tree_of.unsqueeze(1) == layout.tree_of.unsqueeze(0);
    const auto distance = layout.positions.unsqueeze(1) - layout.positions.unsqueeze(0);
    const auto leaf = layout.leaf_of.unsqueeze(0);
    const auto same_branch = (leaf == 0) | (leaf == layout.leaf_of.unsqueeze(1));
    mask = same_tree & (distance >= 0) & same_branch;
    if (window > 0) {
      mask = mask & (distance < window);
    }
  }
  return mask;
}

PackedLayout make_packed_layout(std::vector<TokenTree> trees, const at::Device& device) {
  std::vector<std::int64_t> positions, tree_of, leaf_of;
  const auto add = [&](const Segment& segment, std::int64_t tree, std::int64_t leaf, std::int64_t from) {
    if (segment.begin != static_cast<std::int64_t>(positions.size()) || segment.length < 0) {
      throw core::ShapeError("packed tokens: segment begins at " + std::to_string(segment.begin) + ", needs " +
                             std::to_string(positions.size()));
    }
    for (std::int64_t i = 0; i < segment.length; ++i) {
      positions.push_back(from + i);
      tree_of.push_back(tree);
      leaf_of.push_back(leaf);
    }
  };
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const auto& tree = trees[i];
    add(tree.root, static_cast<std::int64_t>(i), 0, 0);
    for (std::size_t leaf = 0; leaf < tree.leaves.size(); ++leaf) {
      add(tree.leaves[leaf], static_cast<std::int64_t>(i), static_cast<std::int64_t>(leaf) + 1, tree.root.length);
    }
  }
  const auto tensor = [&](const std::vector<std::int64_t>& values) { return at::tensor(values, at::kLong).to(device); };
  return {std::move(trees), tensor(positions), tensor(tree_of), tensor(leaf_of)};
}

PackedAttention::PackedAttention(AttentionSpec spec, const PackedLayout& layout)
    : spec_(std::move(spec)), layout_(layout) {
  require_context(spec_, layout);
  if (has_kernel(layout.positions)) {
    trees_ = std::make_shared<const std::vector<TokenTree>>(layout.trees);
  }
}

at::Tensor PackedAttention::attend(std::int64_t layer, const at::Tensor& qkv) {
  const auto& heads = spec_.layer(layer).heads;
  const auto& rotary = spec_.rotary_of(layer);
  if (has_kernel(qkv)) {
    return CpuPackedAttention::apply(qkv, Call{heads, rotary, layout_.positions, trees_});
  }
  return packed_reference(rotated(qkv, layout_.positions, rotary, heads, 1.0F), heads,
                          masks_.of(layout_, heads.window));
}

namespace {

/// The rotated keys and the values of qkv go to their slots.
void store(const at::Tensor& qkv, const at::Tensor& slots, const at::Tensor& positions, KvCache& cache,
           std::int64_t layer) {
  const auto& heads = cache.heads;
  auto& keys = cache.keys[static_cast<std::size_t>(layer)];
  auto& values = cache.values[static_cast<std::size_t>(layer)];
  if (has_kernel(qkv)) {
    with_scalar(qkv, [&]<class T>(T) {
      parallel_rows(qkv.size(0), qkv.size(1), [&](std::int64_t begin, std::int64_t end) {
        kernels::store_keys_values<T>(data<T>(qkv), data<std::int64_t>(slots), data<std::int64_t>(positions), heads,
                                      cache.capacity, begin, end, data<T>(keys), data<T>(values));
      });
    });
    return;
  }
  const auto parts =
      qkv.view({qkv.size(0), -1, heads.head_dim}).split_with_sizes({heads.heads, heads.kv_heads, heads.kv_heads}, 1);
  // [slots, kv_heads, capacity, head_dim] seen as [slots·kv_heads·capacity, head_dim], so that one index names a row.
  const auto head = at::arange(heads.kv_heads, slots.options());
  const auto rows = ((slots.unsqueeze(1) * heads.kv_heads + head) * cache.capacity + positions.unsqueeze(1)).flatten();
  keys.view({-1, heads.head_dim}).index_copy_(0, rows, parts[1].reshape({-1, heads.head_dim}));
  values.view({-1, heads.head_dim}).index_copy_(0, rows, parts[2].reshape({-1, heads.head_dim}));
}

}  // namespace

PrefillAttention::PrefillAttention(AttentionSpec spec, const PackedLayout& layout, KvCache& cache, at::Tensor slots)
    : spec_(std::move(spec)), layout_(layout), cache_(cache), slots_(std::move(slots)) {
  require_context(spec_, layout);
}

at::Tensor PrefillAttention::attend(std::int64_t layer, const at::Tensor& qkv) {
  const auto& heads = spec_.layer(layer).heads;
  const auto turned = rotated(qkv, layout_.positions, spec_.rotary_of(layer), heads, 1.0F);
  store(turned, slots_, layout_.positions, cache_, layer);
  if (has_kernel(turned)) {
    return packed_kernel(turned, heads, layout_.trees, empty_log_sum_exp(turned, heads));
  }
  return packed_reference(turned, heads, masks_.of(layout_, heads.window));
}

SlotAttention::SlotAttention(AttentionSpec spec, KvCache& cache, at::Tensor slots, at::Tensor positions)
    : spec_(std::move(spec)), cache_(cache), slots_(std::move(slots)), positions_(std::move(positions)) {}

at::Tensor SlotAttention::attend(std::int64_t layer, const at::Tensor& qkv) {
  const auto& heads = spec_.layer(layer).heads;
  const auto turned = rotated(qkv, positions_, spec_.rotary_of(layer), heads, 1.0F);
  store(turned, slots_, positions_, cache_, layer);
  const auto& keys = cache_.keys[static_cast<std::size_t>(layer)];
  const auto& values = cache_.values[static_cast<std::size_t>(layer)];
  const auto rows = qkv.size(0);
  if (has_kernel(qkv)) {
    auto out = at::empty({rows, heads.out_width()}, qkv.options());
    with_scalar(qkv, [&]<class T>(T) {
      at::parallel_for(0, rows, 1, [&](std::int64_t begin, std::int64_t end) {
        kernels::attend_slots<T>(data<T>(turned), data<T>(keys), data<T>(values), data<std::int64_t>(slots_),
                                 data<std::int64_t>(positions_), heads, cache_.capacity, begin, end, data<T>(out));
      });
    });
    return out;
  }
  const auto q = turned.view({rows, -1, heads.head_dim}).narrow(1, 0, heads.heads).unsqueeze(2);
  const auto place = at::arange(cache_.capacity, positions_.options()).unsqueeze(0);
  auto visible = place <= positions_.unsqueeze(1);
  if (heads.window > 0) {
    visible = visible & (place > positions_.unsqueeze(1) - heads.window);
  }
  const auto out = reference_attention(q, keys.index({slots_}), values.index({slots_}),
                                       visible.view({rows, 1, 1, cache_.capacity}), heads.scale());
  return out.reshape({rows, heads.out_width()});
}

}  // namespace hone::policies
