#include "rewards/probe/answer_form.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "rewards/probe/sentences.h"

namespace hone::rewards::probe {
namespace {

std::string lower(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return folded;
}

class Cutter {
 public:
  explicit Cutter(const Material& material) : material_(material) {}

  std::vector<Piece> cut(std::string_view answer) {
    if (material_.are_headings && !material_.sections.empty()) {
      cut_headings(answer);
    } else {
      cut_tags(answer);
    }
    const bool has_conclusion = std::any_of(pieces_.begin(), pieces_.end(),
                                            [](const Piece& piece) { return piece.kind == PieceKind::kConclusion; });
    if (!has_conclusion) {
      conclude_with_last_sentence();
    }
    return std::move(pieces_);
  }

 private:
  bool is_conclusion(const std::string& section) const {
    if (!material_.conclusion_section.empty()) {
      return section == material_.conclusion_section;
    }
    constexpr std::array<std::string_view, 6> kNames = {"conclusion", "answer", "verdict",
                                                        "holding",    "result", "final"};
    return std::find(kNames.begin(), kNames.end(), lower(section)) != kNames.end();
  }

  void add(PieceKind kind, const std::string& section, std::string_view text) {
    if (text.empty()) {
      return;
    }
    // White space around the content is form.
    const std::string_view inner = trimmed(text);
    if (kind == PieceKind::kFrame || inner.empty()) {
      pieces_.push_back({PieceKind::kFrame, section, std::string(text)});
      return;
    }
    const auto before = static_cast<std::size_t>(inner.data() - text.data());
    add(PieceKind::kFrame, section, text.substr(0, before));
    pieces_.push_back({kind, section, std::string(inner)});
    add(PieceKind::kFrame, section, text.substr(before + inner.size()));
  }

  void add_section(const std::string& section, std::string_view text) {
    add(is_conclusion(section) ? PieceKind::kConclusion : PieceKind::kReasoning, section, text);
  }

  /// The section's name where the line is a heading; `rest` is where its text begins.
  std::string heading_of(std::string_view line, std::size_t& rest) const {
    std::size_t begin = 0;
    while (begin < line.size() && std::string_view("#* \t0123456789.").find(line[begin]) != std::string_view::npos) {
      ++begin;
    }
    for (const std::string& name : material_.sections) {
      if (lower(line.substr(begin, name.size())) != lower(name)) {
        continue;
      }
      std::size_t end = begin + name.size();
      while (end < line.size() && std::string_view("* \t").find(line[end]) != std::string_view::npos) {
        ++end;
      }
      const bool has_colon = end < line.size() && line[end] == ':';
      if (!has_colon && end < line.size()) {
        continue;
      }
      end += has_colon ? 1 : 0;
      while (end < line.size() && line[end] == '*') {
        ++end;
      }
      rest = end;
      return name;
    }
    return "";
  }

  void cut_headings(std::string_view answer) {
    std::string section;
    std::size_t filled = 0;
    for (std::size_t line = 0; line < answer.size();) {
      const std::size_t end = std::min(answer.find('\n', line), answer.size());
      std::size_t rest = 0;
      const std::string name = heading_of(answer.substr(line, end - line), rest);
      if (!name.empty()) {
        add_section(section, answer.substr(filled, line - filled));
        add(PieceKind::kFrame, name, answer.substr(line, rest));
        section = name;
        filled = line + rest;
      }
      line = end + 1;
    }
    add_section(section, answer.substr(std::min(filled, answer.size())));
  }

  void cut_tags(std::string_view answer) {
    std::size_t outside = 0;
    for (std::size_t open = answer.find('<'); open != std::string_view::npos; open = answer.find('<', open + 1)) {
      const std::size_t close = answer.find('>', open);
      if (close == std::string_view::npos) {
        break;
      }
      const std::string name(answer.substr(open + 1, close - open - 1));
      const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalpha(c) != 0 || c == '_';
      });
      const std::string ending = "</" + name + ">";
      const std::size_t end = is_name ? answer.find(ending, close) : std::string_view::npos;
      if (end == std::string_view::npos) {
        continue;
      }
      add_untagged(answer.substr(outside, open - outside));
      add(PieceKind::kFrame, name, answer.substr(open, close + 1 - open));
      add_section(name, answer.substr(close + 1, end - close - 1));
      add(PieceKind::kFrame, name, ending);
      outside = end + ending.size();
      open = outside - 1;
    }
    add_untagged(answer.substr(outside));
  }

  /// A box, or a line that gives the answer; else reasoning.
  void add_untagged(std::string_view text) {
    if (const std::size_t box = text.rfind("\\boxed{"); box != std::string_view::npos) {
      const std::size_t begin = box + std::string_view("\\boxed{").size();
      const std::size_t end = box_end(text, begin);
      add_around(text, box, begin, end);
      return;
    }
    for (const std::string_view mark : {"Final answer:", "Answer:", "####"}) {
      const std::size_t at = text.rfind(mark);
      if (at != std::string_view::npos && (at == 0 || text[at - 1] == '\n')) {
        add_around(text, at, at + mark.size(), std::min(text.find('\n', at), text.size()));
        return;
      }
    }
    add(PieceKind::kReasoning, "", text);
  }

  void add_around(std::string_view text, std::size_t mark, std::size_t begin, std::size_t end) {
    add(PieceKind::kReasoning, "", text.substr(0, mark));
    add(PieceKind::kFrame, "", text.substr(mark, begin - mark));
    add(PieceKind::kConclusion, "", text.substr(begin, end - begin));
    const bool has_brace = end < text.size() && text[end] == '}';
    add(PieceKind::kFrame, "", text.substr(end, has_brace ? 1 : 0));
    add(PieceKind::kReasoning, "", text.substr(end + (has_brace ? 1 : 0)));
  }

  static std::size_t box_end(std::string_view text, std::size_t begin) {
    int depth = 1;
    for (std::size_t i = begin; i < text.size(); ++i) {
      depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return text.size();
  }

  void conclude_with_last_sentence() {
    const auto last = std::find_if(pieces_.rbegin(), pieces_.rend(),
                                   [](const Piece& piece) { return piece.kind == PieceKind::kReasoning; });
    if (last == pieces_.rend()) {
      return;
    }
    const auto at = last.base() - 1;
    auto sentences = sentences_of(at->text);
    const Piece conclusion{PieceKind::kConclusion, at->section, sentences.back()};
    sentences.pop_back();
    if (sentences.empty()) {
      *at = conclusion;
      return;
    }
    at->text = join(sentences, "");
    pieces_.insert(at + 1, conclusion);
  }

  const Material& material_;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Piece> pieces_of(std::string_view answer, const Material& material) {
  return Cutter(material).cut(answer);
}

std::string joined(const std::vector<Piece>& pieces) {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.text;
  }
  return text;
}

}  // namespace hone::rewards::probe
