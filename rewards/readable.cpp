#include "rewards/readable.h"

#include <nlohmann/json.hpp>

namespace hone::rewards {

std::string readable(std::string_view text) {
  constexpr std::size_t kMostBytes = 1000;
  const bool is_long = text.size() > kMostBytes;
  std::string kept(text.substr(0, kMostBytes));
  // The JSON writer replaces what is not UTF-8, a character that the cut split included; reading it back undoes the
  // rest.
  using Json = nlohmann::json;
  kept = Json::parse(Json(kept).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
  return is_long ? kept + "…" : kept;
}

}  // namespace hone::rewards
