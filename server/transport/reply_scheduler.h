#pragma once

#include <pplx/pplxtasks.h>

namespace tidegate::transport {

/// A completed task for http_server::respond() to return when there is nothing to wait for. cpprestsdk
/// attaches a continuation to what respond() returns, only to observe a failure; on the default scheduler
/// that costs a wake-up of the pool with every request. The first continuation attached by the calling
/// thread, which is that one, runs where it is attached; all later ones go to the pool like any other.
pplx::task<void> completed_reply();

}  // namespace tidegate::transport
