#include "rl/checks/item.h"

#include <algorithm>

namespace hone::rl {

std::string_view status_name(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk:
      return "ok";
    case CheckStatus::kWarning:
      return "warning";
    case CheckStatus::kFailed:
      return "failed";
  }
  return "";
}

void CheckItem::warn(std::string problem) {
  status = std::max(status, CheckStatus::kWarning);
  problems.push_back(std::move(problem));
}

void CheckItem::fail(Fault whose, std::string problem) {
  // Where both are to blame it is hone's: the user cannot mend it alone.
  fault = status == CheckStatus::kFailed ? std::max(fault, whose) : whose;
  status = CheckStatus::kFailed;
  problems.push_back(std::move(problem));
}

CheckItem look_at(std::string name, const std::function<void(CheckItem&)>& look) {
  CheckItem item;
  item.name = std::move(name);
  try {
    look(item);
  } catch (const core::UserError& error) {
    item.fail(Fault::kUser, error.what());
  } catch (const core::Error& error) {
    item.fail(Fault::kHone, error.what());
  }
  return item;
}

}  // namespace hone::rl
