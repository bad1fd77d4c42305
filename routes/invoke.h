#pragma once

#include <pplx/pplxtasks.h>

#include <functional>
#include <memory>
#include <string>

#include "routes/router.h"
#include "services/alerts/alert_service.h"
#include "services/spot/spot_service.h"

namespace tidegate::routes {

/// What a handler's success is: the JSON text that the Lambda function put into `body`.
struct HandlerBody {
  std::string body;
  bool replayed = false;  ///< it is the answer to an earlier call with the same Idempotency-Key
};

/// Carries out a handler's event, which is the call's body. Throws the types of services/error.h.
using EventHandler = std::function<pplx::task<HandlerBody>(Call)>;

struct InvokePorts {
  EventHandler scale;  ///< eks-scaler
  std::shared_ptr<spot::SpotService> spot;
  std::shared_ptr<alerts::AlertService> alerts;
  std::string default_cluster;  ///< named in errors, where the event names none (seed 000: CLUSTER_NAME)
  std::string default_region;   ///< likewise (seed 000: AWS_REGION)
};

/// POST /invoke/{handler}: the handlers of seed 000 under their old names, in the Lambda shape
/// `{statusCode, body}`. An event that a handler can't take is a statusCode of 400 inside a 200, a handler
/// that fails 500, both with the seed's `error` in the body. What did not get as far as the handler (a clash
/// of Idempotency-Keys, an action that is not built) is a problem.
void add_invoke_routes(Routes& routes, InvokePorts ports);

}  // namespace tidegate::routes
