#include "policies/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hone::policies {
namespace {

/// Short wavelengths stay, long ones are stretched by `factor`, those between go from one to the other.
double llama3(const RopeConfig& config, double frequency) {
  const auto context = static_cast<double>(config.original_max_position_embeddings);
  const double wavelength = 2.0 * std::numbers::pi / frequency;
  if (wavelength < context / config.high_freq_factor) return frequency;
  if (wavelength > context / config.low_freq_factor) return frequency / config.factor;
  const double smooth =
      (context / wavelength - config.low_freq_factor) / (config.high_freq_factor - config.low_freq_factor);
  return (1.0 - smooth) * frequency / config.factor + smooth * frequency;
}

/// The dimension whose angle makes so many turns over the original context.
double dimension_of_turns(const RopeConfig& config, double turns, double dimensions) {
  const auto context = static_cast<double>(config.original_max_position_embeddings);
  return dimensions * std::log(context / (turns * 2.0 * std::numbers::pi)) / (2.0 * std::log(config.theta));
}

/// Where the ramp from unchanged to stretched begins and ends, in dimensions.
struct Ramp {
  double low, high;
  [[nodiscard]] double at(double dimension) const { return std::clamp((dimension - low) / (high - low), 0.0, 1.0); }
};

Ramp yarn_ramp(const RopeConfig& config, std::int64_t head_dim) {
  const auto dimensions = static_cast<double>(head_dim);
  double low = dimension_of_turns(config, config.beta_fast, dimensions);
  double high = dimension_of_turns(config, config.beta_slow, dimensions);
  if (config.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, dimensions - 1.0);
  return {low, low == high ? high + 0.001 : high};
}

double yarn_attention_factor(const RopeConfig& config) {
  const auto of = [&](double mscale) {
    return config.factor <= 1.0 ? 1.0 : 0.1 * mscale * std::log(config.factor) + 1.0;
  };
  if (config.attention_factor) return *config.attention_factor;
  if (config.mscale != 0.0 && config.mscale_all_dim != 0.0) return of(config.mscale) / of(config.mscale_all_dim);
  return of(1.0);
}

}  // namespace

RopeFrequencies rope_frequencies(const RopeConfig& config, std::int64_t head_dim) {
  RopeFrequencies result;
  const auto ramp = config.scaling == RopeScaling::kYarn ? yarn_ramp(config, head_dim) : Ramp{0.0, 1.0};
  for (std::int64_t i = 0; i < head_dim / 2; ++i) {
    double frequency = std::pow(config.theta, -2.0 * static_cast<double>(i) / static_cast<double>(head_dim));
    switch (config.scaling) {
      case RopeScaling::kNone:
        break;
      case RopeScaling::kLinear:
        frequency /= config.factor;
        break;
      case RopeScaling::kLlama3:
        frequency = llama3(config, frequency);
        break;
      case RopeScaling::kYarn: {
        const double stretched = ramp.at(static_cast<double>(i));
        frequency = frequency / config.factor * stretched + frequency * (1.0 - stretched);
        break;
      }
    }
    result.radians_per_token.push_back(frequency);
  }
  if (config.scaling == RopeScaling::kYarn) result.attention_factor = yarn_attention_factor(config);
  return result;
}

}  // namespace hone::policies
