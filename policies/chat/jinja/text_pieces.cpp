// Text to pieces and to another case.
#include <algorithm>

#include "policies/chat/jinja/text.h"

namespace hone::policies::jinja {
namespace {

std::vector<MarkedText> split_at_white(const MarkedText& marked, std::ptrdiff_t limit) {
  const std::string_view text = marked.text;
  std::vector<MarkedText> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    if (const auto white = white_size(text, at)) {
      at += white;
      continue;
    }
    if (limit-- == 0) {
      pieces.push_back(stripped(slice(marked, at, text.size()), Side::kRight, {}));
      break;
    }
    const auto begin = at;
    while (at < text.size() && white_size(text, at) == 0) at += character_size(text, at);
    pieces.push_back(slice(marked, begin, at));
  }
  return pieces;
}

// How many bytes a line's end takes at `at`; 0 where the line goes on.
std::size_t line_end_size(std::string_view text, std::size_t at) {
  const char byte = text[at];
  if (byte == '\r') return text.substr(at, 2) == "\r\n" ? 2 : 1;
  if ((byte >= '\n' && byte <= '\f') || (byte >= '\x1c' && byte <= '\x1e')) return 1;
  if (text.substr(at, 2) == "\u0085") return 2;
  return text.substr(at, 3) == "\u2028" || text.substr(at, 3) == "\u2029" ? 3 : 0;
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::vector<MarkedText> split(const MarkedText& text, std::optional<std::string_view> separator, std::ptrdiff_t limit) {
  if (!separator) return split_at_white(text, limit);
  if (separator->empty()) throw Failure("empty separator");
  std::vector<MarkedText> pieces;
  std::size_t at = 0;
  for (; limit != 0; --limit) {
    const auto found = text.text.find(*separator, at);
    if (found == std::string::npos) break;
    pieces.push_back(slice(text, at, found));
    at = found + separator->size();
  }
  pieces.push_back(slice(text, at, text.text.size()));
  return pieces;
}

std::vector<MarkedText> split_from_right(const MarkedText& text, std::string_view separator, std::ptrdiff_t limit) {
  if (separator.empty()) throw Failure("empty separator");
  std::vector<MarkedText> pieces;
  auto end = text.text.size();
  for (; limit != 0 && end >= separator.size(); --limit) {
    const auto found = text.text.rfind(separator, end - separator.size());
    if (found == std::string::npos) break;
    pieces.push_back(slice(text, found + separator.size(), end));
    end = found;
  }
  pieces.push_back(slice(text, 0, end));
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

std::vector<MarkedText> lines_of(const MarkedText& marked) {
  const std::string_view text = marked.text;
  std::vector<MarkedText> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const auto size = line_end_size(text, at)) {
      lines.push_back(slice(marked, begin, at));
      at += size;
      begin = at;
    } else {
      ++at;
    }
  }
  if (begin < text.size()) lines.push_back(slice(marked, begin, text.size()));
  return lines;
}

MarkedText with_case(const MarkedText& text, Case wanted) {
  auto changed = text.text;
  bool begins_word = true;
  for (auto& c : changed) {
    if (static_cast<unsigned char>(c) >= 0x80) throw Failure("upper and lower case are for ASCII only");
    const bool up = wanted == Case::kUpper || (wanted != Case::kLower && begins_word);
    c = up ? to_upper(c) : to_lower(c);
    begins_word = wanted == Case::kTitle && std::string_view("- \t\n\r\f\v({[<").find(c) != std::string_view::npos;
  }
  return marked_like(std::move(changed), text);
}

}  // namespace hone::policies::jinja
