#include <string>
#include <vector>

#include "policies/tokenizers/bpe_tokenizer.h"
#include "policies/tokenizers/utf8.h"
#include "tests/fuzz/outcome.h"

/// A tokenizer.json and, each behind a byte 0, texts. Without any, the file's own end is a text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  auto rest = fuzz::text_of(data, size);
  const auto json = fuzz::take_part(rest);
  std::vector<std::string_view> texts = {json.substr(json.size() - std::min<std::size_t>(json.size(), 64))};
  while (!rest.empty() && texts.size() < 4) texts.push_back(fuzz::take_part(rest));

  fuzz::read_or_refuse([&] {
    const auto tokenizer = policies::BpeTokenizer::from_json(std::string(json), fuzz::kSource);
    for (const auto text : texts) {
      const auto ids = tokenizer->encode(text);
      for (const auto id : ids) {
        fuzz::require(id >= 0 && id < tokenizer->vocab_size(), "an id outside the vocabulary", text);
        (void)tokenizer->token_text(id);
      }
      const auto decoded = tokenizer->decode(ids);
      fuzz::require(policies::valid_utf8(decoded) == decoded, "decoded text that is not UTF-8", decoded);
    }
  });
  return 0;
}
