#include "policies/tokenizers/sentencepiece_tokenizer.h"
#include "tests/fuzz/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  fuzz::read_or_refuse([&] {
    const auto tokenizer =
        policies::SentencePieceTokenizer::from_bytes(std::string(fuzz::text_of(data, size)), fuzz::kSource);
    for (const std::string_view text : {"3 + 4 = 7\n", "na\xC3\xAFve \xE2\x96\x81 \xFF", ""}) {
      (void)tokenizer->decode(tokenizer->encode(text));
    }
  });
  return 0;
}
