#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "core/config_types.h"
#include "rewards/rubric/formula.h"
#include "rewards/rubric/kinds.h"
#include "rewards/rubric/sections.h"

/// A rubric as it is written, hone.rubric/1; docs/rubrics.md explains each key.
namespace hone::rewards::rubric {

struct WrittenSections {
  SectionFormat format = SectionFormat::kTags;
  std::vector<std::string> names;
  std::vector<std::string> required;
  std::map<std::string, std::vector<std::string>> aliases;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("format", format, "How sections are marked: tags, <rule>…</rule>, or headings, a line that is the name.");
    visit("names", names, "The sections, in their order.");
    visit("required", required, "Sections without which an answer has the wrong format.");
    visit("aliases", aliases, "A section's name to what else it may be called.");
  }
};

struct WrittenAuthority {
  std::string id;
  std::string cite;
  std::vector<std::string> aliases;
  std::string name;
  std::string text;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("id", id, "What items call it.", core::not_empty());
    visit("cite", cite, "How it is cited: \"Rule 801(c)\", \"410 U.S. 113\".", core::not_empty());
    visit("aliases", aliases, "Other ways to cite it.");
    visit("name", name,
          "The name that goes with the citation: \"Roe v. Wade\"; a citation beside another name is false.");
    visit("text", text, "What it says, to quote from.");
  }
};

struct WrittenFact {
  std::string id;
  std::string text;
  std::vector<std::string> terms;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("id", id, "What items and answers call it: \"F1\".", core::not_empty());
    visit("text", text, "The fact, to quote from.");
    visit("terms", terms, "Words by which an answer refers to it without its id.");
  }
};

struct WrittenMaterials {
  std::vector<WrittenAuthority> authorities;
  std::vector<WrittenFact> record;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("authorities", authorities, "What may be cited.");
    visit("record", record, "The facts of the case.");
  }
};

struct WrittenGold {
  std::string conclusion;
  std::map<std::string, Finding> elements;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("conclusion", conclusion, "The right label.");
    visit("elements", elements, "What is right of each element: met, not_met, undetermined.");
  }
};

struct WrittenElement {
  std::vector<std::string> terms;
  std::vector<std::string> met;
  std::vector<std::string> not_met;
  std::vector<std::string> undetermined;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("terms", terms, "What the element is called, to stand near a finding; its id as words when left out.");
    visit("met", met, "Phrases that by themselves say that it is met.");
    visit("not_met", not_met, "Phrases that by themselves say that it is not met.");
    visit("undetermined", undetermined, "Phrases that by themselves say that it cannot be determined.");
  }
};

/// More words for findings than those that hone knows.
struct WrittenFindings {
  std::vector<std::string> met;
  std::vector<std::string> not_met;
  std::vector<std::string> undetermined;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("met", met, "Words for met, besides those that hone knows.");
    visit("not_met", not_met, "Words for not met.");
    visit("undetermined", undetermined, "Words for undetermined.");
  }
};

struct WrittenFormula {
  std::string conclusion;
  std::string when;
  std::string otherwise;
  std::string undetermined;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("conclusion", conclusion, "The label that follows where `when` holds.", core::not_empty());
    visit("when", when, "Elements joined by and, or, not, parentheses, at_least(n, a, b, c).", core::not_empty());
    visit("otherwise", otherwise, "The label where it does not hold; the other one, where there are two.");
    visit("undetermined", undetermined, "The label where it depends on elements that are undetermined.");
  }
};

struct WrittenAggregate {
  Mode mode = Mode::kGatedLinear;
  double gate_cap = 0.3;
  Gate gate = Gate::kCap;
  double min_weight = 0.5;
  bool clip = true;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("mode", mode, "How items become a score: gated_linear, linear, all_pass, min, product.");
    visit("gate_cap", gate_cap, "With gated_linear: the most that an answer earns that fails a gate.",
          core::in_range(0, 1));
    visit("gate", gate,
          "What a failed gate does: cap, at most gate_cap; scale, times gate_cap, so that better stays better.");
    visit("min_weight", min_weight, "Share of the positive weight that must have been judged, else there is no score.",
          core::in_range(0, 1));
    visit("clip", clip, "Keep the score within 0 and 1; false keeps what is below 0.");
  }
};

/// An item with the keys of all checks; those that a check does not read must be left out (rewards/rubric/item_keys.h).
struct WrittenItem {
  std::string id;
  Check check = Check::kConclusion;
  double weight = 1.0;
  Class class_ = Class::kEssential;
  std::string section;
  std::string title;
  bool held_out = false;
  bool partial = true;
  Among among = Among::kAll;
  bool others = false;
  double pass_at = 1.0;
  std::map<std::string, std::vector<std::string>> labels;
  std::map<std::string, WrittenElement> elements;
  WrittenGold gold;
  std::vector<std::string> any;
  std::vector<std::string> all;
  std::vector<std::string> phrases;
  std::vector<std::string> near;
  std::vector<Source> source;
  std::vector<std::string> facts;
  std::vector<std::string> between;
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  std::optional<std::int64_t> min_words;
  std::optional<std::int64_t> max_words;
  std::int64_t min_chars = 20;
  std::int64_t words = 0;
  std::optional<double> max_share;
  std::optional<double> min_share;
  double min_stated = 0.5;
  std::string pattern;
  std::string value;
  DateOrder order = DateOrder::kNone;
  nlohmann::json scorer;
  std::string prompt;
  std::vector<std::string> scale;

  template <class Visitor>
  void describe(Visitor& visit) {
    describe_common(visit);
    describe_lists(visit);
    describe_numbers(visit);
    visit("pattern", pattern, "regex: RE2's syntax; (?i) for either case.");
    visit("value", value, "equals, number, date, money: what must be found.");
    visit("order", order, "date: how 03/04/2025 is read: none refuses it, day_first, month_first.");
    visit("scorer", scorer, "plugin: {\"type\", \"options\"} of a scorer.");
    visit("prompt", prompt, "judge: the criterion.");
    visit("scale", scale, "judge: the verdicts, worst first.");
  }

 private:
  template <class Visitor>
  void describe_common(Visitor& visit) {
    visit("id", id, "Names the item; unique.", core::not_empty());
    visit("check", check, "What is looked at.");
    visit("weight", weight, "Above 0 it earns; below 0 it is lost where the fault is there.",
          core::in_range(-1e6, 1e6));
    visit("class", class_, "gate, essential, important, optional or pitfall.");
    visit("section", section, "Looks at this section alone; else at the whole answer.");
    visit("title", title, "For people.");
    visit("held_out", held_out, "Only in evaluation, never in training.");
    visit("pass_at", pass_at, "What the item must reach to pass, as a gate or with all_pass.",
          core::greater_than(0) && core::at_most(1));
  }
  template <class Visitor>
  void describe_lists(Visitor& visit) {
    visit("labels", labels, "conclusion: in place of the rubric's labels.");
    visit("elements", elements, "elements: in place of the rubric's elements.");
    visit("partial", partial, "elements: each right one earns its share; false: all must be right.");
    visit("among", among, "elements: the share of right ones among all, or among those that are stated.");
    visit("others", others, "number, date, money: other values may stand there too.");
    visit("gold", gold, "conclusion, elements: in place of the rubric's gold.");
    visit("any", any, "cites: authorities of which `min` must be cited.");
    visit("all", all, "cites: authorities that must all be cited.");
    visit("phrases", phrases, "contains_*: what is looked for, whole words in either case.");
    visit("near", near, "number, date, money: only in sentences with one of these phrases.");
    visit("source", source, "quotes_verbatim, no_copy: record, authorities, prompt.");
    visit("facts", facts, "record_refs: only these facts; else all.");
    visit("between", between, "consistency: the sections of the findings and of the conclusion.");
  }
  template <class Visitor>
  void describe_numbers(Visitor& visit) {
    visit("min", min, "cites, record_refs, quotes_verbatim, contains_any, regex: at least so many.", core::at_least(0));
    visit("max", max, "cites, record_refs, regex: at most so many.", core::at_least(0));
    visit("min_words", min_words, "length, sections: at least so many words.", core::at_least(0));
    visit("max_words", max_words, "length: at most so many; format: so many outside the sections.", core::at_least(0));
    visit("min_chars", min_chars, "quotes_verbatim: shorter quotes do not count.", core::at_least(1));
    visit("words", words, "no_copy, repetition: length of the runs that are compared; 0: 8 and 3.",
          core::in_range(0, 50));
    visit("max_share", max_share, "no_copy: the share of runs that may be copied; repetition: of one word.",
          core::in_range(0, 1));
    visit("min_share", min_share, "repetition: the share of runs that must be distinct.", core::in_range(0, 1));
    visit("min_stated", min_stated, "consistency: the share of elements that must be stated.", core::in_range(0, 1));
  }
};

struct WrittenRubric {
  std::string schema;
  std::string id;
  std::int64_t version = 1;
  std::string title;
  WrittenSections sections;
  WrittenMaterials materials;
  WrittenGold gold;
  std::map<std::string, std::vector<std::string>> labels;
  std::map<std::string, WrittenElement> elements;
  WrittenFindings findings;
  std::optional<WrittenFormula> formula;
  std::vector<WrittenItem> items;
  WrittenAggregate aggregate;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("schema", schema, "The format: hone.rubric/1.", core::one_of({"hone.rubric/1"}));
    visit("id", id, "Names the rubric in messages.", core::not_empty());
    visit("version", version, "Of the rubric, for people.", core::at_least(0));
    visit("title", title, "For people.");
    visit("sections", sections, "The parts that an answer has.");
    visit("materials", materials, "What may be cited and quoted.");
    visit("gold", gold, "What is right.");
    visit("labels", labels, "A conclusion to the phrases that state it.");
    visit("elements", elements, "What has to be found, each met, not met or undetermined.");
    visit("findings", findings, "More words for findings.");
    visit("formula", formula, "How the conclusion follows from the elements.");
    visit("items", items, "What is looked at.", core::not_empty());
    visit("aggregate", aggregate, "How the items become a score.");
  }
};

}  // namespace hone::rewards::rubric
