#include "report/score_page.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "report/format.h"
#include "report/marked_text.h"
#include "report/run_page_style.h"
#include "report/score_page_style.h"
#include "report/text.h"

namespace hone::report {
namespace {

constexpr std::size_t kMostAnswers = 5000;
constexpr std::size_t kMostAnswerBytes = std::size_t{64} << 10;
constexpr std::size_t kMostQuestionBytes = std::size_t{16} << 10;

std::string faint(const std::string& text) {
  return "<p class=\"faint\">" + html_escape(text) + "</p>\n";
}

/// The first bytes of a text, no character cut in two.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return text;
  }
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) {
    --most;
  }
  return text.substr(0, most);
}

std::string left_out(std::size_t all, std::size_t shown, const std::string& what) {
  return all > shown ? faint("… " + std::to_string(all - shown) + " more " + what + ", left out here") : "";
}

/// The names that spans and parts are numbered by: the parts in their order, then spans of no part.
std::vector<std::string> items_of(const ScoredAnswer& answer) {
  std::vector<std::string> items;
  const auto add = [&](const std::string& name) {
    if (std::find(items.begin(), items.end(), name) == items.end()) {
      items.push_back(name);
    }
  };
  for (const auto& part : answer.parts) {
    add(part.first);
  }
  for (const ScoreSpan& span : answer.spans) {
    add(span.item);
  }
  return items;
}

std::string bar(double value) {
  const double share = std::isfinite(value) ? std::clamp(std::abs(value), 0.0, 1.0) : 0.0;
  return std::string("<td class=\"bar\"><div") + (value < 0 ? " class=\"minus\"" : "") +
         " style=\"width:" + format_number(100 * share) + "%\"></div></td>";
}

std::string parts_table(const ScoredAnswer& answer) {
  std::string rows;
  for (std::size_t i = 0; i < answer.parts.size(); ++i) {
    const auto& [name, value] = answer.parts[i];
    rows += "<tr><td class=\"number\">" + std::to_string(i + 1) + "</td><td class=\"name\">" + html_escape(name) +
            "</td>" + bar(value) + "<td>" + format_number(value, 3) + "</td></tr>\n";
  }
  return rows.empty() ? rows : "<table>\n" + rows + "</table>\n";
}

std::string notes_block(const ScoredAnswer& answer) {
  std::string body = answer.extracted.empty() ? "" : faint("read as: " + clip(answer.extracted, 300));
  for (const auto& [name, text] : answer.notes) {
    body += faint(name + ": " + clip(text, 300));
  }
  return body;
}

std::string question_block(const std::string& question) {
  if (question.empty()) {
    return "";
  }
  const std::string_view shown = beginning(question, kMostQuestionBytes);
  return "<details><summary class=\"faint\">" + html_escape(clip(question.substr(0, 600), 110)) +
         "</summary><div class=\"answer\">" + html_escape(shown) + "</div>" +
         left_out(question.size(), shown.size(), "bytes") + "</details>\n";
}

std::string answer_block(const ScoredAnswer& answer) {
  if (answer.answer.empty()) {
    return "<div class=\"answer empty\">(empty)</div>\n";
  }
  const std::string_view shown = beginning(answer.answer, kMostAnswerBytes);
  return "<div class=\"answer\">" + marked_text(shown, answer.spans, items_of(answer)) + "</div>\n" +
         left_out(answer.answer.size(), shown.size(), "bytes");
}

bool is_masked(const std::string& status) {
  return status != "ok" && status != "wrong_format";
}

std::string article(const ScoredAnswer& answer) {
  const double score = std::isfinite(answer.score) ? answer.score : 0.0;
  return "<article class=\"card\" data-score=\"" + format_number(score, 6) + "\" data-status=\"" +
         html_escape(answer.status) + "\">\n<div class=\"head\"><span class=\"figure\">" + format_number(score, 3) +
         "</span><h2>" + html_escape(clip(answer.id, 200)) + "</h2><span class=\"status" +
         (is_masked(answer.status) ? " masked" : "") + "\">" + html_escape(answer.status) + "</span></div>\n" +
         (answer.detail.empty() ? "" : "<p>" + html_escape(clip(answer.detail, 1000)) + "</p>\n") +
         question_block(answer.question) + "<div class=\"columns\"><div>\n" + answer_block(answer) + "</div><div>\n" +
         parts_table(answer) + notes_block(answer) + "</div></div>\n</article>\n";
}

std::map<std::string, std::size_t> statuses(const ScorePage& page) {
  std::map<std::string, std::size_t> counts;
  for (const ScoredAnswer& answer : page.answers) {
    ++counts[answer.status];
  }
  return counts;
}

std::string subtitle(const ScorePage& page) {
  double total = 0.0;
  std::size_t judged = 0;
  for (const ScoredAnswer& answer : page.answers) {
    if (!is_masked(answer.status) && std::isfinite(answer.score)) {
      total += answer.score;
      ++judged;
    }
  }
  std::string text = std::to_string(page.answers.size()) + " answers";
  if (judged > 0) {
    text += " · mean score " + format_number(total / static_cast<double>(judged), 3);
  }
  for (const auto& [status, count] : statuses(page)) {
    text += " · " + std::to_string(count) + " " + status;
  }
  return faint(text);
}

std::string controls(const ScorePage& page) {
  std::string options = "<option value=\"\">all</option>";
  for (const auto& [status, count] : statuses(page)) {
    options += "<option>" + html_escape(status) + "</option>";
  }
  return "<div class=\"controls\" id=\"controls\" hidden>\n<label>order <select id=\"order\">"
         "<option value=\"file\">as in the file</option><option value=\"lowest\">lowest score first</option>"
         "<option value=\"highest\">highest score first</option></select></label>\n"
         "<label>status <select id=\"status\">" +
         options + "</select></label>\n<label>with the words <input id=\"find\" type=\"search\"></label>\n" +
         "<span class=\"faint\" id=\"shown\"></span></div>\n";
}

constexpr const char* kLegend =
    "<p class=\"faint\"><mark class=\"earned\">earned</mark><sup>▲</sup> <mark class=\"lost\">lost</mark><sup>▼</sup> "
    "<mark class=\"mixed\">both</mark> <mark class=\"seen\">looked at, no effect</mark><sup>·</sup> "
    "The number behind a mark is the part's.</p>\n";

}  // namespace

std::string score_page_html(const ScorePage& page) {
  const std::string title = html_escape(page.title);
  std::string articles;
  const std::size_t shown = std::min(page.answers.size(), kMostAnswers);
  for (std::size_t i = 0; i < shown; ++i) {
    articles += article(page.answers[i]);
  }
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
         "script-src 'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         title + " · hone</title>\n<style>" + kPageStyle + kScorePageStyle + "</style></head>\n<body>\n<h1>" + title +
         "</h1>\n" + subtitle(page) + kLegend + controls(page) + "<div id=\"answers\">\n" + articles + "</div>\n" +
         left_out(page.answers.size(), shown, "answers") + "<script>" + kScorePageScript +
         "</script>\n</body></html>\n";
}

}  // namespace hone::report
