#include "rewards/rubric/schema.h"

#include "core/config_schema.h"
#include "rewards/rubric/item_keys.h"
#include "rewards/rubric/written.h"

namespace hone::rewards::rubric {

nlohmann::json rubric_schema() {
  using nlohmann::json;
  json schema = core::json_schema<WrittenRubric>("hone.rubric/1");
  json& items = schema["properties"]["items"]["items"];
  items["required"] = {"id", "check"};
  for (const auto& [check, name] : core::EnumNames<Check>::values) {
    json keys = common_item_keys();
    for (const std::string& key : item_keys(check)) keys.push_back(key);
    json then = {{"propertyNames", {{"enum", std::move(keys)}}}};
    if (!needed_item_keys(check).empty()) then["required"] = needed_item_keys(check);
    items["allOf"].push_back({{"if", {{"properties", {{"check", {{"const", name}}}}}}}, {"then", std::move(then)}});
  }
  return schema;
}

}  // namespace hone::rewards::rubric
