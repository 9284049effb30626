#include "policies/tokenizers/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

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

/// How many bytes at the start are ASCII, looked at eight at a time.
std::size_t ascii_length(std::string_view bytes) {
  std::size_t length = 0;
  std::uint64_t word = 0;
  for (; length + sizeof word <= bytes.size(); length += sizeof word) {
    std::memcpy(&word, bytes.data() + length, sizeof word);
    if ((word & 0x8080808080808080) != 0) break;
  }
  while (length < bytes.size() && static_cast<unsigned char>(bytes[length]) < 0x80) ++length;
  return length;
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
  std::vector<TextRange> no_ranges;
  return valid_utf8(bytes, no_ranges);
}

std::string valid_utf8(std::string_view bytes, std::vector<TextRange>& ranges) {
  std::string text;
  text.reserve(bytes.size());
  auto begins = ranges.begin();  // ranges before these have their new begin, or end
  auto ends = ranges.begin();
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = ascii_length(bytes.substr(at));
    const auto sequence = length > 0 ? Sequence{Sequence::Kind::kWhole, length} : first_sequence(bytes.substr(at));
    const bool is_whole = sequence.kind == Sequence::Kind::kWhole;
    const auto next = at + sequence.length;
    const auto old_size = text.size();
    text += is_whole ? bytes.substr(at, sequence.length) : kReplacement;
    // Offsets into what is copied move with it; a begin inside what is replaced goes behind it, an end before it.
    for (; begins != ranges.end() && begins->begin < next; ++begins) {
      begins->begin = is_whole || begins->begin == at ? old_size + (begins->begin - at) : text.size();
    }
    for (; ends != begins && ends->end <= next; ++ends) {
      ends->end = ends->end == next ? text.size() : is_whole ? old_size + (ends->end - at) : old_size;
      ends->begin = std::min(ends->begin, ends->end);
    }
    at = next;
  }
  return text;
}

bool is_valid_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(ascii_length(bytes));
    if (bytes.empty()) break;
    const auto sequence = first_sequence(bytes);
    if (sequence.kind != Sequence::Kind::kWhole) return false;
    bytes.remove_prefix(sequence.length);
  }
  return true;
}

}  // namespace hone::policies
