#include "report/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <utility>

#include "report/format.h"
#include "report/text.h"

namespace hone::report {
namespace {

constexpr std::size_t kLongestText = 2000;
constexpr int kBarColumns = 20;

std::string bar(const ProgressFields& fields) {
  const double share =
      fields.max_steps > 0 ? static_cast<double>(fields.step) / static_cast<double>(fields.max_steps) : 0.0;
  const int filled = static_cast<int>(std::clamp(share, 0.0, 1.0) * kBarColumns);
  std::string text;
  for (int i = 0; i < kBarColumns; ++i) {
    text += i < filled ? "█" : "░";
  }
  return text;
}

/// Escaped, cut and with each line behind a mark, so that no line of it can pass for one of ours.
std::string quoted(std::string_view text) {
  std::string_view kept = text.substr(0, kLongestText);
  while (kept.size() < text.size() && !kept.empty() &&
         (static_cast<unsigned char>(text[kept.size()]) & 0xC0U) == 0x80U) {
    kept.remove_suffix(1);  // not within a code point
  }
  std::string shown = printable(kept);
  if (kept.size() < text.size()) {
    shown += " … (" + std::to_string(text.size() - kept.size()) + " more bytes)";
  }
  std::string block = "  │ ";
  for (const char c : shown) {
    block += c;
    if (c == '\n') {
      block += "  │ ";
    }
  }
  return block + "\n";
}

}  // namespace

Terminal terminal_of(int file_descriptor) {
  const char* kind = std::getenv("TERM");
  const bool is_live = ::isatty(file_descriptor) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
  return {is_live, [file_descriptor] {
            winsize size{};
            const bool known = ::ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
            return known ? static_cast<int>(size.ws_col) : 80;
          }};
}

std::string progress_line(const ProgressFields& fields) {
  std::string line = "step " + std::to_string(fields.step) + "/" + std::to_string(fields.max_steps) + "  reward " +
                     format_number(fields.reward, 3);
  if (fields.accuracy) {
    line += "  accuracy " + format_percent(*fields.accuracy);
  }
  line += "  " + format_token_rate(fields.tokens_per_s);
  if (fields.rl_over_pretraining) {
    line += "  " + format_percent(*fields.rl_over_pretraining) + " of pretraining";
  }
  return line + "  " + format_duration(fields.seconds_left) + " left";
}

Progress::Progress(std::ostream& out, Terminal terminal) : out_(out), terminal_(std::move(terminal)) {}

Progress::~Progress() {
  erase();
}

void Progress::update(const ProgressFields& fields) {
  const std::string line = progress_line(fields);
  if (!terminal_.is_live) {
    out_ << line << '\n' << std::flush;
    return;
  }
  live_line_ = bar(fields) + " " + line;
  draw();
}

void Progress::message(std::string_view line) {
  erase();
  out_ << line << '\n' << std::flush;
  draw();
}

void Progress::print_sample(const Sample& sample) {
  erase();
  out_ << "── sample, score " << format_number(sample.score, 3);
  if (!sample.detail.empty()) {
    std::string detail = printable(sample.detail);
    std::replace(detail.begin(), detail.end(), '\n', ' ');
    out_ << ": " << clip(detail, 200);
  }
  out_ << '\n' << quoted(sample.question) << "  →\n" << quoted(sample.completion) << std::flush;
  draw();
}

void Progress::erase() {
  if (terminal_.is_live && !live_line_.empty()) {
    out_ << "\r\x1b[2K" << std::flush;
  }
}

void Progress::draw() {
  if (terminal_.is_live && !live_line_.empty()) {
    // The last column stays free: a terminal wraps when it is written, and the line could not be redrawn.
    const auto columns = static_cast<std::size_t>(std::max(terminal_.columns(), 2) - 1);
    out_ << "\r\x1b[2K" << clip(live_line_, columns) << std::flush;
  }
}

}  // namespace hone::report
