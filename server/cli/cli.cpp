#include "server/cli/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "server/cli/iam_policy.h"
#include "server/config/aws_references.h"
#include "server/config/render.h"
#include "server/config/yaml.h"
#include "server/middleware/api_keys.h"

namespace tidegate::cli {

namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  tidegate serve                                    a simulated AWS account on 127.0.0.1:8080\n"
    "  tidegate serve --config tidegate.yaml\n"
    "  tidegate config show --config tidegate.yaml       every value in force and where it comes from\n"
    "  tidegate iam-policy --config tidegate.yaml        what its role in AWS must be allowed\n"
    "  tidegate key new --principal ci --scopes read,operate\n";

/// What the flags said.
struct Flags {
  std::optional<std::string> file;
  std::optional<std::string> listen;
  std::optional<std::string> data_dir;
  std::vector<std::string> settings;  ///< "scaling.parallelism=20"
  std::optional<std::string> url;
  std::string principal;
  std::vector<std::string> scopes;
  PolicyOrder policy;
  bool list_features = false;
};

void add_config_flags(CLI::App& command, Flags& flags) {
  command.add_option("--config", flags.file, "YAML file (or the variable TIDEGATE_CONFIG)")
      ->type_name("FILE");
  command.add_option("--set", flags.settings, "Any setting, as scaling.parallelism=20; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void add_serve_flags(CLI::App& command, Flags& flags) {
  add_config_flags(command, flags);
  command.add_option("--listen", flags.listen, "Where to listen, as 127.0.0.1:8080")
      ->type_name("ADDRESS:PORT");
  command.add_option("--data", flags.data_dir, "Directory of the embedded state")->type_name("DIR");
}

config::Sources sources_of(const Flags& flags, const config::Environment& environment) {
  std::vector<config::Override> overrides;
  for (const std::string& setting : flags.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos)
      throw config::ConfigError("--set " + setting + ": write it as key=value");
    overrides.push_back({setting.substr(0, equals), setting.substr(equals + 1), "--set"});
  }
  if (flags.listen) overrides.push_back({"server.listen", *flags.listen, "--listen"});
  if (flags.data_dir) overrides.push_back({"state.data_dir", *flags.data_dir, "--data"});
  return config::read_sources(flags.file, environment, std::move(overrides));
}

std::unique_ptr<config::LoadedConfig> load(config::Sources sources, std::ostream& err) {
  auto loaded = config::load_with_aws(std::move(sources));
  for (const std::string& warning : loaded->warnings) err << "warning: " << warning << "\n";
  return loaded;
}

std::string health_url(const config::Config& config) {
  config::ListenAddress address = config::parse_listen_address(config.server.listen);
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return address.uri(!config.server.tls.certificate.empty()) + "/readyz";
}

int new_key(const Flags& flags, std::ostream& out, std::ostream& err) {
  const NewApiKey made = make_api_key(flags.principal, flags.scopes);
  try {
    require_valid(AuthConfig{{made.config}});
  } catch (const InvalidRequest& wrong) {
    err << wrong.what() << "\n";
    return kUsage;
  }
  std::string scopes;
  for (const std::string& scope : flags.scopes) scopes += (scopes.empty() ? "" : ", ") + scope;
  out << made.key << "\n";
  err << "The key is shown this once. Put into the configuration:\n\n"
      << "auth:\n  keys:\n    - id: " << made.config.id
      << "\n      principal: " << config::to_yaml_scalar(flags.principal)
      << "\n      sha256: " << made.config.sha256.front() << "\n      scopes: [" << scopes << "]\n";
  return kOk;
}

/// The command line as CLI11 knows it.
class Commands {
 public:
  Commands() {
    app_.require_subcommand(1);
    app_.footer(kExamples);
    add_serve_flags(*serve_, flags_);
    config_->require_subcommand(1);
    add_serve_flags(*check_, flags_);
    add_serve_flags(*show_, flags_);
    table_->require_subcommand(1);
    add_config_flags(*create_, flags_);
    add_serve_flags(*healthcheck_, flags_);
    healthcheck_->add_option(
        "--url", flags_.url,
        "What to ask, its certificate verified; by default /readyz where the service listens");
    key_->require_subcommand(1);
    new_key_->add_option("--principal", flags_.principal, "Who will call with it")->required();
    new_key_->add_option("--scopes", flags_.scopes, "Of read, operate, admin")->delimiter(',')->required();
    add_config_flags(*policy_, flags_);
    policy_->add_option("--features", flags_.policy.features, "By default those that the configuration uses")
        ->delimiter(',');
    policy_->add_option("--account", flags_.policy.account,
                        "Whose resources: an id, or an account of the configuration for its role's policy");
    policy_->add_option("--region", flags_.policy.region, "By default every region");
    policy_->add_flag("--list", flags_.list_features, "List the features instead");
  }

  int run(std::vector<std::string> arguments, const config::Environment& environment, const Actions& actions,
          std::ostream& out, std::ostream& err) {
    std::ranges::reverse(arguments);  // CLI11 takes them from the back
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& end) {
      return app_.exit(end, out, err) == 0 ? kOk : kUsage;
    }
    return carry_out(environment, actions, out, err);
  }

 private:
  int carry_out(const config::Environment& environment, const Actions& actions, std::ostream& out,
                std::ostream& err) {
    if (version_->parsed()) {
      out << "tidegate " TIDEGATE_VERSION "\n";
      return kOk;
    }
    if (reference_->parsed()) {
      out << config::render_reference(config::LoadedConfig().fields);
      return kOk;
    }
    if (new_key_->parsed()) return new_key(flags_, out, err);
    if (healthcheck_->parsed()) {
      // Nothing secret is sent, and a certificate for 127.0.0.1 is nobody's: the service's own is not
      // verified.
      const bool well = flags_.url ? healthy(*flags_.url, Peer::kNamed, err)
                                   : healthy(own_health_url(environment), Peer::kItself, err);
      return well ? kOk : kFailed;
    }

    if (policy_->parsed()) return print_policy(environment, out, err);

    config::Sources sources = sources_of(flags_, environment);
    if (check_->parsed() || serve_->parsed()) sources.named_files = config::NamedFiles::kOpened;
    const auto loaded = load(std::move(sources), err);
    if (check_->parsed()) {
      err << "the configuration can be used\n";
      return kOk;
    }
    if (show_->parsed()) {
      out << config::render_effective(loaded->fields);
      return kOk;
    }
    if (create_->parsed()) {
      out << actions.create_table(*loaded) << "\n";
      return kOk;
    }
    return actions.serve(*loaded);
  }

  int print_policy(const config::Environment& environment, std::ostream& out, std::ostream& err) const {
    try {
      out << (flags_.list_features ? feature_list()
                                   : iam_policy(sources_of(flags_, environment), flags_.policy));
      return kOk;
    } catch (const InvalidRequest& wrong) {
      err << wrong.what() << "\n";
      return kUsage;
    }
  }

  /// Where this configuration listens; asks AWS for nothing, for it runs every few seconds.
  std::string own_health_url(const config::Environment& environment) const {
    return health_url(config::load_part(sources_of(flags_, environment), {"server"})->config);
  }

  Flags flags_;
  CLI::App app_{"tidegate runs AWS infrastructure automation as a REST service", "tidegate"};
  CLI::App* serve_ = app_.add_subcommand("serve", "Run the service");
  CLI::App* config_ = app_.add_subcommand("config", "Look at the configuration");
  CLI::App* check_ = config_->add_subcommand("check", "Tell whether it can be used");
  CLI::App* show_ = config_->add_subcommand("show", "Print every value in force, secrets masked");
  CLI::App* reference_ =
      config_->add_subcommand("reference", "Print every setting with its meaning (Markdown)");
  CLI::App* table_ = app_.add_subcommand("table", "The DynamoDB table of the state");
  CLI::App* create_ = table_->add_subcommand("create", "Make it where it is missing");
  CLI::App* policy_ =
      app_.add_subcommand("iam-policy", "Print the IAM policy that allows what is switched on, and no more");
  CLI::App* healthcheck_ = app_.add_subcommand("healthcheck", "Exit 0 if the running service is ready");
  CLI::App* key_ = app_.add_subcommand("key", "API keys");
  CLI::App* new_key_ = key_->add_subcommand("new", "Make one and print it, this once");
  CLI::App* version_ = app_.add_subcommand("version", "Print the version");
};

}  // namespace

int run(std::vector<std::string> arguments, const config::Environment& environment, const Actions& actions,
        std::ostream& out, std::ostream& err) {
  try {
    return Commands().run(std::move(arguments), environment, actions, out, err);
  } catch (const config::ConfigError& wrong) {
    err << wrong.what() << "\n";
    return kUsage;
  } catch (const std::exception& failure) {
    err << "tidegate: " << failure.what() << "\n";
    return kFailed;
  }
}

}  // namespace tidegate::cli
