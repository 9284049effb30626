#include "policies/lora.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "policies/json_keys.h"

namespace hone::policies {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{16} << 20;

constexpr std::array<const char*, 7> kModules{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                              "gate_proj", "up_proj", "down_proj"};
constexpr std::int64_t kMaxRank = 1 << 16;

/// "model.layers.0.self_attn.q_proj.weight" → "q_proj"; nothing for what is no projection's weight.
std::string module_of(const std::string& tensor) {
  constexpr std::string_view kWeight = ".weight";
  if (!tensor.ends_with(kWeight)) return "";
  const auto path = tensor.substr(0, tensor.size() - kWeight.size());
  const auto name = path.substr(path.rfind('.') + 1);
  return std::find(kModules.begin(), kModules.end(), name) == kModules.end() ? "" : name;
}

/// Options of PEFT that hone has only in their plain form.
void check_options(const JsonKeys& keys) {
  keys.only("peft_type", "LORA");
  keys.only("bias", "none");
  for (const char* key : {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"}) keys.only(key, false);
  for (const char* key : {"rank_pattern", "alpha_pattern", "modules_to_save", "layers_to_transform", "layers_pattern",
                          "exclude_modules", "target_parameters", "trainable_token_indices", "layer_replication"}) {
    const auto* found = keys.find(key);
    if (found != nullptr && !found->empty()) keys.refuse(key, *found, "nothing: it is not supported");
  }
}

std::vector<std::string> read_targets(const JsonKeys& keys) {
  std::vector<std::string> modules;
  const auto* found = keys.find("target_modules");
  if (found != nullptr && *found == "all-linear") return modules;
  if (found == nullptr || !found->is_array()) {
    keys.refuse("target_modules", found == nullptr ? nlohmann::json() : *found, "a list of modules, or \"all-linear\"");
  }
  for (const auto& module : *found) {
    if (!module.is_string()) keys.refuse("target_modules", module, "names of modules");
    modules.push_back(module.get<std::string>());
  }
  std::sort(modules.begin(), modules.end());
  return modules;
}

}  // namespace

double LoraConfig::scale() const {
  const auto r = static_cast<double>(std::max<std::int64_t>(1, rank));
  return alpha / (use_rslora ? std::sqrt(r) : r);
}

std::vector<LoraTarget> lora_targets(const DecoderConfig& decoder, const LoraConfig& lora) {
  const auto& wanted = lora.target_modules;
  for (const auto& name : wanted) {
    if (std::find(kModules.begin(), kModules.end(), name) == kModules.end()) {
      throw core::ConfigError("LoRA: target_modules holds \"" + name +
                              "\", needs some of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj");
    }
  }
  std::vector<LoraTarget> targets;
  for (const auto& parameter : decoder_parameters(decoder)) {
    std::int64_t row = 0;
    for (const auto& part : parameter.parts) {
      const auto module = module_of(part.name);
      if (!module.empty() && (wanted.empty() || std::find(wanted.begin(), wanted.end(), module) != wanted.end())) {
        const auto path = part.name.substr(0, part.name.rfind('.'));
        targets.push_back({parameter.name, "base_model.model." + path, row, part.rows, parameter.shape.at(1)});
      }
      row += part.rows;
    }
  }
  return targets;
}

std::vector<Parameter> lora_parameters(const std::vector<LoraTarget>& targets, std::int64_t rank) {
  std::vector<Parameter> all;
  for (const auto& target : targets) {
    const auto a = target.module + ".lora_A.weight";
    const auto b = target.module + ".lora_B.weight";
    all.push_back({a, {{a, rank}}, {rank, target.columns}});
    all.push_back({b, {{b, target.rows}}, {target.rows, rank}});
  }
  return all;
}

LoraConfig load_lora_config(const std::filesystem::path& folder) {
  const auto path = folder / "adapter_config.json";
  const auto json =
      nlohmann::json::parse(core::read_bounded_file(path, kMaxFileBytes), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw core::DataError(path.string() + ": is not JSON");
  const JsonKeys keys(json, path.string());
  check_options(keys);
  LoraConfig lora;
  lora.rank = keys.integer("r", 1, kMaxRank);
  lora.alpha = keys.positive("lora_alpha", 8.0);
  lora.use_rslora = keys.boolean("use_rslora", false);
  lora.target_modules = read_targets(keys);
  return lora;
}

void save_lora_config(const std::filesystem::path& folder, const LoraConfig& lora, const std::string& base) {
  auto modules = lora.target_modules;
  if (modules.empty()) modules.assign(kModules.begin(), kModules.end());
  std::sort(modules.begin(), modules.end());
  const nlohmann::ordered_json json = {{"peft_type", "LORA"},
                                       {"task_type", "CAUSAL_LM"},
                                       {"base_model_name_or_path", base},
                                       {"r", lora.rank},
                                       {"lora_alpha", lora.alpha},
                                       {"lora_dropout", 0.0},
                                       {"target_modules", modules},
                                       {"use_rslora", lora.use_rslora},
                                       {"bias", "none"},
                                       {"fan_in_fan_out", false},
                                       {"inference_mode", true}};
  core::atomic_write_file(folder / "adapter_config.json", json.dump(2) + "\n");
}

}  // namespace hone::policies
