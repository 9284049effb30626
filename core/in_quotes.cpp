#include "core/in_quotes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hone::core {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 120;
  using Json = nlohmann::json;
  auto quoted = Json(std::string(text.substr(0, kLongest))).dump(-1, ' ', true, Json::error_handler_t::replace);
  std::replace(quoted.begin(), quoted.end(), '\x7F', '?');  // JSON leaves it as it is, a terminal does not
  return quoted + (text.size() > kLongest ? "…" : "");
}

}  // namespace hone::core
