#pragma once

#include <memory>

#include "routes/router.h"
#include "services/alerts/alert_service.h"

namespace tidegate::routes {

/// POST /alerts, GET /alerts and GET /alerts/{alert_id}.
void add_alert_routes(Routes& routes, std::shared_ptr<alerts::AlertService> service);

}  // namespace tidegate::routes
