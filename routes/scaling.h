#pragma once

#include <memory>

#include "routes/call.h"
#include "routes/invoke.h"
#include "routes/router.h"
#include "services/scaling/scaling_service.h"

namespace tidegate::routes {

/// POST /scale.
void add_scaling_routes(Routes& routes, std::shared_ptr<scaling::ScalingService> service);

/// Carries out a seed event of the eks-scaler, which is the call's body, and completes with the answer's
/// body, as POST /scale answers it. Unknown members of the event are left alone, as the seed's handler does.
/// Throws as ScalingService::begin.
pplx::task<HandlerBody> scale_from_event(std::shared_ptr<scaling::ScalingService> service, Call call);

}  // namespace tidegate::routes
