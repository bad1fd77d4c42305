#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/config/binder.h"
#include "server/config/config.h"
#include "server/config/references.h"
#include "services/clock.h"
#include "services/error.h"

namespace tidegate::config {

/// The configuration can't be used. `what()` holds one line for each thing wrong, "file:line: ...".
class ConfigError : public Error {
 public:
  using Error::Error;
};

/// One value from the command line.
struct Override {
  std::string path;  ///< "server.listen"
  std::string text;
  std::string flag;  ///< "--listen", for messages and `config show`
};

/// Variables: (name, value).
using Environment = std::vector<std::pair<std::string, std::string>>;

/// This process's environment.
Environment process_environment();

/// Whether loading opens the files that settings name (server.tls), to tell whether they can be used.
enum class NamedFiles { kLeftAlone, kOpened };

/// Where configuration comes from. Later wins: defaults, other programs' variables (AWS_REGION), the file,
/// TIDEGATE_* variables, flags.
struct Sources {
  std::optional<std::string> file_name;  ///< null = no file
  std::string file_text;
  Environment environment;
  std::vector<Override> overrides;
  /// For references other than ${env:NAME}, which always works.
  Resolvers resolvers;
  NamedFiles named_files = NamedFiles::kLeftAlone;
};

/// A configuration with the fields that are bound to it. Not movable: the fields point into it.
class LoadedConfig {
 public:
  LoadedConfig();
  LoadedConfig(const LoadedConfig&) = delete;
  LoadedConfig& operator=(const LoadedConfig&) = delete;

  Config config;
  std::vector<Field> fields;
  /// What is odd but no error, one sentence each.
  std::vector<std::string> warnings;
  /// The references to AWS that were met anywhere: "ssm:/path", "secret:name#key".
  std::vector<std::string> aws_references;
  /// When AWS gave the oldest of the values behind them. While AWS does not answer, values stay in use and
  /// grow old.
  std::optional<Instant> aws_values_read_at;
  /// Reads every source's references anew, those to AWS at most once in `aws.references.refresh`. Blocks;
  /// throws ConfigError. Empty where no reference to AWS was used.
  std::function<std::unique_ptr<LoadedConfig>()> again;
};

/// Reads all sources and checks the whole. Throws ConfigError naming everything that is wrong.
std::unique_ptr<LoadedConfig> load(const Sources& sources);

/// The same for the settings below some keys of the file ("aws"), the others at their defaults: what can be
/// known before references to AWS can be read. Only single values are checked, not the whole.
std::unique_ptr<LoadedConfig> load_part(const Sources& sources, const std::vector<std::string>& keys);

/// `file` read whole, `environment`, `overrides`. Throws ConfigError where the file can't be read. Without
/// `file`, TIDEGATE_CONFIG names one; without both there is none.
Sources read_sources(std::optional<std::string> file, Environment environment,
                     std::vector<Override> overrides);

}  // namespace tidegate::config
