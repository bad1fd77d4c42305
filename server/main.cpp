#include <cstdlib>
#include <iostream>

#include "server/app.h"
#include "server/cli/cli.h"
#include "server/lifecycle.h"
#include "services/telemetry/log.h"

/// jemalloc's options: what is freed goes back to the system within about ten seconds, by a thread of
/// jemalloc's, so that no request does it and a burst does not stay in the resident memory. MALLOC_CONF in
/// the environment goes over it.
extern "C" {
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): jemalloc looks for just this
const char* malloc_conf = "background_thread:true";
}

namespace {

int serve(const tidegate::config::LoadedConfig& loaded) {
  const tidegate::config::Config& config = loaded.config;
  tidegate::block_signals();
  tidegate::set_log_level(config.log_level);
  const auto app = tidegate::make_app(loaded);
  return tidegate::run(
      *app, {.prestop_delay = config.server.prestop_delay, .drain_timeout = config.server.drain_timeout});
}

}  // namespace

int main(int argc, char** argv) {
  const int code = tidegate::cli::run({argv + 1, argv + argc}, tidegate::config::process_environment(),
                                      {.serve = serve,
                                       .create_table =
                                           [](const tidegate::config::LoadedConfig& loaded) {
                                             return tidegate::create_table(loaded.config);
                                           }},
                                      std::cout, std::cerr);
  // No destructor of a static object and no exit handler, OpenSSL's among them: a thread of cpprestsdk's pool
  // may still run a call that was given up, and reads what they take down.
  tidegate::flush_log();
  std::cout.flush();
  std::_Exit(code);
}
