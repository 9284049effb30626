#include "rewards/rubric/sections.h"

#include <algorithm>
#include <optional>

namespace hone::rewards::rubric {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Does `text` begin with `name`, in any case? '_' and ' ' are the same.
bool begins_with(std::string_view text, std::string_view name) {
  return text.size() >= name.size() && std::equal(name.begin(), name.end(), text.begin(), [](char wanted, char found) {
           return wanted == lower(found) || (wanted == '_' && found == ' ') || (wanted == ' ' && found == '_');
         });
}

Range trimmed(std::string_view text, Range range) {
  while (range.begin < range.end && is_space(text[range.begin])) ++range.begin;
  while (range.end > range.begin && is_space(text[range.end - 1])) --range.end;
  return range;
}

/// A tag or a heading.
struct Border {
  std::size_t name = 0;
  Range range;
  bool closes = false;
};

std::optional<Border> tag_at(std::string_view text, std::size_t at, const SectionNames& names) {
  const bool closes = at + 1 < text.size() && text[at + 1] == '/';
  const std::size_t begin = at + (closes ? 2 : 1);
  for (std::size_t i = 0; i < names.names.size(); ++i) {
    for (const std::string& name : names.names[i]) {
      const std::size_t end = begin + name.size();
      if (end < text.size() && text[end] == '>' && begins_with(text.substr(begin), name)) {
        return Border{i, {at, end + 1}, closes};
      }
    }
  }
  return std::nullopt;
}

/// "## 2. **Rule**:" at the beginning of a line.
std::optional<Border> heading_at(std::string_view text, std::size_t line, std::size_t end, const SectionNames& names) {
  std::size_t at = line;
  const auto skip = [&](std::string_view signs) {
    while (at < end && signs.find(text[at]) != std::string_view::npos) ++at;
  };
  skip(" \t#*_>(");
  std::size_t number = at;  // 2. or IV) or b.
  while (number < end && number - at < 5 &&
         std::string_view("0123456789ivxIVXabcdeABCDE").find(text[number]) != std::string_view::npos)
    ++number;
  if (number > at && number < end && (text[number] == '.' || text[number] == ')')) at = number + 1;
  skip(" \t#*_");
  for (std::size_t i = 0; i < names.names.size(); ++i) {
    for (const std::string& name : names.names[i]) {
      if (at + name.size() > end || !begins_with(text.substr(at, end - at), name)) continue;
      std::size_t behind = at + name.size();
      bool has_colon = false;
      while (behind < end && std::string_view(" \t\r*_#:").find(text[behind]) != std::string_view::npos) {
        has_colon = has_colon || text[behind] == ':';
        ++behind;
      }
      if (behind == end || has_colon) return Border{i, {line, behind}, false};
    }
  }
  return std::nullopt;
}

class Finder {
 public:
  Finder(std::string_view text, const SectionNames& names) : text_(text), names_(names) {
    found_.of.resize(names.names.size());
  }

  Sections run() {
    if (names_.format == SectionFormat::kTags) {
      read_tags();
    } else {
      read_headings();
    }
    add_outside(text_.size());
    for (Section& section : found_.of) {
      if (section.times == 0 && section.fault.empty()) section.fault = "is missing";
      if (section.times > 1) section.fault = "is there " + std::to_string(section.times) + " times";
    }
    return std::move(found_);
  }

 private:
  void add_outside(std::size_t end) {
    const Range range = trimmed(text_, {outside_, std::max(end, outside_)});
    if (range.begin < range.end) found_.outside.push_back(range);
  }

  void close(std::size_t end) {
    Section& section = found_.of[*open_];
    section.range = trimmed(text_, {inside_, end});
    ++section.times;
    found_.is_in_order = found_.is_in_order && *open_ >= last_;
    last_ = *open_;
    open_.reset();
  }

  void read_tags() {
    for (std::size_t at = text_.find('<'); at != std::string_view::npos; at = text_.find('<', at + 1)) {
      const auto tag = tag_at(text_, at, names_);
      if (!tag) continue;
      if (!tag->closes) {
        if (open_) {
          found_.of[*open_].fault = "is not closed before another begins";
        } else {
          add_outside(at);
        }
        open_ = tag->name;
        inside_ = tag->range.end;
      } else if (open_ == tag->name) {
        close(at);
        outside_ = tag->range.end;
      } else {
        found_.of[tag->name].fault = "is closed where it is not open";
      }
    }
    if (open_) {
      found_.of[*open_].fault = "is not closed";
      outside_ = text_.size();
    }
  }

  void read_headings() {
    for (std::size_t line = 0; line < text_.size();) {
      const std::size_t end = std::min(text_.size(), text_.find('\n', line));
      if (const auto heading = heading_at(text_, line, end, names_)) {
        if (open_) {
          close(line);
        } else {
          add_outside(line);
        }
        open_ = heading->name;
        inside_ = heading->range.end;
      }
      line = end + 1;
    }
    if (open_) {
      close(text_.size());
      outside_ = text_.size();
    }
  }

  std::string_view text_;
  const SectionNames& names_;
  Sections found_;
  std::optional<std::size_t> open_;
  std::size_t inside_ = 0;
  std::size_t outside_ = 0;
  std::size_t last_ = 0;
};

}  // namespace

Sections find_sections(std::string_view text, const SectionNames& names) {
  return Finder(text, names).run();
}

}  // namespace hone::rewards::rubric
