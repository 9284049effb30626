#include "report/run_page.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files.h"
#include "report/format.h"
#include "report/run_page_style.h"
#include "report/text.h"

namespace hone::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPoints = 500;
constexpr std::size_t kMostSamples = 8;

struct Curve {
  const char* title;
  std::vector<std::pair<const char*, const char*>> metrics;  // key, name in the legend
};

const std::vector<Curve>& curves() {
  static const std::vector<Curve> all = {
      {"Reward", {{"reward", "mean"}, {"reward_std", "spread in a group"}}},
      {"Completion length, tokens", {{"completions/mean_length", "mean"}, {"completions/max_length", "longest"}}},
      {"Entropy", {{"entropy", "entropy"}}},
      {"KL to the reference", {{"kl", "kl"}}},
      {"Loss", {{"loss", "loss"}}},
      {"Gradient norm", {{"grad_norm", "before clipping"}}},
      {"Groups that teach nothing", {{"frac_reward_zero_std", "share of groups"}}},
  };
  return all;
}

std::string dumped(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// A string as it is, anything else as JSON.
std::string text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>() : dumped(json);
}

double number_at(const Json& object, const char* key) {
  const bool has_it = object.is_object() && object.contains(key) && object[key].is_number();
  return has_it ? object[key].get<double>() : 0.0;
}

std::string tile(const std::string& label, const std::string& figure, const std::string& below) {
  return "<div class=\"card\"><div class=\"faint\">" + html_escape(label) + "</div><div class=\"figure\">" +
         html_escape(figure) + "</div><div class=\"faint\">" + html_escape(below) + "</div></div>\n";
}

std::string outcome_tile(const std::string& set, const Json& outcome) {
  const Json before = outcome.value("before", Json());
  const Json after = outcome.value("after", Json());
  const auto change = [&](const char* key) {
    return format_percent(number_at(before, key)) + " → " + format_percent(number_at(after, key));
  };
  std::string below;
  if (after.is_object() && after.contains("greedy_accuracy")) {
    below = "greedy " + change("greedy_accuracy") + ", ";
  }
  below += format_count(number_at(after, "n")) + " questions";
  return tile("accuracy, " + set, change("accuracy"), below);
}

std::string head_tiles(const RunFolder& run) {
  std::string tiles;
  if (!run.summary.is_object()) {
    return tiles;
  }
  const Json eval = run.summary.value("eval", Json::object());
  for (const auto& [set, outcome] : eval.items()) {
    if (outcome.is_object()) {
      tiles += outcome_tile(set, outcome);
    }
  }
  const Json cost = run.summary.value("cost", Json::object());
  const std::string share =
      cost.is_object() && cost.contains("over_pretraining") && cost["over_pretraining"].is_number()
          ? format_percent(number_at(cost, "over_pretraining")) + " of the base's pretraining"
          : "";
  tiles += tile("compute", format_flops(number_at(cost, "model_flops")), share);
  const Json speed = run.summary.value("throughput", Json::object());
  tiles += tile("time", format_duration(number_at(run.summary, "seconds")),
                "rollout " + format_token_rate(number_at(speed, "rollout_tokens_per_s")));
  return tiles.empty() ? tiles : "<div class=\"tiles\">\n" + tiles + "</div>\n";
}

std::string subtitle(const RunFolder& run) {
  const std::string step =
      run.metrics.empty() ? "no step yet" : "step " + dumped(run.metrics.back().value("step", Json()));
  std::string text = step;
  for (const char* key : {"policy", "seed"}) {
    if (run.summary.is_object() && run.summary.contains(key)) {
      text += std::string(" · ") + key + " " + text_of(run.summary[key]);
    }
  }
  return "<p class=\"faint\">" + html_escape(text) + "</p>\n";
}

std::string chart_card(Chart chart) {
  chart.theme = ChartTheme::kPage;
  chart.x_label = "step";
  chart.width_px = 560;
  chart.height_px = 300;
  return "<div class=\"card\">" + line_chart_svg(chart) + "</div>\n";
}

std::string curve_section(const RunFolder& run) {
  std::string cards;
  Chart accuracy{
      .title = "Accuracy by set", .x_label = "", .y_label = "", .series = accuracy_series(run), .y_suffix = " %"};
  if (!accuracy.series.empty()) {
    cards += chart_card(std::move(accuracy));
  }
  for (const Curve& curve : curves()) {
    Chart chart{.title = curve.title, .x_label = "", .y_label = "", .series = {}, .y_suffix = ""};
    for (const auto& [key, name] : curve.metrics) {
      if (Series series = metric_series(run, key, name); !series.x.empty()) {
        chart.series.push_back(thinned(series, kMostPoints));
      }
    }
    if (!chart.series.empty()) {
      cards += chart_card(std::move(chart));
    }
  }
  return cards.empty() ? cards : "<h2>Curves</h2>\n<div class=\"grid\">\n" + cards + "</div>\n";
}

/// Phases with some work, the longest first, from the ledger or, where it is missing, from the summary.
std::vector<std::pair<std::string, Json>> phases_of(const RunFolder& run) {
  Json phases = run.ledger.is_object() ? run.ledger.value("phases", run.ledger) : Json();
  if (!phases.is_object() && run.summary.is_object()) {
    phases = run.summary.value("cost", Json::object()).value("phases", Json());
  }
  std::vector<std::pair<std::string, Json>> found;
  if (phases.is_object()) {
    for (const auto& [name, work] : phases.items()) {
      if (number_at(work, "seconds") > 0 || number_at(work, "model_flops") > 0) {
        found.emplace_back(name, work);
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return number_at(a.second, "seconds") > number_at(b.second, "seconds");
  });
  return found;
}

/// Phases that compute nothing have no tokens and no FLOPs to show.
template <class Format>
std::string unless_zero(double value, Format&& format) {
  return value == 0.0 ? "" : format(value);
}

std::string cost_section(const RunFolder& run) {
  const auto phases = phases_of(run);
  double total_s = 0;
  double longest_s = 0;
  for (const auto& [name, work] : phases) {
    total_s += number_at(work, "seconds");
    longest_s = std::max(longest_s, number_at(work, "seconds"));
  }
  if (total_s <= 0) {
    return "";
  }
  std::string rows;
  for (const auto& [name, work] : phases) {
    const double seconds = number_at(work, "seconds");
    rows += "<tr><td>" + html_escape(name) +
            "</td><td class=\"bar\"><div style=\"width:" + format_number(100 * seconds / longest_s) +
            "%\"></div></td><td>" + format_duration(seconds) + "</td><td>" + format_percent(seconds / total_s) +
            "</td><td>" + unless_zero(number_at(work, "tokens"), format_count) + "</td><td>" +
            unless_zero(number_at(work, "model_flops"), format_flops) + "</td></tr>\n";
  }
  return "<h2>Where the work went</h2>\n<div class=\"card\"><table><tr><th>phase</th><th></th><th>time</th>"
         "<th>share</th><th>tokens</th><th>model FLOPs</th></tr>\n" +
         rows + "</table></div>\n";
}

std::string sample_block(const Json& sample) {
  std::string head;
  for (const char* key : {"step", "score", "status"}) {
    if (sample.contains(key)) {
      head += (head.empty() ? "" : " · ") + std::string(key) + " " + text_of(sample[key]);
    }
  }
  const std::string question = text_of(sample.value("question", Json("")));
  std::string body;
  for (const auto& [key, value] : sample.items()) {
    if (key != "step" && key != "score" && key != "status") {
      body += "<div class=\"faint\">" + html_escape(key) + "</div><pre>" + html_escape(text_of(value)) + "</pre>\n";
    }
  }
  return "<details><summary><span class=\"faint\">" + html_escape(head) + "</span> " +
         html_escape(clip(question, 120)) + "</summary>\n" + body + "</details>\n";
}

std::string sample_section(const RunFolder& run) {
  std::string blocks;
  const std::size_t first = run.samples.size() - std::min(run.samples.size(), kMostSamples);
  for (std::size_t i = first; i < run.samples.size(); ++i) {
    blocks += sample_block(run.samples[i]);
  }
  return blocks.empty() ? blocks : "<h2>Last samples</h2>\n<div class=\"card\">\n" + blocks + "</div>\n";
}

std::string config_section(const RunFolder& run) {
  if (run.config.is_null()) {
    return "";
  }
  return "<h2>Config</h2>\n<div class=\"card\"><details><summary>as resolved</summary><pre>" +
         html_escape(dumped(run.config, 2)) + "</pre></details></div>\n";
}

}  // namespace

std::string run_page_html(const RunFolder& run) {
  const std::string name = html_escape(run.name);
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         name + " · hone</title>\n<style>" + kPageStyle + "</style></head>\n<body>\n<h1>" + name + "</h1>\n" +
         subtitle(run) + head_tiles(run) + curve_section(run) + cost_section(run) + sample_section(run) +
         config_section(run) + "</body></html>\n";
}

void write_run_page(const std::filesystem::path& folder) {
  core::atomic_write_file(folder / "report.html", run_page_html(read_run_folder(folder)));
}

}  // namespace hone::report
