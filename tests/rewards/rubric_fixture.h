#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rewards/registry.h"
#include "rewards/scorer.h"

namespace rubric_fixture {

/// Hearsay: three elements, one authority, two facts.
[[nodiscard]] nlohmann::json hearsay();
/// An answer that deserves everything under it.
[[nodiscard]] std::string good_answer();

/// Scores one answer by a rubric that the question carries.
[[nodiscard]] hone::rewards::Score score(const nlohmann::json& rubric, const std::string& answer,
                                         const nlohmann::json& options = nlohmann::json::object(),
                                         hone::rewards::Purpose purpose = hone::rewards::Purpose::kTraining);
/// s of one item.
[[nodiscard]] double part(const hone::rewards::Score& score, const std::string& item);
/// s of the only item of a rubric that has no sections.
[[nodiscard]] double check(const nlohmann::json& item, const std::string& answer,
                           nlohmann::json rubric = nlohmann::json::object());

}  // namespace rubric_fixture
