#include "rewards/rubric/item_keys.h"

#include <map>

namespace hone::rewards::rubric {
namespace {

struct Keys {
  std::vector<std::string> read;
  std::vector<std::string> needed;
};

const Keys& keys(Check check) {
  static const std::map<Check, Keys> all = {
      {Check::kConclusion, {{"labels", "gold"}, {}}},
      {Check::kEquals, {{"value"}, {"value"}}},
      {Check::kNumber, {{"value", "near", "others"}, {"value"}}},
      {Check::kDate, {{"value", "near", "order", "others"}, {"value"}}},
      {Check::kMoney, {{"value", "near", "others"}, {"value"}}},
      {Check::kContainsAll, {{"phrases"}, {"phrases"}}},
      {Check::kContainsAny, {{"phrases", "min"}, {"phrases"}}},
      {Check::kContainsNone, {{"phrases"}, {"phrases"}}},
      {Check::kRegex, {{"pattern", "min", "max"}, {"pattern"}}},
      {Check::kSections, {{"min_words"}, {}}},
      {Check::kCites, {{"any", "all", "min", "max"}, {}}},
      {Check::kCitationsExist, {{}, {}}},
      {Check::kQuotesVerbatim, {{"source", "min_chars", "min"}, {}}},
      {Check::kRecordRefs, {{"facts", "min", "max"}, {}}},
      {Check::kElements, {{"elements", "gold", "partial", "among"}, {}}},
      {Check::kConsistency, {{"between", "min_stated"}, {}}},
      {Check::kContradiction, {{}, {}}},
      {Check::kNoCopy, {{"source", "words", "max_share"}, {}}},
      {Check::kLength, {{"min_words", "max_words"}, {}}},
      {Check::kRepetition, {{"words", "min_share", "max_share"}, {}}},
      {Check::kFormat, {{"max_words"}, {}}},
      {Check::kPlugin, {{"scorer"}, {"scorer"}}},
      {Check::kJudge, {{"prompt", "scale"}, {"prompt", "scale"}}},
  };
  return all.at(check);
}

}  // namespace

const std::vector<std::string>& common_item_keys() {
  static const std::vector<std::string> names = {"id",      "check", "weight",   "class",
                                                 "section", "title", "held_out", "pass_at"};
  return names;
}

const std::vector<std::string>& item_keys(Check check) {
  return keys(check).read;
}

const std::vector<std::string>& needed_item_keys(Check check) {
  return keys(check).needed;
}

bool holds_of_nothing(Check check) {
  switch (check) {
    case Check::kContainsNone:
    case Check::kCitationsExist:
    case Check::kQuotesVerbatim:
    case Check::kContradiction:
    case Check::kNoCopy:
    case Check::kLength:
    case Check::kRepetition:
    case Check::kFormat:
    case Check::kSections:
      return true;
    default:
      return false;
  }
}

}  // namespace hone::rewards::rubric
