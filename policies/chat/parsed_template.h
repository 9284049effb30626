#pragma once

#include <string>
#include <vector>

#include "policies/chat/chat_template.h"
#include "policies/chat/jinja/syntax.h"

namespace hone::policies {

struct ChatTemplate::Parsed {
  std::string source;
  std::string where;
  SpecialTokens special_tokens;
  bool leaves_bos_to_caller = false;
  jinja::Block root;
};

struct ChatTemplate::Rendered {
  MarkedText text;
  std::vector<TextRange> generated;
};

}  // namespace hone::policies
