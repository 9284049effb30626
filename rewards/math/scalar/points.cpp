// Functions of symbols, compared at fixed pseudo-random points.
#include <algorithm>
#include <cstdlib>

#include "rewards/math/scalar/balls.h"
#include "rewards/math/scalar/ladder.h"
#include "rewards/math/scalar/limits.h"

namespace hone::rewards::math::scalar {
namespace {

constexpr int kAgreements = 6;
constexpr int kMaxAttempts = 40;
constexpr int kMinDisagreements = 8;

struct Range {
  double low, high;
};
// The first six hold the usual domains, on both sides of zero.
constexpr Range kRanges[] = {{1, 4},  {-4, -1},  {0, 1}, {-6, 6}, {4, 40},
                             {-1, 1}, {-60, 60}, {0, 8}, {1, 2},  {-0.5, 0.5}};

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t value = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
  }

 private:
  std::uint64_t state_;
};

// The bits that constants far from 1 need to be seen beside 1: 1 + 10^{-60} has 200, 1 − 1/2024! has 39,000.
std::uint64_t hidden_bits(Graph& graph, const std::vector<Id>& vertices) {
  constexpr std::uint64_t kVisible = 64;
  std::uint64_t total = 0;
  for (const Id id : vertices) {
    const Op op = graph[id].op;
    std::uint64_t bits = 0;
    if (op == Op::kNumber || op == Op::kScale) bits = graph.number_of(id).bits();
    if (graph.is_constant(id) && op != Op::kNumber) {
      const Ball& ball = graph.enclosure(id);
      if (!ball.is_finite()) return UINT64_MAX;
      bits = std::max(bits, static_cast<std::uint64_t>(std::abs(magnitude_bits(ball))));
    }
    total += bits > kVisible ? std::min<std::uint64_t>(bits, UINT32_MAX) : 0;
  }
  return total;
}

// Symbols in places that only have a sense for whole numbers: n in (-1)^n.
std::vector<bool> whole_symbols(const Graph& graph, const std::vector<Id>& vertices, std::size_t names) {
  std::vector<bool> is_below(graph.size());
  std::vector<bool> is_whole(names);
  for (auto id = vertices.rbegin(); id != vertices.rend(); ++id) {
    const Vertex& vertex = graph[*id];
    const auto children = graph.children(*id);
    if (vertex.op == Op::kSymbol && is_below[*id]) is_whole[vertex.payload] = true;
    if (vertex.op == Op::kGcd || is_below[*id]) {
      for (const Id child : children) is_below[child] = true;
    }
    if (vertex.op == Op::kPower && graph.is_number(children[0]) && graph.number_of(children[0]).sign() < 0) {
      is_below[children[1]] = true;
    }
  }
  return is_whole;
}

class Points {
 public:
  Points(const std::vector<bool>& is_whole) : is_whole_(is_whole), values_(is_whole.size()) {}

  std::span<const Ball> at(int attempt) {
    Random random(static_cast<std::uint64_t>(attempt) * 0x51ED270B0A1F2C43ULL + 7);
    const auto count = static_cast<int>(std::size(kRanges));
    for (std::size_t i = 0; i < values_.size(); ++i) {
      // Later points mix the ranges of the symbols.
      const int choice = attempt < count ? attempt : static_cast<int>(random.next() % std::size(kRanges));
      const std::uint64_t bits = random.next();
      if (is_whole_[i]) {
        const auto low = attempt % 5 == 4 ? -6 : 1;
        acb_set_si(values_[i].get(), low + static_cast<long>(bits % (attempt < count ? 9 : 30)));
      } else {
        const Range& range = kRanges[choice];
        const double part = static_cast<double>(bits >> 32) / 4294967296.0;
        acb_set_d(values_[i].get(), range.low + (range.high - range.low) * part);
      }
    }
    return values_;
  }

 private:
  std::vector<bool> is_whole_;
  std::vector<Ball> values_;
};

enum class Agreement { kAgree, kDiffer, kOneIsDefined, kSkip };

bool is_close(const Ball& left, const Ball& right, long precision) {
  // Both enclose the same value to all but a quarter of the bits.
  Ball difference;
  acb_sub(difference.get(), left.get(), right.get(), precision);
  mag_t error, size;
  mag_init(error);
  mag_init(size);
  acb_get_mag(error, difference.get());
  acb_get_mag(size, left.get());
  mag_mul_2exp_si(size, size, -precision * 3 / 4);
  mag_t least;
  mag_init(least);
  mag_set_ui_2exp_si(least, 1, -precision * 3 / 4);
  mag_max(size, size, least);
  const bool result = mag_cmp(error, size) <= 0;
  mag_clear(error);
  mag_clear(size);
  mag_clear(least);
  return result;
}

Agreement compare_at(Evaluator& evaluator, Id left, Id right, Evaluation evaluation) {
  const long first_precision = evaluation.precision;
  const long last_precision = first_precision * (first_precision > 512 ? 2 : 4);
  for (; evaluation.precision <= last_precision; evaluation.precision *= 2) {
    evaluator.run(evaluation);
    const Ball& first = evaluator.value(left);
    const Ball& second = evaluator.value(right);
    const auto is_defined = [&](const Ball& ball) {
      return ball.is_finite() && (ball.is_real() || !evaluation.is_real_only);
    };
    if (is_defined(first) != is_defined(second)) return Agreement::kOneIsDefined;
    if (!is_defined(first)) return Agreement::kSkip;
    if (acb_overlaps(first.get(), second.get()) == 0) return Agreement::kDiffer;
    if (is_close(first, second, first_precision)) return Agreement::kAgree;
  }
  return Agreement::kSkip;
}

}  // namespace

Truth compare_at_points(Graph& graph, Id left, Id right) {
  Evaluator evaluator(graph, {left, right});
  std::size_t names = 0;
  for (const Id id : evaluator.vertices()) {
    if (graph[id].op == Op::kSymbol) names = std::max<std::size_t>(names, graph[id].payload + 1);
  }
  Points points(whole_symbols(graph, evaluator.vertices(), names));
  const bool is_real_only = !graph[left].has_imaginary && !graph[right].has_imaginary;
  const std::uint64_t hidden = hidden_bits(graph, evaluator.vertices());
  const long last_precision = 512 + 2 * static_cast<long>(hidden > kMaxHiddenBits ? 0 : hidden);
  int agreements = 0;
  int disagreements = 0;
  for (int attempt = 0; attempt < kMaxAttempts && agreements < kAgreements && !graph.work().is_spent(); ++attempt) {
    const long precision = agreements + 1 == kAgreements ? last_precision : 128;
    const Evaluation evaluation{.precision = precision,
                                .symbols = points.at(attempt),
                                .seed = static_cast<std::uint64_t>(attempt) + 1,
                                .is_real_only = is_real_only};
    switch (compare_at(evaluator, left, right, evaluation)) {
      case Agreement::kDiffer:
        return Truth::kDifferent;
      case Agreement::kAgree:
        ++agreements;
        break;
      case Agreement::kOneIsDefined:
        ++disagreements;
        break;
      case Agreement::kSkip:
        break;
    }
  }
  if (graph.work().is_spent()) return Truth::kUndecided;
  // ln x and ln(-x): wherever one is defined the other is not.
  if (agreements == 0 && disagreements >= kMinDisagreements) return Truth::kDifferent;
  if (hidden > 0 && (agreements < kAgreements || hidden > kMaxHiddenBits)) return Truth::kUndecided;
  return agreements >= kAgreements - 2 ? Truth::kEqual : Truth::kUndecided;
}

}  // namespace hone::rewards::math::scalar
