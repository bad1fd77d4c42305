#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "routes/call.h"
#include "routes/router.h"
#include "services/scaling/scaling_service.h"

namespace tidegate::routes {

/// POST /scale.
void add_scaling_routes(Routes& routes, std::shared_ptr<scaling::ScalingService> service);

/// Carries out a seed event of the eks-scaler and completes with the answer's body, as POST /scale answers
/// it. Unknown members of the event are left alone, as the seed's handler does. Throws as
/// ScalingService::begin.
pplx::task<std::string> scale_from_event(std::shared_ptr<scaling::ScalingService> service, Call call,
                                         nlohmann::json event);

}  // namespace tidegate::routes
