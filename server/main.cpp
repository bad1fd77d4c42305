#include <iostream>

#include "server/app.h"
#include "server/cli/cli.h"
#include "server/lifecycle.h"
#include "services/telemetry/log.h"

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
  return tidegate::cli::run({argv + 1, argv + argc}, tidegate::config::process_environment(),
                            {.serve = serve,
                             .create_table =
                                 [](const tidegate::config::LoadedConfig& loaded) {
                                   return tidegate::create_table(loaded.config);
                                 }},
                            std::cout, std::cerr);
}
