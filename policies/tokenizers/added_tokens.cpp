#include "policies/tokenizers/added_tokens.h"

#include <algorithm>

#include "policies/tokenizers/bpe_vocabulary.h"
#include "policies/tokenizers/characters.h"

namespace hone::policies {
namespace {

/// Every position of a text may be compared with all of a token.
constexpr std::size_t kMaxContentBytes = 4096;

std::size_t space_begin_before(std::string_view text, std::size_t at) {
  while (at > 0) {
    const auto previous = previous_character(text, at);
    if (!is_white_space(character_at(text, previous).code)) break;
    at = previous;
  }
  return at;
}

std::size_t space_end_after(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto character = character_at(text, at);
    if (!is_white_space(character.code)) break;
    at += character.bytes;
  }
  return at;
}

}  // namespace

AddedToken read_added_token(const JsonView& json) {
  const auto content = json.at("content");
  if (content.string().size() > kMaxContentBytes) {
    content.complain("has " + std::to_string(content.string().size()) + " bytes, needs at most " +
                     std::to_string(kMaxContentBytes));
  }
  return {.content = content.string(),
          .id = static_cast<std::int32_t>(json.at("id").integer(0, kMaxTokenIds - 1)),
          .single_word = json.boolean_or("single_word", false),
          .lstrip = json.boolean_or("lstrip", false),
          .rstrip = json.boolean_or("rstrip", false),
          .normalized = json.boolean_or("normalized", true),
          .special = json.boolean_or("special", false)};
}

bool Trust::holds(TextRange range) const {
  const auto begin = range.begin + offset_;
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), begin,
                                      [](std::size_t at, const TextRange& trusted) { return at < trusted.begin; });
  return after != ranges_.begin() && range.end + offset_ <= std::prev(after)->end;
}

std::size_t Trust::next_begin(TextRange range) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), range.begin + offset_,
                                      [](std::size_t at, const TextRange& trusted) { return at < trusted.begin; });
  return after == ranges_.end() ? range.end : std::min(range.end, after->begin - offset_);
}

std::array<std::int32_t, 256> AddedTokenFinder::no_first_bytes() {
  std::array<std::int32_t, 256> none{};
  none.fill(kNone);
  return none;
}

std::int32_t AddedTokenFinder::child_of(std::int32_t node, char byte) const {
  auto child = nodes_[static_cast<std::size_t>(node)].child;
  while (child != kNone && nodes_[static_cast<std::size_t>(child)].byte != byte) {
    child = nodes_[static_cast<std::size_t>(child)].sibling;
  }
  return child;
}

void AddedTokenFinder::add(const AddedToken& token, std::string_view pattern) {
  if (pattern.empty()) return;
  std::int32_t node = 0;
  for (const char byte : pattern) {
    auto child = child_of(node, byte);
    if (child == kNone) {
      child = static_cast<std::int32_t>(nodes_.size());
      nodes_.push_back({.sibling = nodes_[static_cast<std::size_t>(node)].child, .byte = byte});
      nodes_[static_cast<std::size_t>(node)].child = child;
      if (node == 0) first_[static_cast<unsigned char>(byte)] = child;
    }
    node = child;
  }
  auto& token_there = nodes_[static_cast<std::size_t>(node)].token;
  if (token_there != kNone) return;
  token_there = static_cast<std::int32_t>(tokens_.size());
  tokens_.push_back(token);
}

std::array<AddedTokenFinder::Found, 2> AddedTokenFinder::longest_at(std::string_view text, std::size_t at,
                                                                    const Trust& trust) const {
  std::array<Found, 2> found;
  auto node = first_[static_cast<unsigned char>(text[at])];
  for (auto end = at + 1; node != kNone; ++end) {
    const auto token = nodes_[static_cast<std::size_t>(node)].token;
    if (token != kNone) {
      found[0] = {token, end};
      if (tokens_[static_cast<std::size_t>(token)].special && trust.holds({at, end})) found[1] = {token, end};
    }
    node = end < text.size() ? child_of(node, text[end]) : kNone;
  }
  return found;
}

bool AddedTokenFinder::hides_trusted(std::string_view text, TextRange range, const Trust& trust) const {
  if (trust.is_nowhere() || trust.holds(range)) return false;
  for (auto at = trust.next_begin(range); at < range.end; ++at) {
    if (longest_at(text, at, trust)[1].token != kNone) return true;
  }
  return false;
}

bool AddedTokenFinder::stands_alone(std::string_view text, TextRange range) const {
  const auto is_word_at = [&](std::size_t at) { return is_word_character(character_at(text, at).code); };
  return (range.begin == 0 || !is_word_at(previous_character(text, range.begin))) &&
         (range.end == text.size() || !is_word_at(range.end));
}

void AddedTokenFinder::take(std::string_view text, const AddedToken& token, TextRange range, std::size_t& end,
                            std::vector<TextPart>& parts) const {
  if (token.lstrip) range.begin = std::max(space_begin_before(text, range.begin), end);
  if (token.rstrip) range.end = space_end_after(text, range.end);
  if (range.begin > end) parts.push_back({{end, range.begin}});
  parts.push_back({range, token.id});
  end = range.end;
}

void AddedTokenFinder::split(std::string_view text, const Trust& trust, std::vector<TextPart>& parts) const {
  std::size_t end = 0;  // of the last token found
  for (std::size_t at = 0; at < text.size() && !is_empty();) {
    if (first_[static_cast<unsigned char>(text[at])] == kNone) {
      ++at;
      continue;
    }
    const auto [longest, trusted] = longest_at(text, at, trust);
    if (longest.token == kNone) {
      ++at;
      continue;
    }
    const bool is_plain = !tokens_[static_cast<std::size_t>(longest.token)].special;
    const auto found = is_plain ? longest : trusted;
    if (found.token == kNone) {
      // `tokenizers`, told to take control tokens for text, passes over all of it.
      at = trust.next_begin({at, longest.end});
      continue;
    }
    if (hides_trusted(text, {at, found.end}, trust)) {
      ++at;
      continue;
    }
    const auto& token = tokens_[static_cast<std::size_t>(found.token)];
    if (!token.single_word || stands_alone(text, {at, found.end})) take(text, token, {at, found.end}, end, parts);
    at = found.end;
  }
  if (end < text.size()) parts.push_back({{end, text.size()}});
}

}  // namespace hone::policies
