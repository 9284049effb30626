#include "rewards/boxes.h"

#include <array>
#include <cstddef>

#include "rewards/math/reading.h"

namespace hone::rewards {
namespace {

constexpr std::array<std::string_view, 2> kCommands{{"\\boxed", "\\fbox"}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum class Opening { kNone, kBox, kCutOff };

/// At a backslash: does a box open here? Then `at` is moved behind its brace.
Opening take_opening(std::string_view text, std::size_t& at) {
  for (const std::string_view command : kCommands) {
    if (!text.substr(at).starts_with(command)) {
      continue;
    }
    std::size_t next = at + command.size();
    if (next < text.size() && is_letter(text[next])) {
      continue;  // another command, \boxedminipage
    }
    while (next < text.size() && is_space(text[next])) {
      ++next;
    }
    if (next == text.size()) {
      return Opening::kCutOff;
    }
    if (text[next] == '{') {
      at = next + 1;
      return Opening::kBox;
    }
  }
  return Opening::kNone;
}

}  // namespace

Boxes find_boxes(std::string_view text) {
  struct Brace {
    std::size_t inside;
    bool is_box;
  };
  Boxes boxes;
  std::vector<Brace> open;
  std::size_t open_boxes = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\\') {
      const Opening opening = take_opening(text, at);
      if (opening == Opening::kBox) {
        open.push_back({at, true});
        ++open_boxes;
        continue;
      }
      boxes.has_unterminated = boxes.has_unterminated || opening == Opening::kCutOff;
      at += 2;  // what follows a backslash is escaped
      continue;
    }
    if (c == '{') {
      open.push_back({at + 1, false});
    } else if (c == '}' && !open.empty()) {
      const Brace brace = open.back();
      open.pop_back();
      open_boxes -= brace.is_box ? 1 : 0;
      if (brace.is_box && open_boxes == 0) {
        boxes.contents.push_back(math::trim(text.substr(brace.inside, at - brace.inside)));
      }
    }
    ++at;
  }
  boxes.has_unterminated = boxes.has_unterminated || open_boxes > 0;
  return boxes;
}

}  // namespace hone::rewards
