#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/error.h"

/// What a parser may do with hostile bytes. All else ends the process, which libFuzzer reports as a finding.
namespace fuzz {

/// What parsers are told that they read.
inline const std::string kSource = "hostile.input";

inline void require(bool holds, const char* what, std::string_view detail = "") {
  if (holds) return;
  std::fprintf(stderr, "FINDING: %s: %.*s\n", what, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

/// A message is a line for a terminal: it names the source, is short, and controls nothing.
inline void check_message(std::string_view message) {
  require(message.starts_with(kSource), "the message does not begin with the file", message);
  require(message.size() < 2000, "the message is long", message);
  for (const char byte : message) {
    const auto code = static_cast<unsigned char>(byte);
    require(code >= 0x20 && code != 0x7F, "the message holds a control character", message);
  }
}

/// Runs a parser, which may return or refuse.
template <class Refusal = hone::core::DataError, class Parser>
void read_or_refuse(const Parser& parser) {
  try {
    parser();
  } catch (const Refusal& refusal) {
    check_message(refusal.what());
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The part before the first byte 0, which is taken off with it. JSON and templates hold no such byte, so that one
/// input can carry a file and the texts to use it on.
inline std::string_view take_part(std::string_view& rest) {
  const auto part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

}  // namespace fuzz
