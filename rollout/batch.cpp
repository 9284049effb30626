#include "rollout/batch.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "policies/attention.h"
#include "policies/gather_rows.h"

namespace hone::rollout {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::int64_t capacity_for(const std::vector<Prompt>& prompts, std::int64_t max_new_tokens) {
  std::size_t longest = 0;
  for (const auto& prompt : prompts) {
    longest = std::max(longest, prompt.ids.size());
  }
  return (static_cast<std::int64_t>(longest) + max_new_tokens + 15) / 16 * 16;
}

std::size_t longest_bytes(const std::vector<std::string>& strings) {
  std::size_t longest = 0;
  for (const auto& string : strings) {
    longest = std::max(longest, string.size());
  }
  return longest;
}

/// The stream index of a prompt's sample, whatever the number of samples. The multiplier is 2^64 over the golden ratio:
/// it sets streams so far apart (Knuth, volume 3, section 6.4) that their samples never meet.
std::uint64_t stream_index(std::uint64_t stream, std::int64_t sample) {
  return stream * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(sample);
}

// Prompts are computed in packed passes of about this many tokens, which bounds the activations.
constexpr std::size_t kPrefillTokens = 4096;

}  // namespace

Batch::Batch(const policies::Policy& policy, const std::vector<Prompt>& prompts, std::int64_t samples,
             const SamplingConfig& sampling, const StreamName& stream, std::int64_t slots,
             const OnCompletion& on_completion)
    : policy_(policy),
      prompts_(prompts),
      samples_(samples),
      sampling_(sampling),
      name_(stream),
      on_completion_(on_completion),
      longest_stop_bytes_(longest_bytes(sampling.stop)),
      total_(static_cast<std::int64_t>(prompts.size()) * samples),
      cache_(policy.config().num_hidden_layers, std::min(slots, total_) + 1,
             capacity_for(prompts, sampling.max_completion_length), policy.decoder().heads(),
             policy.decoder().options()) {
  const auto rows = cache_.slots - 1;
  for (std::int64_t slot = rows; slot-- > 0;) {
    free_slots_.push_back(slot);
  }
  rows_.reserve(static_cast<std::size_t>(rows));
  for (auto* tensor : {&ids_, &slots_, &positions_, &tokens_}) {
    *tensor = at::zeros({rows}, at::kLong);
  }
  uniforms_ = at::zeros({rows}, at::kFloat);
  logprobs_ = at::zeros({rows}, at::kFloat);
}

bool Batch::should_admit() const {
  const auto worthwhile = std::max<std::int64_t>(1, (cache_.slots - 1) / 8);
  return has_waiting() && (rows_.empty() || static_cast<std::int64_t>(free_slots_.size()) >= worthwhile);
}

std::vector<Batch::Entry> Batch::take_entries() {
  std::vector<Entry> entries;
  auto room = static_cast<std::int64_t>(free_slots_.size());
  while (room > 0 && next_ < total_) {
    const auto first_sample = next_ % samples_;
    const auto count = std::min(room, samples_ - first_sample);
    entries.push_back({next_ / samples_, first_sample, count});
    next_ += count;
    room -= count;
  }
  return entries;
}

void Batch::admit() {
  const auto start = std::chrono::steady_clock::now();
  const auto first_row = rows_.size();
  const auto entries = take_entries();
  for (const auto& entry : entries) {
    seat(entry);
  }
  std::vector<at::Tensor> logits;  // [rows of the entry, vocab] each
  auto row = first_row;
  std::size_t i = 0;
  if (!entries.empty() && entries.front().first_sample > 0) {  // computed when the first of its samples entered
    const auto& entry = entries.front();
    cache_.copy_slot(home(), slots_of(row, entry.count), static_cast<std::int64_t>(prompt_of(entry).ids.size()));
    row += static_cast<std::size_t>(entry.count);
    logits.push_back(home_logits_.expand({entry.count, -1}));
    ++i;
  }
  while (i < entries.size()) {
    std::size_t count = 0;
    for (std::size_t tokens = 0; i + count < entries.size() && tokens < kPrefillTokens; ++count) {
      tokens += prompt_of(entries[i + count]).ids.size();
    }
    const auto pass = std::span(entries).subspan(i, count);
    const auto of_prompt = prefill(pass, row);
    for (std::size_t k = 0; k < count; ++k) {
      logits.push_back(of_prompt.narrow(0, static_cast<std::int64_t>(k), 1).expand({pass[k].count, -1}));
      row += static_cast<std::size_t>(pass[k].count);
    }
    i += count;
  }
  sample(at::cat(logits), first_row);
  retire(first_row);
  work_.prefill.seconds += seconds_since(start);
}

void Batch::seat(const Entry& entry) {
  const auto& prompt = prompt_of(entry);
  for (std::int64_t k = 0; k < entry.count; ++k) {
    const auto sample = entry.first_sample + k;
    Row row{free_slots_.back(),
            {entry.prompt, sample, {}, {}, Finish::kLength},
            core::RandomStream(name_.seed, name_.purpose, name_.step, stream_index(prompt.stream, sample))};
    row.completion.ids.reserve(static_cast<std::size_t>(sampling_.max_completion_length));
    row.completion.logprobs.reserve(static_cast<std::size_t>(sampling_.max_completion_length));
    free_slots_.pop_back();
    rows_.push_back(std::move(row));
  }
}

at::Tensor Batch::prefill(std::span<const Entry> entries, std::size_t first_row) {
  std::vector<policies::TokenTree> trees;
  std::vector<std::int64_t> ids, slots, last;
  auto row = first_row;
  for (const auto& entry : entries) {
    const auto& prompt = prompt_of(entry).ids;
    trees.push_back({{static_cast<std::int64_t>(ids.size()), static_cast<std::int64_t>(prompt.size())}, {}});
    ids.insert(ids.end(), prompt.begin(), prompt.end());
    slots.insert(slots.end(), prompt.size(), rows_[row].slot);
    last.push_back(static_cast<std::int64_t>(ids.size()) - 1);
    row += static_cast<std::size_t>(entry.count);
    const auto tokens = static_cast<std::int64_t>(prompt.size());
    const auto flops = cost::forward_flops(policy_.shape(), {tokens, 0, 1});
    work_.prefill.tokens += tokens;
    work_.prefill.model_flops += flops;
    work_.prefill.hardware_flops += flops;
  }
  const auto layout = policies::make_packed_layout(std::move(trees), policy_.device());
  policies::PrefillAttention attention(policy_.decoder().attention_spec(cache_.capacity), layout, cache_,
                                       on_device(at::tensor(slots, at::kLong)));
  const auto hidden = policy_.decoder().forward(on_device(at::tensor(ids, at::kLong)), attention);
  const auto logits = policy_.decoder().logits(policies::gather_rows(hidden, on_device(at::tensor(last, at::kLong))));
  row = first_row;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto length = static_cast<std::int64_t>(prompt_of(entries[i]).ids.size());
    const auto source = rows_[row].slot;
    cache_.copy_slot(source, slots_of(row + 1, entries[i].count - 1), length);
    if (is_partial(entries[i])) {
      cache_.copy_slot(source, {home()}, length);
      home_logits_ = logits.narrow(0, static_cast<std::int64_t>(i), 1).clone();
    }
    row += static_cast<std::size_t>(entries[i].count);
  }
  return logits;
}

std::vector<std::int64_t> Batch::slots_of(std::size_t first_row, std::int64_t count) const {
  std::vector<std::int64_t> slots;
  for (std::int64_t i = 0; i < count; ++i) {
    slots.push_back(rows_[first_row + static_cast<std::size_t>(i)].slot);
  }
  return slots;
}

void Batch::decode() {
  const auto start = std::chrono::steady_clock::now();
  const auto rows = static_cast<std::int64_t>(rows_.size());
  auto* ids = ids_.mutable_data_ptr<std::int64_t>();
  auto* slots = slots_.mutable_data_ptr<std::int64_t>();
  auto* positions = positions_.mutable_data_ptr<std::int64_t>();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& completion = rows_[i].completion;
    ids[i] = completion.ids.back();
    slots[i] = rows_[i].slot;
    positions[i] = static_cast<std::int64_t>(prompts_[static_cast<std::size_t>(completion.prompt)].ids.size() +
                                             completion.ids.size()) -
                   1;
  }
  policies::SlotAttention attention(policy_.decoder().attention_spec(cache_.capacity), cache_,
                                    on_device(slots_.narrow(0, 0, rows)), on_device(positions_.narrow(0, 0, rows)));
  const auto hidden = policy_.decoder().forward(on_device(ids_.narrow(0, 0, rows)), attention);
  sample(policy_.decoder().logits(hidden), 0);
  retire(0);
  work_.decode.seconds += seconds_since(start);
}

void Batch::sample(const at::Tensor& logits, std::size_t first_row) {
  const auto rows = static_cast<std::int64_t>(rows_.size() - first_row);
  auto* uniforms = uniforms_.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto& row = rows_[first_row + static_cast<std::size_t>(i)];
    uniforms[i] = row.stream.uniform_at(row.completion.ids.size());
  }
  const auto tokens = tokens_.narrow(0, 0, rows);
  const auto logprobs = logprobs_.narrow(0, 0, rows);
  if (logits.is_cpu()) {
    sample_tokens(logits, uniforms_.narrow(0, 0, rows), sampling_.draw(), tokens, logprobs);
  } else {  // both results come over in one copy: token ids below 2^24 are exact in float32
    auto drawn = at::empty({rows}, logits.options().dtype(at::kLong));
    auto drawn_logprobs = at::empty({rows}, logits.options().dtype(at::kFloat));
    sample_tokens(logits, on_device(uniforms_.narrow(0, 0, rows)), sampling_.draw(), drawn, drawn_logprobs);
    const auto both = at::stack({drawn.to(at::kFloat), drawn_logprobs}).cpu();
    tokens.copy_(both[0]);
    logprobs.copy_(both[1]);
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    auto& completion = rows_[first_row + static_cast<std::size_t>(i)].completion;
    if (!std::isfinite(logprobs.const_data_ptr<float>()[i])) {
      throw core::RunError("the policy's logits are not finite after " + std::to_string(completion.ids.size()) +
                           " tokens of an answer to prompt " + std::to_string(completion.prompt));
    }
    completion.ids.push_back(static_cast<std::int32_t>(tokens.const_data_ptr<std::int64_t>()[i]));
    completion.logprobs.push_back(logprobs.const_data_ptr<float>()[i]);
  }
}

bool Batch::has_stopped(const Row& row) const {
  const auto& ends = policy_.config().eos_token_ids;
  const auto& ids = row.completion.ids;
  if (std::find(ends.begin(), ends.end(), ids.back()) != ends.end()) {
    return true;
  }
  if (sampling_.stop.empty()) {
    return false;
  }
  // A stop string that is complete at last reaches at most its own length before the last token.
  auto first = ids.end() - 1;
  for (std::size_t bytes = 0; first != ids.begin() && bytes < longest_stop_bytes_;) {
    --first;
    bytes += policy_.tokenizer().has_token(*first) ? policy_.tokenizer().token_bytes(*first).size() : 0;
  }
  return find_stop(policy_.tokenizer().decode_written({first, ids.end()}), sampling_.stop) != std::string::npos;
}

void Batch::retire(std::size_t first_row) {
  auto kept = first_row;
  for (std::size_t i = first_row; i < rows_.size(); ++i) {
    auto& row = rows_[i];
    const bool stopped = has_stopped(row);
    if (!stopped && static_cast<std::int64_t>(row.completion.ids.size()) < sampling_.max_completion_length) {
      if (kept != i) {
        rows_[kept] = std::move(row);
      }
      ++kept;
      continue;
    }
    row.completion.finish = stopped ? Finish::kStop : Finish::kLength;
    free_slots_.push_back(row.slot);
    // The first token came with the prefill, and the last one is not fed again.
    const auto fed = static_cast<std::int64_t>(row.completion.ids.size()) - 1;
    const auto context =
        static_cast<std::int64_t>(prompts_[static_cast<std::size_t>(row.completion.prompt)].ids.size());
    const auto flops = cost::forward_flops(policy_.shape(), {fed, context, fed});
    work_.decode.tokens += fed + 1;
    work_.decode.model_flops += flops;
    work_.decode.hardware_flops += flops;
    on_completion_(std::move(row.completion));
  }
  rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(kept), rows_.end());
}

at::Tensor Batch::on_device(const at::Tensor& host) const {
  return host.to(policy_.device());
}

}  // namespace hone::rollout
