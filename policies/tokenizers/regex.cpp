#include "policies/tokenizers/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdexcept>

#include "core/error.h"
#include "policies/tokenizers/characters.h"

namespace hone::policies {
namespace {

// A pattern that splits words steps a few times for each byte of a word. A run of a million spaces is a word too.
constexpr std::uint32_t kMatchLimit = 50'000'000;
constexpr std::uint32_t kDepthLimit = 10'000'000;
constexpr std::uint32_t kHeapLimitKib = 256 * 1024;
constexpr std::size_t kStackStart = 32 * 1024;
constexpr std::size_t kStackMost = 64 * 1024 * 1024;
// Compiled code grows with the product of nested intervals; a pattern that splits words has a few hundred bytes.
constexpr std::size_t kMaxPatternBytes = 64 * 1024;

std::string reason(int error) {
  PCRE2_UCHAR text[256] = {};
  pcre2_get_error_message(error, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

}  // namespace

struct Regex::Matcher::State {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack = pcre2_jit_stack_create(kStackStart, kStackMost, nullptr);

  State() {
    if (data == nullptr || context == nullptr || stack == nullptr) throw std::bad_alloc();
    pcre2_set_match_limit(context, kMatchLimit);
    pcre2_set_depth_limit(context, kDepthLimit);
    pcre2_set_heap_limit(context, kHeapLimitKib);
    pcre2_jit_stack_assign(context, nullptr, stack);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    pcre2_jit_stack_free(stack);
  }
};

struct Regex::Code {
  pcre2_code* code = nullptr;
  std::string pattern;

  Code() = default;
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() { pcre2_code_free(code); }
};

Regex::Matcher::Matcher() = default;
Regex::Matcher::~Matcher() = default;

Regex::Regex(const std::string& pattern) : code_(std::make_unique<Code>()) {
  if (pattern.size() > kMaxPatternBytes) {
    throw std::invalid_argument("is a regular expression of " + std::to_string(pattern.size()) +
                                " bytes, needs at most " + std::to_string(kMaxPatternBytes));
  }
  int error = 0;
  PCRE2_SIZE at = 0;
  const auto* text = reinterpret_cast<PCRE2_SPTR>(pattern.data());
  // In Ruby's syntax ^ and $ are always about lines. \C would split characters.
  const std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
  auto* context = pcre2_compile_context_create(nullptr);
  pcre2_set_newline(context, PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context, 100);
  code_->code = pcre2_compile(text, pattern.size(), options, &error, &at, context);
  pcre2_compile_context_free(context);
  if (code_->code == nullptr) {
    throw std::invalid_argument("is no regular expression: " + reason(error) + ", at byte " + std::to_string(at));
  }
  code_->pattern = pattern;
  // Where there is no compiler for the machine, the interpreter does the same, slower.
  pcre2_jit_compile(code_->code, PCRE2_JIT_COMPLETE);
}

Regex::~Regex() = default;

void Regex::find_all(std::string_view text, Matcher& matcher, std::vector<TextRange>& found) const {
  if (!matcher.state_) matcher.state_ = std::make_unique<Matcher::State>();
  const auto& state = *matcher.state_;
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  const auto* match = pcre2_get_ovector_pointer(state.data);
  auto last_end = std::string_view::npos;
  for (std::size_t at = 0; at <= text.size();) {
    const int result =
        pcre2_match(code_->code, subject, text.size(), at, PCRE2_NO_UTF_CHECK, state.data, state.context);
    if (result == PCRE2_ERROR_NOMATCH) return;
    if (result < 0) {
      throw core::DataError("the tokenizer's regular expression " + code_->pattern + " fails on a text of " +
                            std::to_string(text.size()) + " bytes: " + reason(result));
    }
    const TextRange range{match[0], match[1]};
    if (range.begin >= range.end && range.end == last_end) {
      at += at < text.size() ? character_at(text, at).bytes : 1;
      continue;
    }
    found.push_back(range);
    last_end = at = range.end;
  }
}

}  // namespace hone::policies
