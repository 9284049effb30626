#pragma once

#include <map>
#include <string>
#include <vector>

/// The domain statute's text, read and decided by a program of its own.
namespace hone::datasets {

/// The law's condition, "seal and (oath or lease), unless fraud".
[[nodiscard]] std::string law_of(const std::string& text);
/// Its elements in the law's order.
[[nodiscard]] std::vector<std::string> elements_of(const std::string& law);
/// What the facts say: thing to whether it was there.
[[nodiscard]] std::map<std::string, bool> facts_of(const std::string& text);
/// Classical logic, for elements of which all is known.
[[nodiscard]] bool is_granted(const std::string& law, const std::map<std::string, bool>& holds);
/// "granted", "denied" or "undetermined": tries every way in which the untold could be.
[[nodiscard]] std::string decide(const std::string& text);

}  // namespace hone::datasets
