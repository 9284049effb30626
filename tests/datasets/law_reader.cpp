#include "tests/datasets/law_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <regex>
#include <set>
#include <utility>

namespace hone::datasets {
namespace {

/// Reads a law as a person would and decides it in classical logic, for elements of which all is known.
class LawReader {
 public:
  LawReader(const std::string& law, std::map<std::string, bool> holds) : holds_(std::move(holds)) {
    static const std::regex word("[a-z]+|[(),]");
    for (auto match = std::sregex_iterator(law.begin(), law.end(), word); match != std::sregex_iterator(); ++match) {
      words_.push_back(match->str());
    }
  }

  bool read() {
    const bool core = expression();
    bool excepted = false;
    if (take(",")) {
      REQUIRE((take("unless") || (take("except") && take("with"))));
      do excepted = element() || excepted;
      while (take("or"));
    }
    REQUIRE(at_ == words_.size());
    return core && !excepted;
  }

 private:
  bool take(const std::string& word) {
    if (at_ == words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }

  bool element() {
    REQUIRE(at_ < words_.size());
    REQUIRE(holds_.count(words_[at_]) == 1);
    return holds_.at(words_[at_++]);
  }

  bool expression() {
    bool value = term();
    std::string joint;
    while (at_ < words_.size() && (words_[at_] == "and" || words_[at_] == "or")) {
      if (joint.empty()) joint = words_[at_];
      REQUIRE(words_[at_] == joint);  // "a and b or c" would be ambiguous
      ++at_;
      const bool next = term();
      value = joint == "and" ? value && next : value || next;
    }
    return value;
  }

  bool term() {
    if (take("(")) {
      const bool value = expression();
      REQUIRE(take(")"));
      return value;
    }
    if (take("no")) return !element();
    if (take("either")) {
      const bool one = element();
      REQUIRE(take("or"));
      const bool other = element();
      return one || other;
    }
    if (!take("at")) return element();
    REQUIRE(take("least"));
    static const std::map<std::string, int> numbers = {{"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}};
    const int needed = numbers.at(words_.at(at_++));
    REQUIRE(take("of"));
    int found = element() ? 1 : 0;
    while (at_ + 1 < words_.size() && words_[at_] == "," && holds_.count(words_[at_ + 1]) == 1) {
      ++at_;
      found += element() ? 1 : 0;
    }
    return found >= needed;
  }

  std::vector<std::string> words_;
  std::map<std::string, bool> holds_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_granted(const std::string& law, const std::map<std::string, bool>& holds) {
  return LawReader(law, holds).read();
}

std::string law_of(const std::string& text) {
  static const std::regex law("(?:granted if|claim needs) (.*)\\. Is it granted\\?$");
  std::smatch match;
  REQUIRE(std::regex_search(text, match, law));
  return match[1];
}

std::vector<std::string> elements_of(const std::string& law) {
  static const std::set<std::string> other = {"and",   "or",   "no",     "at",   "least",  "of",     "two",
                                              "three", "four", "either", "five", "unless", "except", "with"};
  static const std::regex word("[a-z]+");
  std::vector<std::string> elements;
  for (auto match = std::sregex_iterator(law.begin(), law.end(), word); match != std::sregex_iterator(); ++match) {
    if (other.count(match->str()) == 0) elements.push_back(match->str());
  }
  return elements;
}

std::map<std::string, bool> facts_of(const std::string& text) {
  const std::string facts = text.substr(0, text.find('.'));
  std::map<std::string, bool> said;
  static const std::regex shown("(\\w+) was (not )?shown");
  static const std::regex listed("(?:shows |Facts: |, )(no )?(\\w+)");
  const bool in_sentences = facts.compare(0, 4, "For ") == 0;
  const auto& form = in_sentences ? shown : listed;
  for (auto match = std::sregex_iterator(facts.begin(), facts.end(), form); match != std::sregex_iterator(); ++match) {
    const bool negated = (*match)[in_sentences ? 2 : 1].matched;
    REQUIRE(said.emplace((*match)[in_sentences ? 1 : 2], !negated).second);
  }
  return said;
}

std::string decide(const std::string& text) {
  const std::string law = law_of(text);
  auto holds = facts_of(text);
  std::vector<std::string> open;
  for (const auto& element : elements_of(law)) {
    if (holds.count(element) == 0) open.push_back(element);
  }
  std::set<bool> outcomes;
  for (unsigned way = 0; way < (1U << open.size()); ++way) {
    for (std::size_t i = 0; i < open.size(); ++i) holds[open[i]] = ((way >> i) & 1U) == 1;
    outcomes.insert(is_granted(law, holds));
  }
  return outcomes.size() == 2 ? "undetermined" : *outcomes.begin() ? "granted" : "denied";
}

}  // namespace hone::datasets
