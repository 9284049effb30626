#include "policies/chat/chat_template.h"

#include <string>
#include <vector>

#include "tests/fuzz/outcome.h"

/// A chat template and, each behind a byte 0, what is said in turn by system, user and assistant.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  auto rest = fuzz::text_of(data, size);
  const std::string text(fuzz::take_part(rest));
  std::vector<policies::ChatMessage> messages;
  for (const char* role : {"system", "user", "assistant"}) {
    messages.push_back({.role = role, .content = std::string(fuzz::take_part(rest))});
  }
  fuzz::read_or_refuse<core::UserError>([&] {
    const auto chat_template = policies::ChatTemplate::parse(text, fuzz::kSource);
    const auto rendered = chat_template.render(messages, {});
    std::size_t reached = 0;
    for (const auto& range : rendered.trusted) {
      const bool is_good = range.begin >= reached && range.begin < range.end && range.end <= rendered.text.size();
      fuzz::require(is_good, "trusted stretches out of order or out of the text", rendered.text);
      reached = range.end;
    }
  });
  return 0;
}
