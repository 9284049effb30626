#pragma once

#include <stdexcept>
#include <string>

namespace hone::core {

/// Root of everything that hone throws on purpose. `exit_code()` is what the program exits with.
/// A message says what was needed, what was found, and where: "train.json: rl.group_size is 1, needs at least 2".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  [[nodiscard]] virtual int exit_code() const noexcept { return 1; }
};

/// The user can mend it: exit 2, one line, no backtrace.
class UserError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return 2; }
};

/// A config's key, value or combination of values. The message begins with the file and the key's path.
class ConfigError : public UserError {
 public:
  using UserError::UserError;
};

/// A file or folder is missing, unreadable, not writable, or the disk is full.
class FileError : public UserError {
 public:
  using UserError::UserError;
};

/// A file's content is not what its format says: a JSONL line, a safetensors header, a tokenizer model.
class DataError : public UserError {
 public:
  using UserError::UserError;
};

/// A tensor, or a checkpoint's tensor, has another shape than is needed.
class ShapeError : public UserError {
 public:
  using UserError::UserError;
};

/// A run stopped itself: too many scorer errors, a loss that is not finite.
class RunError : public UserError {
 public:
  using UserError::UserError;
};

/// Ctrl-C or SIGTERM, after the checkpoint was written: exit 130.
class Interrupted : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return 130; }
};

}  // namespace hone::core
