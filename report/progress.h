#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace hone::report {

/// What the progress line says.
struct ProgressFields {
  std::int64_t step = 0;
  std::int64_t max_steps = 0;
  double reward = 0.0;
  std::optional<double> accuracy = {};             // share of the last evaluation, where there was one
  double tokens_per_s = 0.0;                       // of the rollout
  std::optional<double> rl_over_pretraining = {};  // FLOPs so far over the base's pretraining
  double seconds_left = 0.0;
};

/// Where progress is shown.
struct Terminal {
  bool is_live = false;          // a line can be redrawn
  std::function<int()> columns;  // asked at each redraw, as windows are resized; used only when live
};
/// Of an open file descriptor: live when it is a terminal that is not "dumb".
[[nodiscard]] Terminal terminal_of(int file_descriptor);

/// One question, what the policy made of it, and what the scorer said.
struct Sample {
  std::string_view question;
  std::string_view completion;
  double score = 0.0;
  std::string_view detail;
};

/// The run as seen from a terminal: one live line that is redrawn, or a plain line a step in a pipe.
class Progress {
 public:
  Progress(std::ostream& out, Terminal terminal);
  /// Erases the live line, so that what comes next starts clean.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const ProgressFields& fields);
  /// A line of its own, above the live one.
  void message(std::string_view line);
  /// A block with long texts cut and everything unprintable escaped: the completion is hostile.
  void print_sample(const Sample& sample);

 private:
  void erase();
  void draw();

  std::ostream& out_;
  Terminal terminal_;
  std::string live_line_;
};

/// "step 12/60  reward 0.53  accuracy 61.2 %  12.4k tok/s  0.8 % of pretraining  1 m 20 s left"
[[nodiscard]] std::string progress_line(const ProgressFields& fields);

}  // namespace hone::report
