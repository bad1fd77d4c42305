#include "sandbox/price_feed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>

#include "sandbox/draw.h"

namespace tidegate::sandbox {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr double kTurn = 2 * std::numbers::pi;
constexpr std::array<const char*, 5> kZones = {"a", "b", "c", "d", "f"};
constexpr double kOfferedShare = 0.8;
constexpr std::size_t kZonesAlwaysOffered = 3;
constexpr double kZoneSkew = 0.12;
constexpr double kSwingPerBucket = 0.03;
constexpr double kStepNoise = 0.2;  // of the swing
constexpr std::int64_t kHorizonHours = 6;
constexpr double kTrendThreshold = 0.015;

std::int64_t epoch_s(Instant at) { return std::chrono::floor<seconds>(at.time_since_epoch()).count(); }

/// The price as it would be without steps and noise.
double wave(const PriceFeed::Pool& pool, std::int64_t at_s) {
  const double at_hours = static_cast<double>(at_s) / 3600;
  const double slow = std::sin(kTurn * at_hours / pool.slow_hours + pool.slow_phase);
  const double quick = std::sin(kTurn * at_hours / pool.quick_hours + pool.quick_phase);
  return pool.level_usd * (1 + pool.swing * (0.6 * slow + 0.4 * quick));
}

PriceFeed::Pool make_pool(const std::string& type, const std::string& zone, const InstanceFacts& facts,
                          std::uint64_t seed) {
  const std::string name = type + "/" + zone;
  const auto between = [&](double low, double high, std::uint64_t which) {
    return low + (high - low) * draw(seed, name, which);
  };
  const double average = facts.usd_per_hour * (1 - facts.spot_savings_percent / 100);
  return {.instance_type = type,
          .zone = zone,
          .level_usd = average * between(1 - kZoneSkew, 1 + kZoneSkew, 1),
          .ceiling_usd = facts.usd_per_hour,
          .swing = kSwingPerBucket * (facts.interruption_bucket + 1),
          .slow_hours = between(20, 30, 2),
          .quick_hours = between(4, 9, 3),
          .slow_phase = between(0, kTurn, 4),
          .quick_phase = between(0, kTurn, 5),
          .step_s = static_cast<std::int64_t>(between(10, 40, 6)) * 60,
          .seed = draw_bits(seed, name, 7)};
}

}  // namespace

PriceFeed::PriceFeed(const Catalogue& catalogue, std::uint64_t seed) {
  for (const auto& [type, facts] : catalogue.types) {
    for (std::size_t i = 0; i < kZones.size(); ++i) {
      const bool offered = i < kZonesAlwaysOffered || draw(seed, type, 100 + i) < kOfferedShare;
      if (offered) pools_.push_back(make_pool(type, catalogue.region + kZones[i], facts, seed));
    }
  }
}

FeedPrice PriceFeed::price(const Pool& pool, Instant at) {
  const auto offset = static_cast<std::int64_t>(pool.seed % static_cast<std::uint64_t>(pool.step_s));
  const std::int64_t step = (epoch_s(at) - offset) / pool.step_s;
  const std::int64_t since_s = step * pool.step_s + offset;
  const double noise = (2 * draw(pool.seed, "step", static_cast<std::uint64_t>(step)) - 1) * kStepNoise;
  const double usd = std::min(wave(pool, since_s) + pool.level_usd * pool.swing * noise, pool.ceiling_usd);
  return {std::round(usd * 10'000) / 10'000, Instant(seconds(since_s))};
}

double PriceFeed::volatility(const Pool& pool, Instant at) {
  constexpr int kHours = 24;
  double least = pool.ceiling_usd;
  double most = 0;
  double sum = 0;
  for (int i = 0; i < kHours; ++i) {
    const double usd = price(pool, at - hours(i)).usd_per_hour;
    least = std::min(least, usd);
    most = std::max(most, usd);
    sum += usd;
  }
  return std::min(1.0, (most - least) * kHours / sum);
}

std::string PriceFeed::trend(const Pool& pool, Instant at) {
  const std::int64_t now_s = epoch_s(at);
  const double change = wave(pool, now_s + kHorizonHours * 3600) / wave(pool, now_s) - 1;
  if (change > kTrendThreshold) return "increasing";
  if (change < -kTrendThreshold) return "decreasing";
  return "stable";
}

}  // namespace tidegate::sandbox
