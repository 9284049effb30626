#include "rewards/rubric/rubric_scorer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/config.h"
#include "core/error.h"
#include "core/in_quotes.h"
#include "core/random.h"
#include "rewards/extraction.h"
#include "rewards/readable.h"
#include "rewards/rubric/aggregate.h"
#include "rewards/rubric/checks.h"
#include "rewards/rubric/item_keys.h"
#include "rewards/rubric/shelf.h"

namespace hone::rewards {
namespace rubric {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{256} << 10;

struct Judged {
  std::size_t index = 0;  // of the rubric's items
  Outcome outcome;
  bool is_open = false;  // waits for the judge
};

Score wrong_format(std::string detail) {
  Score score;
  score.status = Status::kWrongFormat;
  score.detail = std::move(detail);
  return score;
}

class RubricScorer final : public Scorer {
 public:
  RubricScorer(const RubricOptions& options, const ScorerSetting& setting)
      : options_(options), setting_(setting), shelf_(options.rubrics, setting) {
    if (!options.judge.is_null()) {
      if (!item_judge_factory())
        throw core::ConfigError(setting.where + ".judge is given, but no judges are linked in");
      ScorerSetting below = setting;
      below.where += ".judge";
      judge_ = item_judge_factory()(options.judge, below);
    }
    if (shelf_.common()) check(*shelf_.common());
  }

  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;

  [[nodiscard]] Calls calls() const override {
    Calls calls = judge_ ? judge_->calls() : Calls{};
    calls.batch = 1;
    // Each judge item of a rubric is a call of its own; more than this is for the pool's deadline.
    calls.longest_s *= 8;
    return calls;
  }
  [[nodiscard]] bool judges_reasoning() const override { return options_.items.empty(); }
  [[nodiscard]] nlohmann::json criteria(const datasets::Question& question) const override {
    const auto prepared = shelf_.prepared(question);
    return prepared ? core::to_json(prepared->rubric->written) : nullptr;
  }

 private:
  void check(const Rubric& rubric) const;
  [[nodiscard]] bool is_looked_at(const Item& item, const Answer& answer) const;
  [[nodiscard]] std::vector<Judged> look(const Looked& looked) const;
  void ask(std::vector<Judged>& judged, const Looked& looked, const WrittenAggregate& how) const;
  [[nodiscard]] Score account(const std::vector<Judged>& judged, const Looked& looked,
                              const WrittenAggregate& how) const;

  RubricOptions options_;
  ScorerSetting setting_;
  Shelf shelf_;
  std::shared_ptr<const ItemJudge> judge_;
};

/// What the options ask of a rubric.
void RubricScorer::check(const Rubric& rubric) const {
  for (const std::string& name : options_.items) {
    const bool is_there = std::any_of(rubric.items.begin(), rubric.items.end(),
                                      [&](const Item& item) { return item.written.id == name; });
    if (!is_there)
      throw core::ConfigError(setting_.where + ".items names " + core::in_quotes(name) + ", which rubric " +
                              core::in_quotes(rubric.written.id) + " has not");
  }
  if (judge_ || options_.without_judge == WithoutJudge::kSkip) return;
  for (const Item& item : rubric.items) {
    const bool is_asked = options_.items.empty() || std::find(options_.items.begin(), options_.items.end(),
                                                              item.written.id) != options_.items.end();
    if (item.written.check == Check::kJudge && is_asked) {
      throw core::ConfigError(setting_.where + ".judge is missing: item " + core::in_quotes(item.written.id) +
                              " of rubric " + core::in_quotes(rubric.written.id) +
                              " needs it, or without_judge: \"skip\"");
    }
  }
}

bool RubricScorer::is_looked_at(const Item& item, const Answer& answer) const {
  const WrittenItem& written = item.written;
  if (!options_.items.empty() &&
      std::find(options_.items.begin(), options_.items.end(), written.id) == options_.items.end())
    return false;
  if (written.check == Check::kJudge && !judge_) return false;
  if (setting_.purpose == Purpose::kEvaluation) return true;
  if (written.held_out) return false;
  if (written.class_ != Class::kOptional || options_.item_dropout <= 0) return true;
  core::RandomStream stream(setting_.seed, "rubric/dropout", 0,
                            core::stable_hash(written.id, core::stable_hash(answer.group)));
  return !stream.chance(options_.item_dropout);
}

std::vector<Judged> RubricScorer::look(const Looked& looked) const {
  const auto& items = looked.prepared.rubric->items;
  std::vector<Judged> judged;
  judged.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!is_looked_at(items[i], looked.answer)) continue;
    Judged one{i, {}, items[i].written.check == Check::kJudge};
    if (one.is_open) {
      std::string fault = section_fault(items[i], looked);
      one.is_open = fault.empty();
      one.outcome = fails(std::move(fault));
    } else {
      one.outcome = run_check(i, looked);
    }
    judged.push_back(std::move(one));
  }
  return judged;
}

std::vector<Weighed> weighed(const std::vector<Judged>& judged, const Rubric& rubric,
                             std::optional<double> open_score = std::nullopt) {
  std::vector<Weighed> all;
  all.reserve(judged.size());
  for (const Judged& one : judged) {
    const WrittenItem& item = rubric.items[one.index].written;
    all.push_back({.weight = item.weight,
                   .class_ = item.class_,
                   .pass_at = item.pass_at,
                   .score = one.is_open && open_score ? *open_score : one.outcome.score,
                   .has_failed = one.outcome.has_failed,
                   .needs_substance = holds_of_nothing(item.check),
                   .is_conclusion = item.check == Check::kConclusion});
  }
  return all;
}

/// A judge costs money: it is asked only where its verdict can move the score.
void RubricScorer::ask(std::vector<Judged>& judged, const Looked& looked, const WrittenAggregate& how) const {
  const Rubric& rubric = *looked.prepared.rubric;
  const auto total = [&](double open_score) {
    auto items = weighed(judged, rubric, open_score);
    return aggregate(items, how).score;
  };
  const bool any = std::any_of(judged.begin(), judged.end(), [](const Judged& one) { return one.is_open; });
  const bool is_decided = any && std::abs(total(0.0) - total(1.0)) < 1e-12;
  for (Judged& one : judged) {
    if (!one.is_open) continue;
    one.is_open = false;
    one.outcome = is_decided ? fails("it is not asked, as it would change nothing")
                             : check_judge(rubric.items[one.index], looked, *judge_);
  }
}

/// Where an item's points come from or are lost, on the scale of the score.
void add_spans(Score& score, const Judged& one, const WrittenItem& item, double positive, std::size_t offset) {
  if (positive <= 0) return;
  const double lost = std::abs(item.weight) * (1.0 - one.outcome.score) / positive;
  const double earned = item.weight > 0 ? item.weight * one.outcome.score / positive : 0.0;
  const auto& evidence = one.outcome.evidence;
  const auto good = std::count_if(evidence.begin(), evidence.end(), [](const Evidence& e) { return e.is_good; });
  const auto bad = static_cast<std::ptrdiff_t>(evidence.size()) - good;
  for (const Evidence& e : evidence) {
    const double points = e.is_good ? earned / static_cast<double>(good) : -lost / static_cast<double>(bad);
    score.spans.push_back({e.at.begin + offset, e.at.end + offset, item.id, points + 0.0});
  }
}

std::string lost_sentence(const std::vector<Judged>& judged, const std::vector<Weighed>& items, const Rubric& rubric,
                          const Total& total) {
  std::vector<std::size_t> order;
  const auto loss = [&](std::size_t i) { return std::abs(items[i].weight) * (1.0 - items[i].score); };
  for (std::size_t i = 0; i < judged.size(); ++i) {
    if (loss(i) > 0 || judged[i].outcome.has_failed) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return loss(left) > loss(right); });
  if (order.empty()) return "nothing is lost";
  std::string text;
  for (const std::size_t i : order) {
    const std::string& reason = judged[i].outcome.reason;
    const WrittenItem& item = rubric.items[judged[i].index].written;
    text += text.empty() ? "" : "; ";
    text += item.id + (total.failed_gate == i ? " (gate)" : "") +
            (judged[i].outcome.has_failed ? " could not be judged: " : ": ");
    text += reason.empty() ? "earns only beside reasoning" : reason;
    if (text.size() > 600) break;
  }
  return "lost: " + text;
}

void add_notes(Score& score, const std::vector<Judged>& judged, const Looked& looked) {
  const Rubric& rubric = *looked.prepared.rubric;
  for (const Judged& one : judged) {
    const Item& item = rubric.items[one.index];
    if (!looked.text.is_there(item.section)) continue;
    if (item.written.check == Check::kConclusion && score.extracted.empty() && !one.outcome.evidence.empty()) {
      const Range at = one.outcome.evidence.back().at;
      score.extracted = readable(looked.text.text().substr(at.begin, at.end - at.begin));
    } else if (item.written.check == Check::kElements) {
      const Findings& findings = looked.text.findings(item.elements, item.section);
      std::string text;
      for (std::size_t i = 0; i < findings.of.size(); ++i) {
        text += (i == 0 ? "" : ", ") + rubric.elements[item.elements].names[i] + " ";
        text += findings.is_contradicted[i] ? "both ways"
                : findings.of[i]            ? core::enum_name(*findings.of[i])
                                            : "not found";
      }
      score.notes.emplace_back(item.written.id, text);
    }
  }
}

Score RubricScorer::account(const std::vector<Judged>& judged, const Looked& looked,
                            const WrittenAggregate& how) const {
  const Rubric& rubric = *looked.prepared.rubric;
  auto items = weighed(judged, rubric);
  const Total total = aggregate(items, how);
  Score score;
  score.score = total.score;
  const auto offset = static_cast<std::size_t>(looked.text.text().data() - looked.answer.text.data());
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const WrittenItem& item = rubric.items[judged[i].index].written;
    score.usage += judged[i].outcome.usage;
    if (judged[i].outcome.has_failed) continue;
    score.parts.emplace_back(item.id, items[i].score);
    Judged shown = judged[i];
    shown.outcome.score = items[i].score;
    add_spans(score, shown, item, total.earned_weight, offset);
  }
  add_notes(score, judged, looked);
  score.detail = readable(lost_sentence(judged, items, rubric, total));
  for (const std::size_t section : rubric.required) {
    if (!looked.text.is_there(section)) score.status = Status::kWrongFormat;
  }
  if (total.is_unscorable) score.status = Status::kUnscorable;
  return score;
}

Score RubricScorer::score(const datasets::Question& question, const Answer& answer) const {
  if (answer.text.size() > kAnswerBytesMax) return wrong_format("the answer has more than 256 KiB");
  std::shared_ptr<const Prepared> prepared;
  try {
    prepared = shelf_.prepared(question);
    if (prepared && prepared->rubric != shelf_.common()) check(*prepared->rubric);
  } catch (const core::UserError& error) {
    return failure(Status::kError, error.what());
  }
  if (!prepared) return failure(Status::kUnscorable, "question " + question.id + " has no rubric");
  std::string_view judged_text;
  if (!after_reasoning(answer.text, judged_text)) return wrong_format("the reasoning is not closed");
  AnswerText text(judged_text, *prepared->rubric);
  const Looked looked{*prepared, question, answer, text};
  const WrittenAggregate& how = options_.aggregate ? *options_.aggregate : prepared->rubric->written.aggregate;
  std::vector<Judged> judged = look(looked);
  ask(judged, looked, how);
  return account(judged, looked, how);
}

ItemJudgeFactory& factory() {
  static ItemJudgeFactory made;
  return made;
}

}  // namespace

void set_item_judge_factory(ItemJudgeFactory made) {
  factory() = std::move(made);
}

const ItemJudgeFactory& item_judge_factory() {
  return factory();
}

}  // namespace rubric

std::shared_ptr<const Scorer> make_rubric_scorer(const RubricOptions& options, const ScorerSetting& setting) {
  return std::make_shared<rubric::RubricScorer>(options, setting);
}

}  // namespace hone::rewards
