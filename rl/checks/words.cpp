#include "rl/checks/words.h"

#include <sstream>

#include "report/text.h"

namespace hone::rl {

void say_quoted(CheckItem& item, std::string_view text) {
  constexpr int kLines = 20;
  std::istringstream stream(report::printable(text));
  int shown = 0;
  for (std::string line; std::getline(stream, line); ++shown) {
    if (shown == kLines) {
      item.say("  │ …");
      return;
    }
    item.say("  │ " + line);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return text;
}

}  // namespace hone::rl
