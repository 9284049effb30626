/// A scorer in a shared library, in C++17: derive hone::plugin::Scorer and write HONE_SCORER(…) once.
/// Specification: docs/plugins.md. Licensed under the Apache License 2.0, as hone is.
#ifndef HONE_SCORER_HPP
#define HONE_SCORER_HPP

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if __has_include("hone_scorer.h")
#include "hone_scorer.h"
#else
#include "rewards/plugins/hone_scorer.h"
#endif

namespace hone::plugin {

enum class Status { kOk = 1, kWrongFormat = 2, kUnscorable = 3, kError = 4 };

/// Views of hone's memory: valid until score() returns.
struct Sample {
  std::string_view uid;
  std::string_view group;
  std::string_view prompt;
  std::string_view messages_json;
  std::string_view answer;
  std::string_view reference;
  std::string_view metadata_json;
  bool truncated = false;
  std::int64_t tokens = 0;
};

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string item;
  double points = 0.0;
};

struct Result {
  double score = 0.0;
  Status status = Status::kOk;
  std::vector<std::pair<std::string, double>> parts;
  std::string extracted;
  std::string detail;
  std::vector<Span> spans;
};

/// Implement one of the two. What is thrown becomes an error with its message: of one sample out of score(), of the
/// whole call out of score_batch().
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual Result score(const Sample& /*sample*/) { return {0.0, Status::kError, {}, {}, "score() is not written", {}}; }
  virtual std::vector<Result> score_batch(const std::vector<Sample>& samples) {
    std::vector<Result> results;
    for (const Sample& sample : samples) {
      results.push_back(score_safely(sample));
    }
    return results;
  }

 private:
  Result score_safely(const Sample& sample) {
    try {
      return score(sample);
    } catch (const std::exception& error) {
      return {0.0, Status::kError, {}, {}, error.what(), {}};
    } catch (...) {
      return {0.0, Status::kError, {}, {}, "the scorer threw something that is no std::exception", {}};
    }
  }
};

namespace detail {

inline std::string_view view(const hone_text& text) {
  return {text.data, text.size};
}

inline Sample read(const hone_sample& sample) {
  return {view(sample.uid),           view(sample.group),    view(sample.prompt),
          view(sample.messages_json), view(sample.answer),   view(sample.reference),
          view(sample.metadata_json), sample.truncated != 0, sample.tokens};
}

template <class Item>
Item* allocate(const hone_host& host, std::size_t count) {
  void* memory = host.allocate(host.context, count * sizeof(Item));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return static_cast<Item*>(memory);
}

inline hone_text copy(const hone_host& host, const std::string& text) {
  if (text.empty()) {
    return {nullptr, 0};
  }
  char* memory = allocate<char>(host, text.size());
  std::memcpy(memory, text.data(), text.size());
  return {memory, text.size()};
}

inline void write(const hone_host& host, const Result& from, hone_result& to) {
  to.extracted = copy(host, from.extracted);
  to.detail = copy(host, from.detail);
  if (!from.parts.empty()) {
    auto* parts = allocate<hone_part>(host, from.parts.size());
    for (std::size_t i = 0; i < from.parts.size(); ++i) {
      parts[i] = {copy(host, from.parts[i].first), from.parts[i].second};
    }
    to.parts = parts;
    to.part_count = from.parts.size();
  }
  if (!from.spans.empty()) {
    auto* spans = allocate<hone_span>(host, from.spans.size());
    for (std::size_t i = 0; i < from.spans.size(); ++i) {
      const Span& span = from.spans[i];
      spans[i] = {span.begin, span.end, copy(host, span.item), span.points};
    }
    to.spans = spans;
    to.span_count = from.spans.size();
  }
  to.score = from.score;
  to.status = static_cast<std::uint32_t>(from.status);
}

inline void complain(const hone_host& host, const char* text) noexcept {
  host.log(host.context, text, std::strlen(text));
}

/// Runs what may throw; no exception passes.
template <class Work>
int guarded(const hone_host& host, const Work& work) noexcept {
  try {
    work();
    return 0;
  } catch (const std::exception& error) {
    complain(host, error.what());
  } catch (...) {
    complain(host, "the scorer threw something that is no std::exception");
  }
  return 1;
}

/// The C functions for a class that is made from its options' JSON text.
template <class Implementation>
struct Bridge {
  static void* create(const hone_host* /*host*/, const char* options, std::size_t size, char* error,
                      std::size_t error_size) noexcept {
    const auto refuse = [&](const char* reason) {
      const std::size_t length = std::min(std::strlen(reason), error_size - 1);
      std::memcpy(error, reason, length);
      error[length] = '\0';
      return nullptr;
    };
    try {
      return static_cast<Scorer*>(new Implementation(std::string_view(options, size)));
    } catch (const std::exception& thrown) {
      return refuse(thrown.what());
    } catch (...) {
      return refuse("its constructor threw something that is no std::exception");
    }
  }

  static int score(void* self, const hone_host* host, const hone_sample* const* samples, std::size_t count,
                   hone_result* const* results) noexcept {
    return guarded(*host, [&] {
      std::vector<Sample> batch;
      for (std::size_t i = 0; i < count; ++i) {
        batch.push_back(read(*samples[i]));
      }
      const std::vector<Result> scored = static_cast<Scorer*>(self)->score_batch(batch);
      for (std::size_t i = 0; i < count && i < scored.size(); ++i) {
        write(*host, scored[i], *results[i]);
      }
    });
  }

  static void destroy(void* self) noexcept { delete static_cast<Scorer*>(self); }
};

}  // namespace detail
}  // namespace hone::plugin

/// Exports the class, made from the text of its options' JSON: HONE_SCORER(Clauses, "clauses", "1.0",
/// HONE_SCORER_THREAD_SAFE).
#define HONE_SCORER(Implementation, name, version, flags)                                                    \
  extern "C" HONE_SCORER_EXPORT const hone_scorer* hone_scorer_entry(uint32_t host_abi) {                    \
    using Bridge = hone::plugin::detail::Bridge<Implementation>;                                             \
    static const hone_scorer self = {sizeof(hone_scorer), HONE_SCORER_ABI, flags,          0, name, version, \
                                     Bridge::create,      Bridge::score,   Bridge::destroy};                 \
    return host_abi == HONE_SCORER_ABI ? &self : nullptr;                                                    \
  }

#endif
