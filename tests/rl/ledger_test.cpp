#include <ATen/ATen.h>
#include <ATen/record_function.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "rl/micro_batch.h"
#include "tests/rl/training_fixture.h"

// The ledger's FLOPs against libtorch's own calls: every matrix product that a step makes, counted from its shapes.
using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Approx;

namespace {

thread_local double counted_flops = 0.0;

/// 2·m·k·n of mm, addmm and their in-place and out forms, which all products of matrices end in.
void count(const at::RecordFunction& function) {
  const std::string name = function.name();
  const std::size_t first = name == "aten::addmm" ? 1 : 0;
  if (first == 0 && name != "aten::mm") return;
  const auto a = function.inputs()[first].toTensor().sizes();
  const auto b = function.inputs()[first + 1].toTensor().sizes();
  counted_flops += 2.0 * static_cast<double>(a[0] * a[1] * b[1]);
}

struct CountProducts {
  at::CallbackHandle handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback([](const at::RecordFunction& function) -> std::unique_ptr<at::ObserverContext> {
        count(function);
        return nullptr;
      })
          .needsInputs(true)
          .scopes({at::RecordScope::FUNCTION}));
  CountProducts() { counted_flops = 0.0; }
  CountProducts(const CountProducts&) = delete;
  CountProducts& operator=(const CountProducts&) = delete;
  ~CountProducts() { at::removeCallback(handle); }
};

/// A shape whose FLOPs are attention's alone, which runs in a kernel of its own.
cost::ModelShape attention_only(cost::ModelShape shape) {
  shape.vocab = 0;
  shape.hidden = 0;
  shape.intermediate = 0;
  return shape;
}

}  // namespace

TEST_CASE("the ledger's FLOPs of a step are those of the matrix products that it made", "[rl][ledger]") {
  use_scorer("even", even_bytes);
  auto config = training_fixture::config("even");
  config.algorithm.entropy_coef = 0.01;  // nothing is skipped
  config.train.micro_batch_tokens = 40;
  config.rollout.slots = 16;  // a slot for each answer: all are decoded at once
  config.rollout.sampling.max_completion_length = 8;
  Training training(scripted::tiny_policy(), config);
  StepResult result;
  double counted = 0.0;
  {
    const CountProducts products;
    result = training.trainer.step();
    counted = counted_flops;
  }
  const auto shape = training.policy.shape();
  double attention = 0.0;
  for (const auto& group : result.experience.groups) {
    attention += rollout_work(group, attention_only(shape)).model_flops;
  }
  const auto batches = make_micro_batches(result.experience, result.advantages, result.rows, 0,
                                          result.experience.groups.size(), 40, at::kCPU);
  CHECK(batches.size() > 1);
  for (const auto& batch : batches) attention += 3.0 * batch.packed.forward_flops(attention_only(shape));
  CHECK(attention > 0.0);
  CHECK(training.ledger.total().hardware_flops - attention == Approx(counted).epsilon(1e-9));
}
