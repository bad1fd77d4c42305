#pragma once

#include "routes/router.h"

namespace tidegate::routes {

/// GET /openapi.json, /openapi.yaml, /docs and /docs/{file}: the contract itself, with ETags. A document is
/// read into memory when it is first asked for.
void add_contract_documents(Routes& routes);

}  // namespace tidegate::routes
