// A plug-in in plain C calls that does, on command, what a plug-in should not. An answer is a command, options choose
// how it is made.
#include <limits>
#include <new>
#include <string>
#include <string_view>

#include "hone_scorer.h"

namespace {

hone_text text_of(const char* text) {
  return {text, std::string_view(text).size()};
}

void* create(const hone_host*, const char* options, size_t size, char* error, size_t error_size) {
  const std::string_view text(options, size);
  if (text.find("refuse") != text.npos) {
    for (size_t i = 0; i < error_size; ++i) {
      error[i] = 'x';  // and forgets the 0 at the end
    }
    return nullptr;
  }
  return new int(0);
}

void destroy(void* self) {
  delete static_cast<int*>(self);
}

void score_one(const hone_host* host, std::string_view answer, hone_result* result) {
  static const hone_part broken_part = {{nullptr, 8}, 1.0};
  static const hone_part nan_part = {text_of("part"), std::numeric_limits<double>::quiet_NaN()};
  static const hone_span wide_span = {0, 1000, text_of("item"), 1.0};
  static const hone_span turned_span = {2, 1, text_of("item"), 1.0};
  result->status = HONE_STATUS_OK;
  result->score = 0.5;
  if (answer == "nothing") {
    result->status = HONE_STATUS_UNSET;
  } else if (answer == "nan") {
    result->score = std::numeric_limits<double>::quiet_NaN();
  } else if (answer == "infinity") {
    result->score = std::numeric_limits<double>::infinity();
  } else if (answer == "status") {
    result->status = 77;
  } else if (answer == "null text") {
    result->detail = {nullptr, 5};
  } else if (answer == "endless text") {
    result->extracted = {"short", static_cast<size_t>(-1)};
  } else if (answer == "null parts") {
    result->part_count = 3;
  } else if (answer == "broken part") {
    result->parts = &broken_part;
    result->part_count = 1;
  } else if (answer == "nan part") {
    result->parts = &nan_part;
    result->part_count = 1;
  } else if (answer == "too many parts") {
    result->parts = &nan_part;
    result->part_count = static_cast<size_t>(-1);
  } else if (answer == "wide span") {
    result->spans = &wide_span;
    result->span_count = 1;
  } else if (answer == "turned span") {
    result->spans = &turned_span;
    result->span_count = 1;
  } else if (answer == "greedy") {
    result->score = host->allocate(host->context, size_t{65} << 20) == nullptr ? 0.25 : 1.0;
  }
}

int score(void* self, const hone_host* host, const hone_sample* const* samples, size_t count,
          hone_result* const* results) {
  ++*static_cast<int*>(self);  // a race if two threads were here
  for (size_t i = 0; i < count; ++i) {
    const std::string_view answer(samples[i]->answer.data, samples[i]->answer.size);
    if (answer == "fail") {
      const std::string_view why = "out of \x1b[31m luck";
      host->log(host->context, why.data(), why.size());
      return 9;
    }
    score_one(host, answer, results[i]);
  }
  return 0;
}

}  // namespace

extern "C" HONE_SCORER_EXPORT const hone_scorer* hone_scorer_entry(uint32_t) {
  static const hone_scorer self = {sizeof(hone_scorer), HONE_SCORER_ABI, 0, 4, "faulty", "1", create, score, destroy};
  return &self;
}
