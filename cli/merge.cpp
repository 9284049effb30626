#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/policy_options.h"
#include "core/error.h"
#include "cost/pretraining_card.h"

namespace hone::cli {
namespace {

struct MergeOptions {
  std::string policy;
  std::string adapter;
  std::string out;
  std::string dtype = "bfloat16";
};

void merge(const MergeOptions& options) {
  if (std::filesystem::exists(std::filesystem::path(options.out) / "config.json")) {
    throw core::ConfigError("--out " + options.out + " holds a policy already, needs another folder");
  }
  auto policy =
      policies::Policy::load(options.policy, policies::ComputeType::kFloat32, policies::Use::kInference, at::kCPU);
  policy.load_adapters(options.adapter, policies::Use::kInference);
  policy.merge_adapters();
  if (const auto card = cost::load_pretraining_card(options.policy)) cost::save_pretraining_card(options.out, *card);
  policy.save_as(options.out, *core::enum_from_name<policies::ComputeType>(options.dtype));
  std::cerr << "merged into " << options.out << std::endl;
}

}  // namespace

void add_merge_command(CLI::App& app) {
  auto options = std::make_shared<MergeOptions>();
  auto* command = app.add_subcommand("merge", "Adapters into the weights that they were trained over");
  add_policy_folder(*command, options->policy);
  command->add_option("--adapter", options->adapter, "The adapters, a PEFT folder")->required()->type_name("DIR");
  command->add_option("--out", options->out, "Where the merged policy goes, a Hugging Face folder")
      ->required()
      ->type_name("DIR");
  command->add_option("--dtype", options->dtype, "What the merged weights are stored in; the sum is made in float32")
      ->check(CLI::IsMember(core::enum_names<policies::ComputeType>()))
      ->capture_default_str();
  command->callback([options] { merge(*options); });
}

}  // namespace hone::cli
