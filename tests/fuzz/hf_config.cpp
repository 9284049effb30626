#include "policies/hf_config.h"

#include <nlohmann/json.hpp>

#include "tests/fuzz/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  // A file that is no JSON is load_decoder_config's to refuse.
  const auto json = nlohmann::json::parse(fuzz::text_of(data, size), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return 0;
  fuzz::read_or_refuse([&] {
    auto config = policies::parse_decoder_config(json, fuzz::kSource);
    policies::add_generation_config(config, json, fuzz::kSource);
    // What is written is a Llama of the same sizes, whatever the family was that came in.
    const auto made = policies::parse_decoder_config(policies::to_hf_json(config, "float32"), fuzz::kSource);
    fuzz::require(policies::parse_decoder_config(policies::to_hf_json(made, "float32"), fuzz::kSource) == made,
                  "a config that does not come back as it was saved");
  });
  return 0;
}
