#include "policies/tokenizers/utf8.h"

#include <algorithm>

namespace hone::policies {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// What stands at the start of `bytes`: `length` bytes that are a character, could become one, or are malformed.
struct Sequence {
  enum class Kind { kWhole, kUnfinished, kMalformed } kind;
  std::size_t length;
};

/// Unicode 15, table 3-7: the well-formed sequences; the second byte's range depends on the first.
Sequence first_sequence(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned first = at(0);
  if (first < 0x80) return {Sequence::Kind::kWhole, 1};
  if (first < 0xC2 || first > 0xF4) return {Sequence::Kind::kMalformed, 1};
  const std::size_t needed = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < needed; ++i) {
    if (i == bytes.size()) return {Sequence::Kind::kUnfinished, i};
    if (at(i) < low || at(i) > high) return {Sequence::Kind::kMalformed, i};
    low = 0x80;
    high = 0xBF;
  }
  return {Sequence::Kind::kWhole, needed};
}

}  // namespace

std::size_t unfinished_tail(std::string_view bytes) {
  for (std::size_t length = std::min<std::size_t>(3, bytes.size()); length > 0; --length) {
    const auto tail = bytes.substr(bytes.size() - length);
    const auto sequence = first_sequence(tail);
    if (sequence.kind == Sequence::Kind::kUnfinished && sequence.length == length) return length;
  }
  return 0;
}

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto sequence = first_sequence(bytes);
    text += sequence.kind == Sequence::Kind::kWhole ? bytes.substr(0, sequence.length) : kReplacement;
    bytes.remove_prefix(sequence.length);
  }
  return text;
}

}  // namespace hone::policies
