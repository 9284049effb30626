#include "rl/checkpoint.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>

#include "core/error.h"
#include "core/files.h"
#include "policies/safetensors.h"

namespace hone::rl {
namespace {

constexpr std::string_view kPrefix = "step-";
// What only hone reads lies apart: some programs take every .safetensors file of a folder for weights.
constexpr const char* kState = "trainer";

std::string padded(std::int64_t step) {
  auto digits = std::to_string(step);
  return std::string(kPrefix) + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

std::vector<std::pair<std::string, at::Tensor>> optimizer_tensors(const policies::Policy& policy,
                                                                  const FusedAdamW& optimizer) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    const auto& name = policy.parameters()[i].name;
    tensors.emplace_back(name + ".first_moment", optimizer.first_moments()[i]);
    tensors.emplace_back(name + ".second_moment", optimizer.second_moments()[i]);
  }
  tensors.emplace_back("step_count", optimizer.step_count());
  return tensors;
}

}  // namespace

Checkpoints::Checkpoints(std::filesystem::path run_folder, const CheckpointConfig& config)
    : root_(std::move(run_folder) / "checkpoints"), config_(config) {}

std::filesystem::path Checkpoints::folder(std::int64_t step) const {
  return root_ / padded(step);
}

void Checkpoints::save(std::int64_t step, const policies::Policy& policy, const FusedAdamW& optimizer,
                       const nlohmann::json& state) {
  const auto unfinished = root_ / ("." + padded(step) + ".unfinished");
  std::error_code ignored;
  std::filesystem::remove_all(unfinished, ignored);
  try {
    policy.save(unfinished);
    std::filesystem::create_directories(unfinished / kState);
    policies::save_safetensors(unfinished / kState / "optimizer.safetensors", optimizer_tensors(policy, optimizer));
    core::atomic_write_file(unfinished / kState / "trainer.json",
                            nlohmann::json{{"step", step}, {"best", best_.value_or(-1)}, {"state", state}}.dump(1));
    core::sync_folder(unfinished / kState);
    core::sync_folder(unfinished);
    std::filesystem::remove_all(folder(step));  // of a run that was resumed from an earlier one
    std::filesystem::rename(unfinished, folder(step));
    core::sync_folder(root_);
  } catch (const std::filesystem::filesystem_error& error) {
    std::filesystem::remove_all(unfinished, ignored);
    throw core::FileError(folder(step).string() + ": cannot put the checkpoint in place: " + error.code().message());
  } catch (...) {
    std::filesystem::remove_all(unfinished, ignored);
    throw;
  }
  prune();
}

std::vector<std::int64_t> Checkpoints::steps() const {
  std::vector<std::int64_t> found;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(root_, missing)) {
    const auto name = entry.path().filename().string();
    std::int64_t step = 0;
    if (name.starts_with(kPrefix)) {
      const auto* begin = name.data() + kPrefix.size();
      const auto [end, error] = std::from_chars(begin, name.data() + name.size(), step);
      if (error == std::errc() && end == name.data() + name.size()) {
        found.push_back(step);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::int64_t> Checkpoints::latest() const {
  const auto all = steps();
  return all.empty() ? std::nullopt : std::optional(all.back());
}

void Checkpoints::remove_leftovers() const {
  std::vector<std::filesystem::path> leftovers;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(root_, ignored)) {
    if (entry.path().filename().string().starts_with("." + std::string(kPrefix))) {
      leftovers.push_back(entry.path());
    }
  }
  for (const auto& leftover : leftovers) {
    std::filesystem::remove_all(leftover, ignored);
  }
}

void Checkpoints::prune() const {
  remove_leftovers();
  const auto all = steps();
  const auto kept = static_cast<std::size_t>(config_.keep_last);
  for (std::size_t i = 0; i + kept < all.size(); ++i) {
    if (all[i] != best_) {
      // Renamed first: a kill halfway through the removal leaves no folder that looks like a checkpoint.
      std::error_code ignored;
      const auto going = root_ / ("." + padded(all[i]) + ".removed");
      std::filesystem::rename(folder(all[i]), going, ignored);
      std::filesystem::remove_all(going, ignored);
    }
  }
}

nlohmann::json Checkpoints::restore(std::int64_t step, policies::Policy& policy, FusedAdamW& optimizer) {
  const auto from = folder(step);
  policy.load_weights(from);
  const at::NoGradGuard no_grad;
  const auto files = policies::WeightFiles::open_file(from / kState / "optimizer.safetensors");
  for (const auto& [name, tensor] : optimizer_tensors(policy, optimizer)) {
    files.copy_into(name, tensor);
  }
  const auto path = from / kState / "trainer.json";
  const auto json = nlohmann::json::parse(core::read_file(path), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("state")) {
    throw core::DataError(path.string() + ": not the state of a trainer");
  }
  if (const auto best = json.value("best", std::int64_t{-1}); best >= 0) {
    best_ = best;
  }
  return json["state"];
}

}  // namespace hone::rl
