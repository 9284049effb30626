#include "datasets/jsonl.h"

#include <sstream>

#include "tests/fuzz/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  fuzz::read_or_refuse([&] {
    std::istringstream stream(std::string(fuzz::text_of(data, size)));
    for (const auto& question : datasets::load_questions(stream, fuzz::kSource)) {
      (void)datasets::to_json_line(question).dump();
    }
  });
  return 0;
}
