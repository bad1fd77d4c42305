#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "server/config/loader.h"

namespace tidegate::cli {

inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;  ///< the command line or the configuration is wrong

/// What the commands do that needs more than the command line.
struct Actions {
  std::function<int(const config::LoadedConfig&)> serve;
  /// Returns what was done, one sentence.
  std::function<std::string(const config::LoadedConfig&)> create_table;
};

/// Carries out a command line (without the program's name) in `environment` and returns the exit code. Data
/// goes to `out`, everything said to a person to `err`. Throws nothing.
int run(std::vector<std::string> arguments, const config::Environment& environment, const Actions& actions,
        std::ostream& out, std::ostream& err);

/// Who answers a health check.
enum class Peer {
  kNamed,  ///< whom the URL names: its certificate is verified
  kItself  ///< this machine's own service: any certificate will do
};

/// GET on `url`, never through a proxy: whether it answered 2xx within 3 seconds; says why not on `err`.
bool healthy(const std::string& url, Peer peer, std::ostream& err);

}  // namespace tidegate::cli
