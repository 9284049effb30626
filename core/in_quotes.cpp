#include "core/in_quotes.h"

#include <nlohmann/json.hpp>

namespace hone::core {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 120;
  using Json = nlohmann::json;
  return Json(std::string(text.substr(0, kLongest))).dump(-1, ' ', true, Json::error_handler_t::replace) +
         (text.size() > kLongest ? "…" : "");
}

}  // namespace hone::core
