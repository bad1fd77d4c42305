#pragma once

#include <memory>
#include <string>

#include "routes/router.h"
#include "services/clock.h"
#include "services/spot/spot_service.h"

namespace tidegate::routes {

/// GET /spot/opportunities.
void add_spot_routes(Routes& routes, std::shared_ptr<spot::SpotService> service,
                     std::shared_ptr<Clock> clock);

/// The answer's body (openapi: SpotOpportunities; seed 000, analyze_spot_opportunities).
std::string render_opportunities(const spot::OpportunityReport& report);

/// The body of the seed's price_forecast action.
std::string render_forecast(const spot::ForecastReport& report);

}  // namespace tidegate::routes
