#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rewards/scorer.h"

/// The request and the result that every plug-in speaks: docs/plugins.md.
namespace hone::rewards::plugins {

inline constexpr std::string_view kProtocol = "hone.scorer/1";

/// What is sent of a sample: one bit a field.
using Fields = std::uint32_t;
inline constexpr Fields kAllFields = ~Fields{0};

/// How a worker introduces itself.
struct Hello {
  std::string name;
  std::size_t batch = 0;  // the most samples of a request that it likes; 0: it does not say
  Fields fields = kAllFields;
};

/// The host's first line: {"hello":1,"protocol":"hone.scorer/1","options":…}, without its line end.
[[nodiscard]] std::string hello_line(const nlohmann::json& options);
/// Throws DataError that begins with `where`.
[[nodiscard]] Hello read_hello(std::string line, const std::string& where);

/// Appends {"id":7,"samples":[…]}, one line without its end.
void append_request(std::string& line, std::uint64_t id, std::span<const Asked> asked, Fields fields);
/// The question's messages as one text.
[[nodiscard]] std::string prompt_text(const datasets::Question& question);
/// Their JSON: [{"role":…,"content":…}, …].
void append_messages(std::string& out, const datasets::Question& question);

/// One result as it was read, or kError with the reason why it is none. `uid` is checked where the result names one.
[[nodiscard]] Score read_result(const nlohmann::json& result, const Asked& asked);

enum class NeedsId { kYes, kNo };

/// Reads {"id":7,"results":[…]}, one result a sample in their order, into `scores`. Without a complaint every score is
/// filled; one of a result that is not as it must be is kError. With a complaint the reply says nothing about any
/// sample.
[[nodiscard]] std::optional<std::string> read_reply(std::string line, std::uint64_t id, NeedsId needs_id,
                                                    std::span<const Asked> asked, std::span<Score> scores);

}  // namespace hone::rewards::plugins
