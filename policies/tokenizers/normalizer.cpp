#include "policies/tokenizers/normalizer.h"

#include <memory>
#include <stdexcept>

#include "core/error.h"
#include "policies/tokenizers/characters.h"
#include "policies/tokenizers/oniguruma.h"
#include "policies/tokenizers/unicode_normalization.h"

namespace hone::policies {
namespace {

constexpr std::size_t kMaxContentBytes = 256;
/// NFKC makes 33 bytes of three (U+FDFA).
constexpr std::size_t kMostGrowth = 64;

bool prepend(std::string_view text, const std::string& prefix, Normalizer::Workspace& workspace) {
  if (text.empty() || prefix.empty()) return false;
  workspace.next.assign(prefix).append(text);
  return true;
}

bool replace_string(std::string_view text, const std::string& old, const std::string& content,
                    Normalizer::Workspace& workspace) {
  auto found = text.find(old);
  if (found == std::string_view::npos) return false;
  auto& next = workspace.next;
  next.clear();
  std::size_t begin = 0;
  for (; found != std::string_view::npos; found = text.find(old, begin)) {
    next.append(text, begin, found - begin).append(content);
    begin = found + old.size();
  }
  next.append(text, begin);
  return true;
}

bool replace_matches(std::string_view text, const Regex& pattern, const std::string& content,
                     Normalizer::Workspace& workspace) {
  workspace.matches.clear();
  pattern.find_all(text, workspace.matcher, workspace.matches);
  if (workspace.matches.empty()) return false;
  auto& next = workspace.next;
  next.clear();
  std::size_t begin = 0;
  for (const auto& match : workspace.matches) {
    next.append(text, begin, match.begin - begin).append(content);
    begin = match.end;
  }
  next.append(text, begin);
  return true;
}

bool strip(std::string_view text, bool left, bool right, Normalizer::Workspace& workspace) {
  std::size_t begin = 0;
  std::size_t end = text.size();
  while (left && begin < end && is_white_space(character_at(text, begin).code))
    begin += character_at(text, begin).bytes;
  while (right && end > begin && is_white_space(character_at(text, previous_character(text, end)).code)) {
    end = previous_character(text, end);
  }
  if (end - begin == text.size()) return false;
  workspace.next.assign(text.substr(begin, end - begin));
  return true;
}

}  // namespace

std::shared_ptr<const Regex> read_pattern(const JsonView& json) {
  const auto expression = json.find("Regex");
  const std::string literal = expression ? "" : read_string_pattern(json);
  const auto where = expression ? *expression : json;
  try {
    return std::make_shared<const Regex>(expression ? pcre_pattern(expression->string()) : literal_pattern(literal));
  } catch (const std::invalid_argument& error) {
    where.complain(error.what());
  }
}

std::string read_content(const JsonView& json) {
  if (json.string().size() > kMaxContentBytes) {
    json.complain("has " + std::to_string(json.string().size()) + " bytes, needs at most " +
                  std::to_string(kMaxContentBytes));
  }
  return json.string();
}

std::string read_string_pattern(const JsonView& json) {
  const auto text = json.at("String");
  if (text.string().empty()) text.refuse("at least one character");
  return text.string();
}

Normalizer::Normalizer(const JsonView& json) {
  if (!json.is_null()) add(json);
}

void Normalizer::add(const JsonView& json) {
  const auto type = json.at("type").string();
  if (type == "Sequence") {
    const auto inner = json.at("normalizers");
    for (std::size_t i = 0; i < inner.size(); ++i) add(inner.element(i));
  } else if (const auto form = normalization_form(type)) {
    steps_.emplace_back([form = *form](std::string_view text, Workspace& workspace) {
      return normalize_unicode(text, form, workspace.next);
    });
  } else if (type == "Prepend") {
    steps_.emplace_back([prefix = read_content(json.at("prepend"))](std::string_view text, Workspace& workspace) {
      return prepend(text, prefix, workspace);
    });
  } else if (type == "Replace") {
    add_replace(json);
  } else if (type == "Strip") {
    steps_.emplace_back(
        [left = json.at("strip_left").boolean(), right = json.at("strip_right").boolean()](
            std::string_view text, Workspace& workspace) { return strip(text, left, right, workspace); });
  } else if (type == "Lowercase") {
    steps_.emplace_back([](std::string_view text, Workspace& workspace) { return lower_case(text, workspace.next); });
  } else {
    json.at("type").refuse("Sequence, NFC, NFD, NFKC, NFKD, Prepend, Replace, Strip or Lowercase");
  }
}

void Normalizer::add_replace(const JsonView& json) {
  const auto content = read_content(json.at("content"));
  const auto pattern = json.at("pattern");
  if (pattern.find("Regex")) {
    steps_.emplace_back([content, regex = read_pattern(pattern)](std::string_view text, Workspace& workspace) {
      return replace_matches(text, *regex, content, workspace);
    });
  } else {
    steps_.emplace_back([content, old = read_string_pattern(pattern)](std::string_view text, Workspace& workspace) {
      return replace_string(text, old, content, workspace);
    });
  }
}

std::string_view Normalizer::apply(std::string_view text, Workspace& workspace) const {
  const auto most = kMostGrowth * (text.size() + kMaxContentBytes);
  for (const auto& step : steps_) {
    if (!step(text, workspace)) continue;
    std::swap(workspace.text, workspace.next);
    text = workspace.text;
    if (text.size() > most) {
      throw core::DataError("the tokenizer's normalizer makes " + std::to_string(text.size()) +
                            " bytes of a text, more than " + std::to_string(most));
    }
  }
  return text;
}

}  // namespace hone::policies
