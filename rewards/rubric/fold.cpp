#include "rewards/rubric/fold.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hone::rewards::rubric {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

bool is_between(char32_t character, char32_t low, char32_t high) {
  return low <= character && character <= high;
}

bool is_space(char32_t c) {
  return c == 0xA0 || c == 0x1680 || is_between(c, 0x2000, 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// What a sign is written as; 0 where it stays. Sorted.
constexpr std::pair<char32_t, char> kSigns[] = {
    {0xA3, kPound},      {0xA7, kSectionSign}, {0xAB, '"'},      {0xB4, '\''},     {0xBB, '"'},
    {0x2010, '-'},       {0x2011, '-'},        {0x2012, '-'},    {0x2013, '-'},    {0x2014, kLongDash},
    {0x2015, kLongDash}, {0x2018, '\''},       {0x2019, '\''},   {0x201A, '\''},   {0x201B, '\''},
    {0x201C, '"'},       {0x201D, '"'},        {0x201E, '"'},    {0x201F, '"'},    {0x2022, ' '},
    {0x2026, kEllipsis}, {0x2032, '\''},       {0x2033, '"'},    {0x20AC, kEuro},  {0x2190, ':'},
    {0x2192, ':'},       {0x21D2, ':'},        {0x2212, '-'},    {0x25CF, ' '},    {0x2705, kTick},
    {0x2713, kTick},     {0x2714, kTick},      {0x2717, kCross}, {0x2718, kCross}, {0x274C, kCross}};

char sign(char32_t character) {
  const auto* found = std::lower_bound(std::begin(kSigns), std::end(kSigns), character,
                                       [](const auto& entry, char32_t wanted) { return entry.first < wanted; });
  return found != std::end(kSigns) && found->first == character ? found->second : '\0';
}

char32_t lower(char32_t c) {
  if (is_between(c, 0xC0, 0xDE) && c != 0xD7) return c + 0x20;
  if (is_between(c, 0x100, 0x137) || is_between(c, 0x14A, 0x177) || is_between(c, 0x460, 0x481)) return c | 1U;
  if (is_between(c, 0x139, 0x148) || is_between(c, 0x179, 0x17E)) return c + (c & 1U);
  if (is_between(c, 0x391, 0x3A9)) return c + 0x20;
  if (is_between(c, 0x410, 0x42F)) return c + 0x20;
  if (is_between(c, 0x400, 0x40F)) return c + 0x50;
  return c;
}

class Folder {
 public:
  explicit Folder(std::string_view text) : text_(text) {
    folded_.text.reserve(text.size());
    folded_.origin.reserve(text.size() + 1);
  }

  Folded run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t begin = at;
      const auto byte = static_cast<unsigned char>(text_[at]);
      if (byte < 0x80) {
        ++at;
        add_ascii(static_cast<char>(byte), begin);
      } else {
        add_wide(next_character(text_, at), begin);
      }
    }
    folded_.origin.push_back(static_cast<std::uint32_t>(text_.size()));
    return std::move(folded_);
  }

 private:
  void add(char byte, std::size_t origin) {
    folded_.text += byte;
    folded_.origin.push_back(static_cast<std::uint32_t>(origin));
  }

  void add_ascii(char byte, std::size_t origin) {
    if (byte >= 'A' && byte <= 'Z') {
      add(static_cast<char>(byte + 0x20), origin);
    } else if (byte == '\n' || (byte > ' ' && byte != 0x7F)) {
      add(byte, origin);
    } else {
      add(' ', origin);  // tabs and carriage returns are spaces, and so is a control character that parts two words
    }
  }

  void add_wide(char32_t character, std::size_t origin) {
    if (is_hidden(character)) return;
    if (is_space(character)) return add(' ', origin);
    if (character == 0x2028 || character == 0x2029 || character == 0x85) return add('\n', origin);
    if (const char known = sign(character)) return add(known, origin);
    if (is_between(character, 0xFF01, 0xFF5E)) {  // the wide forms of ASCII
      return add_ascii(static_cast<char>(character - 0xFEE0), origin);
    }
    add_utf8(lower(character), origin);
  }

  void add_utf8(char32_t c, std::size_t origin) {
    const auto tail = [&](unsigned shift) { add(static_cast<char>(0x80U | ((c >> shift) & 0x3FU)), origin); };
    if (c < 0x800) {
      add(static_cast<char>(0xC0U | (c >> 6U)), origin);
    } else if (c < 0x10000) {
      add(static_cast<char>(0xE0U | (c >> 12U)), origin);
      tail(6);
    } else {
      add(static_cast<char>(0xF0U | (c >> 18U)), origin);
      tail(12);
      tail(6);
    }
    tail(0);
  }

  std::string_view text_;
  Folded folded_;
};

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 && first < 0xF5   ? 3
                   : first >= 0xE0 && first < 0xF0 ? 2
                   : first >= 0xC2 && first < 0xE0 ? 1
                                                   : 0;
  if (more == 0 || at + static_cast<std::size_t>(more) > text.size()) return kReplacement;
  char32_t character = first & (0x3FU >> static_cast<unsigned>(more));
  for (int i = 0; i < more; ++i) {
    if (!is_continuation(text[at + static_cast<std::size_t>(i)])) return kReplacement;
    character = (character << 6U) | (static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]) & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (character < kSmallest[more] || character > 0x10FFFF || is_between(character, 0xD800, 0xDFFF)) return kReplacement;
  at += static_cast<std::size_t>(more);
  return character;
}

Folded fold(std::string_view text) {
  return Folder(text).run();
}

bool is_hidden(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || is_between(c, 0x7F, 0x84) || is_between(c, 0x86, 0x9F) ||
         c == 0xAD || c == 0x61C || c == 0x180E || is_between(c, 0x200B, 0x200F) || is_between(c, 0x202A, 0x202E) ||
         is_between(c, 0x2060, 0x206F) || c == 0xFEFF || is_between(c, 0xE0000, 0xE007F);
}

}  // namespace hone::rewards::rubric
