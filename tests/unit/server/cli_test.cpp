#include "server/cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "server/middleware/api_keys.h"
#include "tests/unit/server/certificate_folder.h"
#include "tests/unit/server/transport_support.h"

namespace tidegate::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kPolicyFile = testing::TempDir() + "tidegate-policy.yaml";

struct Result {
  int code = -1;
  std::string out;
  std::string err;
  std::string served_on;  ///< where serve was asked to listen
};

Result run_with(std::vector<std::string> arguments) {
  Result result;
  std::ostringstream out;
  std::ostringstream err;
  result.code = run(std::move(arguments), {},
                    {.serve =
                         [&](const config::LoadedConfig& loaded) {
                           result.served_on =
                               loaded.config.server.listen + " " + loaded.config.state.data_dir;
                           return 0;
                         },
                     .create_table = [](const config::LoadedConfig&) -> std::string {
                       throw Conflict("the table is being made already");
                     }},
                    out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

TEST(Cli, ServesWhereTheFlagsSay) {
  const Result result = run_with({"serve", "--listen", "127.0.0.1:9000", "--data", "/var/lib/tidegate"});

  EXPECT_EQ(result.code, kOk);
  EXPECT_EQ(result.served_on, "127.0.0.1:9000 /var/lib/tidegate");
}

TEST(Cli, SetsAnySetting) {
  EXPECT_THAT(run_with({"config", "show", "--set", "scaling.parallelism=33"}).out,
              HasSubstr("parallelism: 33  # flag --set"));
  EXPECT_EQ(run_with({"config", "check", "--set", "scaling.parallelism"}).code, kUsage);
  EXPECT_EQ(run_with({"config", "check", "--set", "no.such=1"}).code, kUsage);
}

TEST(Cli, AnswersTwoForAWrongCommandLineOrConfiguration) {
  EXPECT_EQ(run_with({}).code, kUsage);
  EXPECT_EQ(run_with({"sreve"}).code, kUsage);
  EXPECT_EQ(run_with({"serve", "--listen"}).code, kUsage);
  const Result missing = run_with({"config", "check", "--config", "/nonexistent/tidegate.yaml"});
  EXPECT_EQ(missing.code, kUsage);
  EXPECT_EQ(missing.err, "/nonexistent/tidegate.yaml: can't be read\n");
  const Result open = run_with({"serve", "--listen", "0.0.0.0:80"});
  EXPECT_EQ(open.code, kUsage);
  EXPECT_THAT(open.err, HasSubstr("no API key is configured"));
  EXPECT_EQ(open.served_on, "");
}

TEST(Cli, ChecksTheTlsFilesWhereItServesAndNowhereElse) {
  const transport::CertificateFolder folder;
  folder.issue("one");
  const auto with_certificate = [&folder](std::vector<std::string> command, const std::string& file) {
    command.insert(command.end(), {"--set", "server.tls.certificate=" + file, "--set",
                                   "server.tls.key=" + folder.files().key});
    return run_with(std::move(command));
  };
  const std::string good = folder.files().certificate;

  const Result checked = with_certificate({"config", "check"}, "/nope.pem");
  EXPECT_EQ(checked.code, kUsage);
  EXPECT_THAT(checked.err, StartsWith("flag --set: server.tls.certificate: TLS certificate /nope.pem: "));
  EXPECT_EQ(with_certificate({"serve"}, "/nope.pem").code, kUsage);
  EXPECT_EQ(with_certificate({"config", "check"}, folder.files().key).code, kUsage);
  EXPECT_EQ(with_certificate({"config", "show"}, "/nope.pem").code, kOk);
  EXPECT_EQ(with_certificate({"config", "check"}, good).code, kOk);
  EXPECT_EQ(with_certificate({"serve"}, good).code, kOk);
}

TEST(Cli, FindsItsOwnServiceHealthyUnderACertificateThatIsNotForLoopback) {
  const transport::CertificateFolder folder;
  folder.issue("tidegate.example.com");
  transport::TransportOptions options = transport::impatient();
  options.tls = folder.files();
  const transport::TestServer server(transport::echo, std::move(options));
  const std::string address = "127.0.0.1:" + std::to_string(server.port());

  const Result own = run_with({"healthcheck", "--listen", address, "--set",
                               "server.tls.certificate=" + folder.files().certificate, "--set",
                               "server.tls.key=" + folder.files().key});
  EXPECT_EQ(own.code, kOk) << own.err;
  const Result named = run_with({"healthcheck", "--url", "https://" + address + "/readyz"});
  EXPECT_EQ(named.code, kFailed);
  EXPECT_THAT(named.err, HasSubstr("certificate"));
}

TEST(Cli, FindsAServiceThatAnswersOtherwiseUnhealthy) {
  const transport::TestServer server(
      [](const web::http::http_request& request) { request.reply(503, "stopping"); });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/readyz";

  const Result refused = run_with({"healthcheck", "--url", url});
  EXPECT_EQ(refused.code, kFailed);
  EXPECT_EQ(refused.err, url + " answered 503: stopping\n");
  EXPECT_EQ(run_with({"healthcheck", "--url", "no url"}).code, kFailed);
}

TEST(Cli, PrintsThePolicyOfWhatTheConfigurationUses) {
  std::ofstream(kPolicyFile) << "platform: aws\n"
                                "state: {backend: dynamodb, table: tg-state}\n"
                                "accounts:\n"
                                "  - {id: '222233334444', alias: prod, role: tidegate}\n"
                                "alerts:\n"
                                "  slack: {webhook_url: '${secret:tg/slack#url}'}\n"
                                "  sms: {phone_numbers: ['${ssm:/tg/phone}']}\n"
                                "scaling: {parallelism: '${ssm:/tg/parallelism}'}\n";

  const auto own = run_with({"iam-policy", "--config", kPolicyFile, "--account", "111122223333"}).out;
  EXPECT_THAT(own, HasSubstr("arn:aws:dynamodb:*:111122223333:table/tg-state\""));
  EXPECT_THAT(own, HasSubstr("\"arn:aws:iam::222233334444:role/tidegate\""));
  EXPECT_THAT(own, HasSubstr("parameter/tg/phone\""));
  EXPECT_THAT(own, HasSubstr("parameter/tg/parallelism\""));
  EXPECT_THAT(own, HasSubstr("secret:tg/slack-??????\""));
  EXPECT_THAT(own, HasSubstr("sns:Publish"));
  EXPECT_THAT(own, Not(HasSubstr("ses:SendEmail")));

  const auto prod = run_with({"iam-policy", "--config", kPolicyFile, "--account", "prod"}).out;
  EXPECT_THAT(prod, HasSubstr("arn:aws:eks:*:222233334444:nodegroup/*/*/*"));
  EXPECT_THAT(prod, Not(HasSubstr("dynamodb")));
  EXPECT_THAT(prod, Not(HasSubstr("sts:AssumeRole")));
}

TEST(Cli, PrintsThePolicyOfNamedFeatures) {
  const auto policy =
      run_with({"iam-policy", "--features", "alerts-sms,table", "--region", "cn-north-1"}).out;

  EXPECT_THAT(policy, HasSubstr("arn:aws-cn:dynamodb:cn-north-1:*:table/tidegate"));
  EXPECT_THAT(policy, HasSubstr("sns:Publish"));
  EXPECT_THAT(policy, Not(HasSubstr("eks:")));
  EXPECT_THAT(run_with({"iam-policy", "--list"}).out, HasSubstr("scaling       scale managed node groups"));
  EXPECT_THAT(run_with({"iam-policy"}).err, HasSubstr("calls nothing of AWS"));
  EXPECT_EQ(run_with({"iam-policy"}).code, kUsage);
  EXPECT_EQ(run_with({"iam-policy", "--features", "scalling"}).code, kUsage);
  EXPECT_EQ(run_with({"iam-policy", "--features", "scaling", "--account", "nobody"}).code, kUsage);
}

TEST(Cli, AnswersOneForACommandThatFails) {
  const Result result = run_with({"table", "create"});

  EXPECT_EQ(result.code, kFailed);
  EXPECT_EQ(result.err, "tidegate: the table is being made already\n");
}

TEST(Cli, PrintsHelpAndVersionAsData) {
  EXPECT_EQ(run_with({"--help"}).code, kOk);
  EXPECT_THAT(run_with({"--help"}).out, HasSubstr("tidegate serve"));
  EXPECT_THAT(run_with({"version"}).out, StartsWith("tidegate "));
}

TEST(Cli, MakesAKeyThatItsOwnSnippetLetsIn) {
  const std::string principal = "ci: \"nightly\" # 2";
  const Result result = run_with({"key", "new", "--principal", principal, "--scopes", "read,operate"});

  ASSERT_EQ(result.code, kOk);
  const std::string key = result.out.substr(0, result.out.size() - 1);
  EXPECT_TRUE(is_well_formed_key(key));
  config::Sources sources;
  sources.file_name = "snippet";
  sources.file_text = result.err.substr(result.err.find("auth:"));
  const ApiKeys keys(config::load(sources)->config.auth);
  EXPECT_EQ(keys.authenticate(nullptr, &key).principal.id, principal);
  EXPECT_THAT(result.err, testing::Not(HasSubstr(key)));
}

TEST(Cli, RefusesAKeyWithAnUnknownScope) {
  EXPECT_EQ(run_with({"key", "new", "--principal", "ci", "--scopes", "root"}).code, kUsage);
}

}  // namespace
}  // namespace tidegate::cli
