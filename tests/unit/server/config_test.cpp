#include "server/config/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "server/config/aws_references.h"
#include "server/config/render.h"

namespace tidegate::config {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

Sources file(const std::string& text) {
  Sources sources;
  sources.file_name = "tidegate.yaml";
  sources.file_text = text;
  return sources;
}

std::string error_of(const Sources& sources) {
  try {
    load(sources);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

const Field& field(const LoadedConfig& loaded, const std::string& path) {
  for (const Field& candidate : loaded.fields) {
    if (candidate.path == path) return candidate;
  }
  throw std::out_of_range(path);
}

TEST(Config, HasDefaultsWithoutAnySource) {
  const auto loaded = load({});

  EXPECT_EQ(loaded->config.server.listen, "127.0.0.1:8080");
  EXPECT_EQ(loaded->config.platform, Platform::kSandbox);
  EXPECT_EQ(loaded->config.rate_limit.per_key.rate_per_second, 2000);
  EXPECT_EQ(loaded->config.rate_limit.global.burst, 5000);
  EXPECT_EQ(field(*loaded, "server.listen").source, "default");
}

TEST(Config, ReadsAFile) {
  const auto loaded = load(file(R"(
platform: aws
server:
  drain_timeout: 1m30s
  limits: {body_bytes_max: 2MiB}
scaling: {parallelism: 20, adjustment: {load_increase_threshold: 0.25}}
spot:
  instance_types: [m5.large, c5.large]
)"));

  EXPECT_EQ(loaded->config.platform, Platform::kAws);
  EXPECT_EQ(loaded->config.server.drain_timeout, milliseconds(90'000));
  EXPECT_EQ(loaded->config.server.limits.body_bytes_max, 2U * 1024 * 1024);
  EXPECT_EQ(loaded->config.scaling.parallelism, 20U);
  EXPECT_EQ(loaded->config.scaling.adjustment.load_increase_threshold, 0.25);
  EXPECT_THAT(loaded->config.spot.instance_types, ElementsAre("m5.large", "c5.large"));
  EXPECT_EQ(field(*loaded, "server.drain_timeout").source, "tidegate.yaml:4");
}

TEST(Config, NamesTheLineOfAnUnknownKeyAndTheOneThatWasMeant) {
  EXPECT_EQ(error_of(file("log:\n  level: info\nscalling:\n  parallelism: 3\n")),
            "tidegate.yaml:3: unknown key \"scalling\" (did you mean \"scaling\"?)");
  EXPECT_EQ(error_of(file("scaling:\n  paralelism: 3\n")),
            "tidegate.yaml:2: unknown key \"scaling.paralelism\" (did you mean \"scaling.parallelism\"?)");
  EXPECT_EQ(error_of(file("zzz: 1\n")), "tidegate.yaml:1: unknown key \"zzz\"");
}

TEST(Config, NamesAnUnknownKeyInsideAListOfStructs) {
  const std::string error = error_of(file("auth:\n  keys:\n    - id: a\n      principle: ops\n"));

  EXPECT_EQ(error, "tidegate.yaml:4: auth.keys: unknown key \"principle\" (did you mean \"principal\"?)");
}

TEST(Config, ReportsEveryErrorAtOnce) {
  const std::string error = error_of(file("scaling:\n  parallelism: many\nlog: {level: loud}\nbogus: 1\n"));

  EXPECT_EQ(error,
            "tidegate.yaml:2: scaling.parallelism: \"many\" is no integer\n"
            "tidegate.yaml:3: log.level: \"loud\" is none of debug, info, warning, error, off\n"
            "tidegate.yaml:4: unknown key \"bogus\"");
}

TEST(Config, ReportsEveryErrorOfEveryItemOfAList) {
  const std::string keys =
      "auth:\n"
      "  keys:\n"
      "    - id: a\n"
      "      principle: ops\n"
      "      scope: read\n"
      "    - {id: b, principal: [ops]}\n";
  EXPECT_EQ(error_of(file(keys)),
            "tidegate.yaml:4: auth.keys: unknown key \"principle\" (did you mean \"principal\"?)\n"
            "tidegate.yaml:5: auth.keys: unknown key \"scope\" (did you mean \"scopes\"?)\n"
            "tidegate.yaml:6: auth.keys: principal: expected text, not a list");

  Sources variable;
  variable.environment = {{"TIDEGATE_AUTH_KEYS", "[{idd: a}, {id: b, scope: x}]"}};
  EXPECT_EQ(error_of(variable),
            "TIDEGATE_AUTH_KEYS: auth.keys: unknown key \"idd\" (did you mean \"id\"?)\n"
            "TIDEGATE_AUTH_KEYS: auth.keys: unknown key \"scope\" (did you mean \"scopes\"?)");
}

TEST(Config, ReportsEveryKeyThatCannotBeMeantAtItsLine) {
  const std::string good = std::string("principal: ops, scopes: [read], sha256: ") + kHash;
  const std::string keys =
      "auth:\n"
      "  keys:\n"
      "    - {id: a, principal: ops, scopes: [read], sha256: abc}\n"
      "    - {id: b, " +
      good +
      "}\n"
      "    - {id: b, principal: ci, scopes: [root, admin], sha256: ''}\n";

  EXPECT_EQ(error_of(file(keys)),
            "tidegate.yaml:3: auth.keys: key \"a\" has a sha256 that is not 64 hexadecimal digits\n"
            "tidegate.yaml:5: auth.keys: key \"b\" stands there twice\n"
            "tidegate.yaml:5: auth.keys: key \"b\" needs a sha256\n"
            "tidegate.yaml:5: auth.keys: key \"b\" has an unknown scope \"root\": read, operate or admin");
}

TEST(Config, HoldsValuesToTheirRangeWithTheLine) {
  EXPECT_EQ(error_of(file("scaling:\n  parallelism: 101\n")),
            "tidegate.yaml:2: scaling.parallelism: 101 is above the maximum of 100");
  EXPECT_EQ(error_of(file("operations:\n  lease: 10ms\n")),
            "tidegate.yaml:2: operations.lease: 10ms is below the minimum of 1s");
  EXPECT_EQ(error_of(file("server:\n  limits:\n    header_bytes_max: 1B\n")),
            "tidegate.yaml:3: server.limits.header_bytes_max: a size below the minimum of 1KiB");
}

TEST(Config, RefusesNumbersThatAreNone) {
  for (const char* wrong : {"12x", "1.5", "-1", "0x10", "''", "[1]", "null", "99999999999999999999999"}) {
    EXPECT_THAT(error_of(file(std::string("scaling: {parallelism: ") + wrong + "}")),
                HasSubstr("tidegate.yaml:1: scaling.parallelism: "))
        << wrong;
  }
  for (const char* wrong : {"nan", "inf", "1e999", "0.5.5"}) {
    EXPECT_THAT(error_of(file(std::string("spot: {policy: {score_max: ") + wrong + "}}")),
                HasSubstr("tidegate.yaml:1: spot.policy.score_max: "))
        << wrong;
  }
}

TEST(Config, RefusesDurationsThatAreNone) {
  for (const char* wrong : {"10", "s", "10 s", "-1s", "1y", "1.5s", "99999999999999999d", "10s5"}) {
    EXPECT_THAT(error_of(file("server: {drain_timeout: '" + std::string(wrong) + "'}")),
                HasSubstr("is no duration"))
        << wrong;
  }
  EXPECT_THAT(error_of(file("server: {drain_timeout: 36501d}")), HasSubstr("is longer than 36500d"));
  EXPECT_THAT(error_of(file("alerts: {retry_after_max: 1500ms}")),
              HasSubstr("whole multiples of 1s are wanted"));
}

TEST(Config, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(error_of(file("log: {level: info}\nlog: {level: debug}\n")),
            "tidegate.yaml:2: key \"log\" stands here twice");
}

TEST(Config, NamesTheLineOfBrokenYaml) {
  EXPECT_THAT(error_of(file("log:\n  level: [info\n")), HasSubstr("tidegate.yaml:3: no valid YAML"));
  EXPECT_THAT(error_of(file("- a\n- b\n")), HasSubstr("the configuration must be a map"));
  EXPECT_THAT(error_of(file("scaling: 3\n")),
              HasSubstr("tidegate.yaml:1: \"scaling\" must be a map of keys"));
}

TEST(Config, LetsFlagsWinOverVariablesOverFileOverOtherProgramsVariables) {
  Sources sources = file("scaling: {default_region: from-file}\n");
  sources.environment = {{"AWS_REGION", "from-aws"}};
  EXPECT_EQ(load(sources)->config.scaling.default_region, "from-file");
  EXPECT_EQ(load(sources)->config.spot.region, "from-aws");

  sources.environment.emplace_back("TIDEGATE_SCALING_DEFAULT_REGION", "from-env");
  const auto by_env = load(sources);
  EXPECT_EQ(by_env->config.scaling.default_region, "from-env");
  EXPECT_EQ(field(*by_env, "scaling.default_region").source, "env TIDEGATE_SCALING_DEFAULT_REGION");

  sources.overrides = {{"scaling.default_region", "from-flag", "--region"}};
  const auto by_flag = load(sources);
  EXPECT_EQ(by_flag->config.scaling.default_region, "from-flag");
  EXPECT_EQ(field(*by_flag, "scaling.default_region").source, "flag --region");
}

TEST(Config, ReadsListsAndStructsFromVariables) {
  Sources sources;
  sources.environment = {{"TIDEGATE_SPOT_INSTANCE_TYPES", "m5.large, c5.large"},
                         {"TIDEGATE_ALERTS_EMAIL_TO", "[a@example.com]"},
                         {"TIDEGATE_AUTH_KEYS", std::string("[{id: k1, principal: ops, sha256: ") + kHash +
                                                    ", scopes: [read, operate]}]"}};
  const auto loaded = load(sources);

  EXPECT_THAT(loaded->config.spot.instance_types, ElementsAre("m5.large", "c5.large"));
  EXPECT_THAT(loaded->config.aws.email.to, ElementsAre("a@example.com"));
  ASSERT_EQ(loaded->config.auth.keys.size(), 1U);
  EXPECT_THAT(loaded->config.auth.keys[0].sha256, ElementsAre(kHash));
  EXPECT_THAT(loaded->config.auth.keys[0].scopes, ElementsAre("read", "operate"));
}

TEST(Config, NamesTheVariableThatIsWrong) {
  Sources sources;
  sources.environment = {{"TIDEGATE_SCALING_PARALLELISM", "0"}};

  EXPECT_EQ(error_of(sources),
            "TIDEGATE_SCALING_PARALLELISM: scaling.parallelism: 0 is below the minimum of 1");
}

TEST(Config, WarnsOfVariablesThatAreNoSettingButNotOfKubernetesOwn) {
  Sources sources;
  sources.environment = {{"TIDEGATE_SCALING_PARALELISM", "5"},
                         {"TIDEGATE_PORT", "tcp://10.0.0.1:80"},
                         {"TIDEGATE_SERVICE_HOST", "10.0.0.1"},
                         {"TIDEGATE_CONFIG", "x.yaml"}};

  EXPECT_THAT(load(sources)->warnings,
              ElementsAre("variable TIDEGATE_SCALING_PARALELISM is no setting (did you mean "
                          "TIDEGATE_SCALING_PARALLELISM?)"));
}

TEST(Config, ResolvesReferences) {
  Sources sources = file(
      "alerts:\n  slack: {webhook_url: 'https://hooks.example/${env:TOKEN}'}\n"
      "  email: {to: ['${env:OPS}@example.com', 'a$${b}@example.com']}\n");
  sources.environment = {{"TOKEN", "s3cret"}, {"OPS", "ops"}};
  const auto loaded = load(sources);

  EXPECT_EQ(loaded->config.alerts.slack.webhook_url, "https://hooks.example/s3cret");
  EXPECT_THAT(loaded->config.aws.email.to, ElementsAre("ops@example.com", "a${b}@example.com"));
}

TEST(Config, NamesTheLineOfAReferenceThatNamesNothing) {
  EXPECT_EQ(error_of(file("aws:\n  region: ${env:NOWHERE}\n")),
            "tidegate.yaml:2: ${env:NOWHERE} names nothing");
  EXPECT_EQ(error_of(file("aws:\n  region: ${ssm:/x}\n")),
            "tidegate.yaml:2: nothing here resolves ${ssm:...} references");
  EXPECT_THAT(error_of(file("aws:\n  region: ${env\n")),
              HasSubstr("tidegate.yaml:2: \"${env\" is no reference"));
}

TEST(Config, ResolvesReferencesOfSchemesThatAreBroughtIn) {
  Sources sources = file("aws: {region: '${ssm:/region}'}\n");
  sources.resolvers["ssm"] = [](const std::string& name) { return "from " + name; };

  EXPECT_EQ(load(sources)->config.aws.aws.region, "from /region");
}

TEST(Config, KnowsWhichSettingsComeFromAws) {
  Sources sources = file(
      "alerts:\n  email: {to: [a@example.com, '${ssm:/ops/mail}']}\n"
      "scaling: {default_cluster: '${secret:app#cluster}', time_zone: UTC}\n"
      "log: {level: '$${ssm:no}'}\n");
  for (const char* scheme : {"ssm", "secret"}) {
    sources.resolvers[scheme] = [](const std::string& name) { return "value-of-" + name; };
  }
  const auto part = load_part(sources, {"scaling"});

  EXPECT_THAT(part->aws_references, ElementsAre("ssm:/ops/mail", "secret:app#cluster"));
  EXPECT_EQ(part->config.scaling.default_cluster, "value-of-app#cluster");
  EXPECT_TRUE(part->config.aws.email.to.empty());
  const std::string shown = render_effective(part->fields);
  EXPECT_THAT(shown, HasSubstr("default_cluster: \"********\""));
  EXPECT_THAT(shown, testing::Not(HasSubstr("value-of")));
  EXPECT_THAT(shown, HasSubstr("time_zone: UTC"));
}

TEST(Config, LetsAwsSettingsNotComeFromAws) {
  try {
    load_with_aws(file("aws: {region: '${ssm:/region}'}\nspot: {region: x}\n"));
    FAIL();
  } catch (const ConfigError& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("can't be read from it"));
  }
}

TEST(Config, NamesTheReferenceThatAwsDoesNotGive) {
  Sources sources = file("aws: {retry: {attempts_max: 1}}\nspot:\n  region: ${ssm:/region}\n");
  sources.environment = {{"AWS_ENDPOINT_URL", "http://127.0.0.1:1"},
                         {"AWS_REGION", "us-east-1"},
                         {"AWS_ACCESS_KEY_ID", "id"},
                         {"AWS_SECRET_ACCESS_KEY", "secret"}};
  try {
    load_with_aws(sources);
    FAIL();
  } catch (const ConfigError& refused) {
    EXPECT_THAT(refused.what(), testing::StartsWith("tidegate.yaml:3: ${ssm:/region}: "));
  }
}

TEST(Config, ReadsAccounts) {
  const std::string good =
      "accounts:\n"
      "  - {id: '222233334444', alias: prod, role: tidegate, external_id: e-1, regions: [eu-west-1],\n"
      "     session_tags: {team: ops}, session_seconds: 900}\n";
  const auto loaded = load(file(good));

  const auto& account = loaded->config.aws.accounts.at(0);
  EXPECT_EQ(account.id + account.alias + account.role + account.external_id, "222233334444prodtidegatee-1");
  EXPECT_THAT(account.regions, ElementsAre("eu-west-1"));
  EXPECT_EQ(account.session_tags.at("team"), "ops");
  EXPECT_EQ(account.session_seconds, 900);
  EXPECT_THAT(error_of(file("accounts: [{id: '2222'}]\n")),
              HasSubstr("accounts: accounts: \"2222\" is no AWS"));
  EXPECT_THAT(error_of(file(good + "  - {id: '222233334444'}\n")), HasSubstr("is there twice"));
  EXPECT_THAT(error_of(file("accounts: [{id: '222233334444', role: 'arn:aws:iam::1:user/x'}]\n")),
              HasSubstr("no ARN of a role"));
}

TEST(Config, ChangesOnlyTheRoutesThatAreNamed) {
  const auto loaded = load(file("alerts: {routes: {critical: {retry_count: 7}, page: {channels: [sms]}}}\n"));
  const auto& routes = loaded->config.alerts.routing.by_severity;

  EXPECT_EQ(routes.at("critical").retry_count, 7);
  EXPECT_THAT(routes.at("critical").channels, ElementsAre("pagerduty", "slack", "sms"));
  EXPECT_THAT(routes.at("page").channels, ElementsAre("sms"));
  EXPECT_THAT(routes.at("warning").channels, ElementsAre("slack", "email"));
}

TEST(Config, SwitchesAnOptionalStructOffWithNull) {
  EXPECT_FALSE(load(file("alerts: {business_hours: null}\n"))->config.alerts.routing.business_hours);

  const auto loaded = load(file("alerts: {business_hours: {zone: Europe/Berlin, from: '09:30'}}\n"));
  ASSERT_TRUE(loaded->config.alerts.routing.business_hours);
  EXPECT_EQ(loaded->config.alerts.routing.business_hours->from, std::chrono::minutes(570));
  EXPECT_EQ(loaded->config.alerts.routing.business_hours->until, std::chrono::minutes(18 * 60));
}

TEST(Config, ChecksWhatOnlyTheUsersOfASettingKnow) {
  EXPECT_THAT(error_of(file("alerts:\n  business_hours:\n    zone: Mars/Olympus\n")),
              HasSubstr("Mars/Olympus"));
  EXPECT_EQ(error_of(file("operations:\n  lease: 3s\n  heartbeat: 2s\n")),
            "tidegate.yaml:3: operations.heartbeat: must be at most a third of operations.lease");
  EXPECT_THAT(error_of(file("server:\n  tls: {key: a.pem}\n")), HasSubstr("go together"));
  EXPECT_THAT(error_of(file("server:\n  listen: '8080'\n")), HasSubstr("is no address:port"));
}

TEST(Config, RefusesToListenForOtherMachinesWithoutAKey) {
  const std::string listen = "server: {listen: '0.0.0.0:8080'}\n";
  EXPECT_THAT(error_of(file(listen)), HasSubstr("no API key is configured"));

  EXPECT_EQ(
      load(file(listen + "auth: {keys: [{id: a, principal: ops, scopes: [read], sha256: " + kHash + "}]}\n"))
          ->config.server.listen,
      "0.0.0.0:8080");
  for (const char* loopback : {"127.0.0.1:1", "[::1]:1", "localhost:1", "127.9.9.9:1"}) {
    EXPECT_EQ(error_of(file(std::string("server: {listen: '") + loopback + "'}\n")), "no error");
  }
  for (const char* elsewhere : {"127.evil.example.com:1", "127.0.0.1.example.com:1", "[::]:1", "10.0.0.1:1",
                                "localhost.example.com:1", "+:1"}) {
    EXPECT_THAT(error_of(file(std::string("server: {listen: '") + elsewhere + "'}\n")),
                HasSubstr("no API key is configured"))
        << elsewhere;
  }
}

TEST(ConfigShow, PrintsEveryValueWithItsSourceAndMasksSecrets) {
  const auto loaded =
      load(file("alerts: {slack: {webhook_url: https://hooks.example/T0/B0/s3cret}}\n"
                "scaling: {parallelism: 20}\n"));
  const std::string shown = render_effective(loaded->fields);

  EXPECT_THAT(shown, HasSubstr("  parallelism: 20  # tidegate.yaml:2\n"));
  EXPECT_THAT(shown, HasSubstr("    webhook_url: \"********\"  # tidegate.yaml:1\n"));
  EXPECT_THAT(shown, HasSubstr("  listen: \"127.0.0.1:8080\"  # default\n"));
  EXPECT_THAT(shown, testing::Not(HasSubstr("s3cret")));
}

TEST(ConfigShow, MasksPasswordsInUrlsAndWhatATrustPolicyAsksFor) {
  const auto loaded = load(
      file("aws:\n"
           "  http: {proxy: 'http://user:s3cret@proxy:3128'}\n"
           "  endpoints: [{service: eks, url: 'https://u:s3cr@et@x/path?a@b'}, {url: 'http://s3cret@y'}]\n"
           "state: {endpoint: 'http://localhost:8000/@s'}\n"
           "alerts: {email: {from: 'Ops <ops@example.com>', to: [a@example.com]}}\n"
           "accounts: [{id: '222233334444', role: tidegate, external_id: s3cret}]\n"));
  const std::string shown = render_effective(loaded->fields);

  EXPECT_THAT(shown, testing::Not(HasSubstr("s3cr")));
  EXPECT_THAT(shown, HasSubstr("proxy: \"http://user:********@proxy:3128\""));
  EXPECT_THAT(shown, HasSubstr("url: \"https://u:********@x/path?a@b\""));
  EXPECT_THAT(shown, HasSubstr("url: \"http://********@y\""));
  EXPECT_THAT(shown, HasSubstr("external_id: \"********\""));
  EXPECT_THAT(shown, HasSubstr("endpoint: \"http://localhost:8000/@s\""));
  EXPECT_THAT(shown, HasSubstr("from: \"Ops <ops@example.com>\""));
  EXPECT_THAT(shown, HasSubstr("to: [\"a@example.com\"]"));
  EXPECT_EQ(without_password("user:s3cret@proxy:3128"), "user:********@proxy:3128");
}

TEST(ConfigShow, ReadsBackAsTheSameConfiguration) {
  const std::string shown = render_effective(load(file("scaling: {parallelism: 20}\n"
                                                       "alerts: {business_hours: null}\n"))
                                                 ->fields);
  const auto again = load(file(shown));

  EXPECT_EQ(again->config.scaling.parallelism, 20U);
  EXPECT_FALSE(again->config.alerts.routing.business_hours);
  EXPECT_EQ(again->config.spot.policy.risk_points, load({})->config.spot.policy.risk_points);
  EXPECT_EQ(again->config.server.limits.body_bytes_max, load({})->config.server.limits.body_bytes_max);
}

TEST(ConfigReference, IsTheOneInDocs) {
  std::ifstream in(TIDEGATE_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream stored;
  stored << in.rdbuf();

  EXPECT_EQ(stored.str(), render_reference(LoadedConfig().fields))
      << "docs/configuration.md is out of date: tidegate config reference > docs/configuration.md";
}

TEST(ConfigFields, HaveVariablesThatDifferAndDocs) {
  std::vector<std::string> names;
  for (const Field& candidate : LoadedConfig().fields) {
    EXPECT_THAT(names, testing::Not(Contains(candidate.env_name())));
    EXPECT_FALSE(candidate.env_name().starts_with("TIDEGATE_PORT")) << "Kubernetes sets such variables";
    EXPECT_FALSE(candidate.doc.empty()) << candidate.path;
    EXPECT_NE(candidate.doc.back(), '.') << candidate.path;
    names.push_back(candidate.env_name());
  }
}

TEST(Durations, PrintAsTheyAreRead) {
  for (const char* text : {"0s", "300ms", "10s", "90s", "15m", "24h", "30d", "1ms"}) {
    const std::string printed = format_duration(parse_duration(text));
    EXPECT_EQ(parse_duration(printed), parse_duration(text));
  }
  EXPECT_EQ(format_duration(parse_duration("90s")), "90s");
  EXPECT_EQ(format_duration(parse_duration("48h")), "2d");
  EXPECT_EQ(parse_duration("1h30m"), milliseconds(5'400'000));
}

TEST(Sizes, PrintAsTheyAreRead) {
  EXPECT_EQ(parse_bytes("512"), 512U);
  EXPECT_EQ(parse_bytes("16KiB"), 16U * 1024);
  EXPECT_EQ(format_bytes(16 * 1024), "16KiB");
  EXPECT_EQ(format_bytes(1000), "1000");
  EXPECT_EQ(format_bytes(0), "0");
}

}  // namespace
}  // namespace tidegate::config
