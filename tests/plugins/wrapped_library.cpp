// A plug-in by the C++ wrapper: scores the share of the reference's letters that the answer holds, and throws on
// command.
#include <stdexcept>

#include "hone_scorer.hpp"

namespace {

using hone::plugin::Result;
using hone::plugin::Sample;
using hone::plugin::Status;

class Wrapped final : public hone::plugin::Scorer {
 public:
  explicit Wrapped(std::string_view options) {
    if (options.find("throw") != options.npos) {
      throw std::runtime_error("a word list is missing");
    }
  }
  Result score(const Sample& sample) override {
    if (sample.answer == "throw") {
      throw std::runtime_error("no idea");
    }
    if (sample.answer == "throw an int") {
      throw 1;
    }
    Result result;
    result.score = sample.answer == sample.reference ? 1.0 : 0.0;
    result.status = sample.truncated ? Status::kWrongFormat : Status::kOk;
    result.parts = {{"tokens", static_cast<double>(sample.tokens)},
                    {"length", static_cast<double>(sample.answer.size())}};
    result.extracted = std::string(sample.prompt) + "|" + std::string(sample.messages_json);
    result.detail = std::string(sample.metadata_json) + "|" + std::string(sample.uid) + "|" + std::string(sample.group);
    result.spans = {{0, sample.answer.size(), "all", result.score}};
    return result;
  }
};

}  // namespace

HONE_SCORER(Wrapped, "wrapped", "1.0", HONE_SCORER_THREAD_SAFE | HONE_SCORER_JUDGES_REASONING)
