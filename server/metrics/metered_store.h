#pragma once

#include <memory>

#include "services/state/store.h"
#include "services/telemetry/telemetry.h"

namespace tidegate {

/// `store` with each of its calls told to `telemetry`: its duration and whether it went well.
std::shared_ptr<state::DocumentStore> make_metered_store(std::shared_ptr<state::DocumentStore> store,
                                                         std::shared_ptr<Telemetry> telemetry,
                                                         std::shared_ptr<Clock> clock);

}  // namespace tidegate
