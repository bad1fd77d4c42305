#pragma once

#include <cstdint>
#include <string>

#include "services/clock.h"

namespace tidegate::sandbox {

/// The share of a cluster's starting capacity that its pods reserve, 0..1: a working day in India.
///
/// Low at night (0.25 of the capacity), up between 08:00 and 09:30 IST to 0.65, down between 18:30 and 20:00,
/// a third of that rise at weekends, with a noise of 3 % that changes every five minutes. A function of the
/// seed, the name (of a cluster or node group) and the time.
double reserved_share(std::uint64_t seed, const std::string& name, Instant at);

/// The same without its noise: what a forecaster can know.
double expected_share(Instant at);

}  // namespace tidegate::sandbox
