#include "policies/chat/jinja/text.h"

#include <algorithm>
#include <array>

namespace hone::policies::jinja {
namespace {

void mark(MarkedText& text, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  if (!text.trusted.empty() && text.trusted.back().end == begin) {
    text.trusted.back().end = end;
  } else {
    text.trusted.push_back({begin, end});
  }
}

void check_room(std::size_t have, std::size_t more) {
  if (more > kMaxTextBytes - std::min(have, kMaxTextBytes)) {
    throw Failure("a text passes " + std::to_string(kMaxTextBytes >> 20) + " MiB");
  }
}

bool is_tail(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

}  // namespace

MarkedText trusted_text(std::string_view text) {
  MarkedText result{std::string(text), {}};
  mark(result, 0, text.size());
  return result;
}

MarkedText untrusted_text(std::string_view text) {
  return {std::string(text), {}};
}

MarkedText marked_like(std::string from, const MarkedText& like) {
  return {std::move(from), like.trusted};
}

void append(MarkedText& to, const MarkedText& from) {
  check_room(to.text.size(), from.text.size());
  const auto offset = to.text.size();
  to.text += from.text;
  for (const auto& range : from.trusted) mark(to, offset + range.begin, offset + range.end);
}

void append_trusted(MarkedText& to, std::string_view from) {
  check_room(to.text.size(), from.size());
  const auto offset = to.text.size();
  to.text += from;
  mark(to, offset, to.text.size());
}

MarkedText slice(const MarkedText& text, std::size_t begin, std::size_t end) {
  end = std::min(end, text.text.size());
  if (begin >= end) return {};
  MarkedText result{text.text.substr(begin, end - begin), {}};
  auto range = std::partition_point(text.trusted.begin(), text.trusted.end(),
                                    [&](const TextRange& one) { return one.end <= begin; });
  for (; range != text.trusted.end() && range->begin < end; ++range) {
    mark(result, std::max(range->begin, begin) - begin, std::min(range->end, end) - begin);
  }
  return result;
}

std::size_t character_size(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t size = byte < 0xC2 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 1;
  if (at + size > text.size()) return 1;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_tail(static_cast<unsigned char>(text[at + i]))) return 1;
  }
  return size;
}

std::vector<std::size_t> character_starts(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); at += character_size(text, at)) starts.push_back(at);
  starts.push_back(text.size());
  return starts;
}

std::size_t white_size(std::string_view text, std::size_t at) {
  static constexpr std::array<std::string_view, 19> kWide = {
      "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
      "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return (byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 32) ? 1 : 0;
  for (const auto wide : kWide) {
    if (text.substr(at, wide.size()) == wide) return wide.size();
  }
  return 0;
}

MarkedText stripped(const MarkedText& marked, Side side, std::optional<std::string_view> characters) {
  const std::string_view text = marked.text;
  const auto goes = [&](std::size_t at, std::size_t size) {
    if (!characters) return white_size(text, at) == size;
    for (std::size_t i = 0; i < characters->size(); i += character_size(*characters, i)) {
      if (characters->substr(i, character_size(*characters, i)) == text.substr(at, size)) return true;
    }
    return false;
  };
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (side != Side::kRight && begin < end) {
    const auto size = character_size(text, begin);
    if (!goes(begin, size)) break;
    begin += size;
  }
  while (side != Side::kLeft && begin < end) {
    auto last = end - 1;
    while (last > begin && end - last < 4 && is_tail(static_cast<unsigned char>(text[last]))) --last;
    if (last + character_size(text, last) != end) last = end - 1;
    if (!goes(last, end - last)) break;
    end = last;
  }
  return slice(marked, begin, end);
}

MarkedText replaced(const MarkedText& text, std::string_view from, const MarkedText& to, std::ptrdiff_t limit) {
  MarkedText result;
  if (from.empty()) {  // between all characters, before the first and behind the last
    const auto starts = character_starts(text.text);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if (limit < 0 || static_cast<std::ptrdiff_t>(i) < limit) append(result, to);
      if (i + 1 < starts.size()) append(result, slice(text, starts[i], starts[i + 1]));
    }
    return result;
  }
  std::size_t at = 0;
  for (; limit != 0; --limit) {
    const auto found = text.text.find(from, at);
    if (found == std::string::npos) break;
    append(result, slice(text, at, found));
    append(result, to);
    at = found + from.size();
  }
  append(result, slice(text, at, text.text.size()));
  return result;
}

}  // namespace hone::policies::jinja
