#include "rl/checkpoint.h"

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <set>

#include "core/error.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

/// A policy and an optimizer that took some steps.
struct Trained {
  policies::Policy policy = scripted::tiny_policy();
  FusedAdamW optimizer{policy.masters(), {}};

  void step(std::uint64_t seed) {
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> gradients;
    for (const auto& master : policy.masters()) {
      gradients.push_back(tensor_checks::normal(master.sizes(), seed));
    }
    optimizer.step(gradients, 1e-2);
    policy.refresh();
  }
};

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

}  // namespace

TEST_CASE("a restored trainer steps on to the same bits", "[rl][checkpoint]") {
  const tensor_checks::TemporaryFolder run;
  Trained alone;
  alone.step(1);
  alone.step(2);
  Checkpoints(run.path, {1, 2})
      .save(2, alone.policy, alone.optimizer, {{"cursor", 12345678901234567890ULL}, {"x", 0.1}});
  alone.step(3);

  Trained resumed;
  Checkpoints checkpoints(run.path, {1, 2});
  REQUIRE(checkpoints.latest() == 2);
  const auto state = checkpoints.restore(2, resumed.policy, resumed.optimizer);
  CHECK(state.at("cursor") == 12345678901234567890ULL);
  CHECK(state.at("x") == 0.1);
  resumed.step(3);
  for (std::size_t i = 0; i < alone.policy.masters().size(); ++i) {
    CHECK(resumed.policy.masters()[i].equal(alone.policy.masters()[i]));
    CHECK(resumed.optimizer.first_moments()[i].equal(alone.optimizer.first_moments()[i]));
    CHECK(resumed.optimizer.second_moments()[i].equal(alone.optimizer.second_moments()[i]));
  }
}

TEST_CASE("a checkpoint is a policy that loads by itself", "[rl][checkpoint]") {
  const tensor_checks::TemporaryFolder run;
  Trained trained;
  trained.step(1);
  Checkpoints checkpoints(run.path, {1, 2});
  checkpoints.save(120, trained.policy, trained.optimizer, {});
  CHECK(checkpoints.folder(120).filename() == "step-000120");
  const auto loaded = policies::Policy::load(checkpoints.folder(120), policies::ComputeType::kFloat32,
                                             policies::Use::kTraining, at::kCPU);
  CHECK(loaded.masters()[0].equal(trained.policy.masters()[0]));
}

TEST_CASE("the last ones and the best are kept, also after a resume", "[rl][checkpoint]") {
  const tensor_checks::TemporaryFolder run;
  Trained trained;
  {
    Checkpoints checkpoints(run.path, {5, 2});
    CHECK(checkpoints.is_due(5));
    CHECK_FALSE(checkpoints.is_due(7));
    checkpoints.save(5, trained.policy, trained.optimizer, {});
    checkpoints.mark_best(7);
    CHECK(checkpoints.is_due(7));
    checkpoints.save(7, trained.policy, trained.optimizer, {});
    checkpoints.save(10, trained.policy, trained.optimizer, {});
  }
  Checkpoints checkpoints(run.path, {5, 2});
  REQUIRE(checkpoints.latest() == 10);
  checkpoints.restore(10, trained.policy, trained.optimizer);
  checkpoints.save(15, trained.policy, trained.optimizer, {});
  checkpoints.save(20, trained.policy, trained.optimizer, {});
  CHECK(names_in(run.path / "checkpoints") == std::set<std::string>{"step-000007", "step-000015", "step-000020"});
  checkpoints.mark_best(25);
  checkpoints.save(25, trained.policy, trained.optimizer, {});
  CHECK(names_in(run.path / "checkpoints") == std::set<std::string>{"step-000020", "step-000025"});
}

TEST_CASE("what kills left behind is no checkpoint and is cleared away", "[rl][checkpoint]") {
  const tensor_checks::TemporaryFolder run;
  const auto root = run.path / "checkpoints";
  for (const auto* name : {".step-000009.unfinished", ".step-000004.removed", "step-00001x"}) {
    std::filesystem::create_directories(root / name);
    std::ofstream(root / name / "model.safetensors") << "torn";
  }
  Trained trained;
  Checkpoints checkpoints(run.path, {1, 2});
  CHECK_FALSE(checkpoints.latest().has_value());
  checkpoints.save(8, trained.policy, trained.optimizer, {});
  CHECK(checkpoints.latest() == 8);
  CHECK(names_in(root) == std::set<std::string>{"step-000008", "step-00001x"});
}

TEST_CASE("a checkpoint that cannot be written names itself and leaves the others", "[rl][checkpoint]") {
  const tensor_checks::TemporaryFolder run;
  Trained trained;
  Checkpoints checkpoints(run.path, {1, 2});
  checkpoints.save(1, trained.policy, trained.optimizer, {});
  const auto before = names_in(checkpoints.folder(1));
  std::ofstream(run.path / "checkpoints" / ".step-000002.unfinished") << "";  // removed first
  std::filesystem::create_directories(run.path / "elsewhere");
  std::ofstream(run.path / "elsewhere" / "checkpoints") << "a file where the folder should be";
  CHECK_THROWS_AS(Checkpoints(run.path / "elsewhere", {1, 2}).save(2, trained.policy, trained.optimizer, {}),
                  core::FileError);
  CHECK(names_in(checkpoints.folder(1)) == before);
  checkpoints.save(2, trained.policy, trained.optimizer, {});
  CHECK(checkpoints.latest() == 2);
}

TEST_CASE("a checkpoint that somebody damaged names the file", "[rl][checkpoint]") {
  const tensor_checks::TemporaryFolder run;
  Trained trained;
  Checkpoints checkpoints(run.path, {1, 2});
  checkpoints.save(3, trained.policy, trained.optimizer, {});
  SECTION("trainer.json") {
    std::ofstream(checkpoints.folder(3) / "trainer/trainer.json") << "{";
    CHECK_THROWS_MATCHES(checkpoints.restore(3, trained.policy, trained.optimizer), core::DataError,
                         MessageMatches(ContainsSubstring("step-000003/trainer/trainer.json")));
  }
  SECTION("optimizer.safetensors of another policy") {
    auto config = scripted::tiny_config();
    config.intermediate_size = 60;
    auto other = scripted::tiny_policy(config);
    FusedAdamW optimizer(other.masters(), {});
    CHECK_THROWS_MATCHES(checkpoints.restore(3, other, optimizer), core::ShapeError,
                         MessageMatches(ContainsSubstring("step-000003/model.safetensors") &&
                                        ContainsSubstring("[52, 40]") && ContainsSubstring("[60, 40]")));
  }
}
