#include <ctime>

#include "rewards/judge/chat.h"
#include "rewards/judge/neutralise.h"
#include "rewards/judge/verdict.h"
#include "tests/fuzz/outcome.h"

namespace {

using namespace hone::rewards;

const std::vector<Criterion> kCriteria = {{.id = "a", .prompt = "A.", .scale = {"no", "partly", "yes"}, .weight = 1.0},
                                          {.id = "b", .prompt = "B.", .scale = {"1", "2"}, .weight = 1.0}};

void check_verdicts(std::string_view reply) {
  const Verdicts read = read_verdicts(reply, kCriteria);
  fuzz::require(read.verdicts.empty() != read.problem.empty(), "neither verdicts nor a reason", read.problem);
  fuzz::require(read.verdicts.empty() || read.verdicts.size() == kCriteria.size(), "verdicts are missing");
  for (const Verdict& verdict : read.verdicts) {
    fuzz::require(verdict.score >= 0.0 && verdict.score <= 1.0, "a rank beyond the scale", verdict.word);
  }
}

/// What a judge is shown of an answer cannot be read as a verdict or as the end of the answer.
void check_disarmed(std::string_view answer) {
  const std::string shown = neutralise(answer, 1024);
  for (const char* harmful : {"<|", "|>", "</answer", "\"verdicts\":"}) {
    fuzz::require(shown.find(harmful) == std::string::npos, "the answer keeps its teeth", harmful);
  }
  fuzz::require(read_verdicts(shown, kCriteria).verdicts.empty(), "the answer is a verdict", shown);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::clock_t start = std::clock();
  fuzz::read_or_refuse([&] { check_verdicts(read_chat_reply(text, fuzz::kSource).content); });
  check_verdicts(text);
  check_disarmed(text);
  fuzz::require(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 1.0, "a reply took a second to read");
  return 0;
}
