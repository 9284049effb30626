#include "core/error.h"
#include "datasets/jsonl.h"
#include "rewards/judge/evaluation.h"

namespace hone::rewards {
namespace {

using nlohmann::json;

double label_of(const json& value, const std::string& place) {
  if (value.is_boolean()) {
    return value.get<bool>() ? 1.0 : 0.0;
  }
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1) {
    throw core::DataError(place + ": \"label\" needs a number from 0 to 1, true or false, found " +
                          (value.is_number() ? value.dump() : value.type_name()));
  }
  return value.get<double>();
}

LabelledAnswer labelled_answer(json line, const std::string& place) {
  if (!line.is_object() || !line.contains("label") || !line.contains("answer") || !line["answer"].is_string()) {
    throw core::DataError(place + ": needs an object with \"question\", \"answer\" (text) and \"label\"");
  }
  LabelledAnswer labelled;
  labelled.answer = line["answer"].get<std::string>();
  labelled.label = label_of(line["label"], place);
  const json category = line.value("category", json(""));
  if (!category.is_string()) {
    throw core::DataError(place + ": \"category\" needs text, found " + category.type_name());
  }
  labelled.category = category.get<std::string>();
  // What is left is the question; these two would be read as its gold.
  line.erase("answer");
  line.erase("label");
  line.erase("category");
  labelled.question = std::make_shared<const datasets::Question>(datasets::question_from_json(line, place));
  return labelled;
}

}  // namespace

std::vector<LabelledAnswer> read_labels(const std::filesystem::path& path) {
  std::vector<LabelledAnswer> labelled;
  datasets::for_each_json_line(path, [&](std::size_t number, const json& line) {
    labelled.push_back(labelled_answer(line, path.string() + ":" + std::to_string(number)));
  });
  if (labelled.empty()) {
    throw core::DataError(path.string() + ": holds no labelled answer");
  }
  return labelled;
}

}  // namespace hone::rewards
