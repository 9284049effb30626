#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/config_check.h"
#include "core/config_read.h"
#include "core/config_schema.h"
#include "core/config_write.h"

/// JSON to typed structs and back, strictly. A struct of options says once what it holds:
///
///   struct TrainOptions {
///     double learning_rate = 1e-5;
///     std::vector<double> betas = {0.9, 0.999};
///     template <class Visitor>
///     void describe(Visitor& visit) {
///       visit("learning_rate", learning_rate, "Peak learning rate of AdamW.", core::greater_than(0));
///       visit("betas", betas, "Decay of AdamW's averages.", core::in_range(0, 1));
///     }
///   };
///
/// Members may be bool, integers, floating point, std::string, enums with EnumNames, nested described structs,
/// std::vector, std::optional (null), std::map<std::string, T>, and Json for free form.
namespace hone::core {

/// Parses a file of JSON; // and /* */ comments are allowed, a key given twice is not.
/// Throws FileError when it cannot be read, ConfigError with file:line:column when it is not JSON.
[[nodiscard]] Json load_json_file(const std::string& path);

/// The same from text; `source` is what messages call it.
[[nodiscard]] Json parse_json_text(std::string_view content, const std::string& source);

/// Sets one value: "train.learning_rate=1e-5", "eval.sets.0.n=3". The value is JSON if it parses, else a string.
/// Missing objects are made; an array's index must exist or be the next one. Throws ConfigError naming the argument.
void apply_override(Json& root, std::string_view assignment);

/// A T with its defaults, overlaid with the JSON. Throws ConfigError that begins with `source` and names the key by its
/// path below `path`: an unknown key (with the nearest known one), a wrong type, a failed check, a required key left
/// out.
template <class T>
[[nodiscard]] T from_json(const Json& json, const std::string& source, const std::string& path = "") {
  T value{};
  const config::Source from{source, path, [] { return json_schema<T>(""); }};
  config::read(&json, value, config::Place{from, path}, Check{});
  return value;
}

/// Everything, defaults included: from_json(to_json(x)) gives x again.
template <class T>
[[nodiscard]] Json to_json(const T& value) {
  T copy = value;  // describe() is not const, as it also fills
  return config::write(copy);
}

}  // namespace hone::core
