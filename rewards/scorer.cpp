#include "rewards/scorer.h"

namespace hone::rewards {

std::string_view status_name(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kWrongFormat:
      return "wrong_format";
    case Status::kTimeout:
      return "timeout";
    case Status::kError:
      return "error";
    case Status::kUnscorable:
      return "unscorable";
  }
  return "error";
}

}  // namespace hone::rewards
