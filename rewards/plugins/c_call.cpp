#include "rewards/plugins/c_call.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <limits>
#include <new>

#include "rewards/plugins/json_text.h"
#include "rewards/plugins/protocol.h"
#include "rewards/readable.h"

namespace hone::rewards::plugins {
namespace {

constexpr std::size_t kMostBytes = 64 << 20;
constexpr std::size_t kMostItems = 4096;
constexpr double kMostMagnitude = 1e9;

/// The texts of a sample that are not hone's own already.
struct Texts {
  std::string prompt;
  std::string messages;
  std::string metadata;
};

hone_text view(std::string_view text) {
  return {text.data(), text.size()};
}

Texts make_texts(const datasets::Question& question) {
  Texts texts;
  texts.prompt = prompt_text(question);
  append_messages(texts.messages, question);
  texts.metadata = question.reference.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return texts;
}

hone_sample make_sample(const Asked& asked, const Texts& texts) {
  const Answer& answer = asked.answer;
  return {.struct_size = sizeof(hone_sample),
          .truncated = answer.truncated ? 1U : 0U,
          .tokens = answer.tokens,
          .uid = view(answer.uid),
          .group = view(answer.group),
          .prompt = view(texts.prompt),
          .messages_json = view(texts.messages),
          .answer = view(answer.text),
          .reference = view(asked.question->gold),
          .metadata_json = view(texts.metadata)};
}

/// With nothing that could be taken for a score.
hone_result empty_result() {
  hone_result result{};
  result.struct_size = sizeof(hone_result);
  result.status = HONE_STATUS_UNSET;
  result.score = std::numeric_limits<double>::quiet_NaN();
  return result;
}

/// Why a result is none; caught within this file.
struct Complaint {
  std::string text;
};

double read_number(double value, const char* name) {
  if (!(std::abs(value) <= kMostMagnitude)) {
    throw Complaint{std::string("the plug-in's ") + name + " needs a finite number, at most 1e9 in size"};
  }
  return value;
}

std::string read_text(const hone_text& text, const char* name) {
  if ((text.data == nullptr && text.size > 0) || text.size > kMostBytes) {
    throw Complaint{std::string("the plug-in's ") + name + " is no text"};
  }
  return text.size == 0 ? "" : readable({text.data, text.size});
}

template <class Item>
std::span<const Item> read_list(const Item* items, std::size_t count, const char* name) {
  if ((items == nullptr && count > 0) || count > kMostItems) {
    throw Complaint{std::string("the plug-in's ") + name + " need a list of at most 4096"};
  }
  return {items, count};
}

Status read_status(std::uint32_t status) {
  switch (status) {
    case HONE_STATUS_OK:
      return Status::kOk;
    case HONE_STATUS_WRONG_FORMAT:
      return Status::kWrongFormat;
    case HONE_STATUS_UNSCORABLE:
      return Status::kUnscorable;
    case HONE_STATUS_ERROR:
      return Status::kError;
    case HONE_STATUS_UNSET:
      throw Complaint{"the plug-in left the answer without a result"};
    default:
      throw Complaint{"the plug-in's status is " + std::to_string(status) + ", needs 1 to 4"};
  }
}

Score read_c_result(const hone_result& result, std::string_view answer) {
  Score score;
  score.status = read_status(result.status);
  score.detail = read_text(result.detail, "detail");
  if (!teaches(score.status)) {
    score.detail = score.detail.empty() ? "the scorer gave no reason" : score.detail;
    return score;
  }
  score.score = read_number(result.score, "score");
  score.extracted = read_text(result.extracted, "extracted");
  for (const hone_part& part : read_list(result.parts, result.part_count, "parts")) {
    score.parts.emplace_back(read_text(part.name, "part's name"), read_number(part.value, "part"));
  }
  for (const hone_span& span : read_list(result.spans, result.span_count, "spans")) {
    if (span.begin > span.end || span.end > answer.size()) {
      throw Complaint{"the plug-in's span lies outside of the answer"};
    }
    score.spans.push_back({static_cast<std::size_t>(span.begin), static_cast<std::size_t>(span.end),
                           read_text(span.item, "span's item"), read_number(span.points, "span's points")});
  }
  return score;
}

Score read_safely(const hone_result& result, std::string_view answer) {
  try {
    return read_c_result(result, answer);
  } catch (const Complaint& complaint) {
    return failure(Status::kError, complaint.text);
  }
}

template <class Item>
std::vector<Item*> pointers(std::vector<Item>& items) {
  std::vector<Item*> result;
  std::transform(items.begin(), items.end(), std::back_inserter(result), [](Item& item) { return &item; });
  return result;
}

}  // namespace

CallHost::CallHost(std::chrono::steady_clock::time_point deadline)
    : host_{.struct_size = sizeof(hone_host),
            .abi = HONE_SCORER_ABI,
            .context = this,
            .allocate = allocate,
            .log = log,
            .cancelled = cancelled},
      deadline_(deadline) {}

void* CallHost::allocate(void* context, std::size_t size) {
  auto& self = *static_cast<CallHost*>(context);
  try {
    if (size > kMostBytes - self.taken_bytes_) {
      return nullptr;
    }
    self.memory_.push_back(std::make_unique<std::byte[]>(std::max<std::size_t>(size, 1)));
    self.taken_bytes_ += size;
    return self.memory_.back().get();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void CallHost::log(void* context, const char* text, std::size_t size) {
  try {
    static_cast<CallHost*>(context)->last_line_ = text == nullptr ? "" : readable({text, size});
  } catch (const std::bad_alloc&) {
    return;  // a line less
  }
}

int CallHost::cancelled(void* context) {
  return std::chrono::steady_clock::now() >= static_cast<const CallHost*>(context)->deadline_ ? 1 : 0;
}

std::vector<Score> call_plugin(const hone_scorer& plugin, void* self, std::span<const Asked> asked) {
  std::vector<Texts> texts;
  std::vector<hone_sample> samples;
  texts.reserve(asked.size());  // the samples point into it
  auto deadline = std::chrono::steady_clock::time_point::max();
  for (const Asked& one : asked) {
    samples.push_back(make_sample(one, texts.emplace_back(make_texts(*one.question))));
    deadline = std::min(deadline, one.answer.deadline);
  }
  std::vector<hone_result> results(asked.size(), empty_result());
  const auto sample_pointers = pointers(samples);
  const auto result_pointers = pointers(results);
  CallHost host(deadline);
  if (const int code = plugin.score(self, host.get(), sample_pointers.data(), asked.size(), result_pointers.data())) {
    const std::string why = host.last_line().empty() ? "" : ": " + host.last_line();
    return std::vector<Score>(asked.size(),
                              failure(Status::kError, "the plug-in failed with " + std::to_string(code) + why));
  }
  std::vector<Score> scores;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    scores.push_back(read_safely(results[i], asked[i].answer.text));
  }
  return scores;
}

}  // namespace hone::rewards::plugins
