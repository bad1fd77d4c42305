#include "sandbox/load_curve.h"

#include <chrono>
#include <cmath>

#include "sandbox/draw.h"

namespace tidegate::sandbox {

namespace {

using namespace std::chrono;

constexpr minutes kIndiaOffset{330};  // UTC+05:30, without summer time
constexpr double kNight = 0.25;
constexpr double kRise = 0.40;
constexpr double kWeekendShare = 0.3;
constexpr double kMorningHour = 8.75;
constexpr double kEveningHour = 19.25;
constexpr double kSteepnessHours = 0.25;
constexpr double kNoise = 0.03;
constexpr minutes kNoiseLength{5};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

double expected_share(Instant at) {
  const auto local = at + kIndiaOffset;
  const auto day = floor<days>(local);
  const double hour = duration<double, std::ratio<3600>>(local - day).count();
  const weekday which{sys_days(day.time_since_epoch())};
  const double busy =
      logistic((hour - kMorningHour) / kSteepnessHours) - logistic((hour - kEveningHour) / kSteepnessHours);
  const bool weekend = which == Saturday || which == Sunday;
  return kNight + kRise * busy * (weekend ? kWeekendShare : 1);
}

double reserved_share(std::uint64_t seed, const std::string& name, Instant at) {
  const auto period = static_cast<std::uint64_t>(at.time_since_epoch() / kNoiseLength);
  return expected_share(at) * (1 + kNoise * (2 * draw(seed, name + "/load", period) - 1));
}

}  // namespace tidegate::sandbox
