#include "server/cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "server/middleware/api_keys.h"

namespace tidegate::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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
  const Result result = run_with({"key", "new", "--principal", "ci", "--scopes", "read,operate"});

  ASSERT_EQ(result.code, kOk);
  const std::string key = result.out.substr(0, result.out.size() - 1);
  EXPECT_TRUE(is_well_formed_key(key));
  config::Sources sources;
  sources.file_name = "snippet";
  sources.file_text = result.err.substr(result.err.find("auth:"));
  const ApiKeys keys(config::load(sources)->config.auth);
  EXPECT_EQ(keys.authenticate(nullptr, &key).principal.id, "ci");
  EXPECT_THAT(result.err, testing::Not(HasSubstr(key)));
}

TEST(Cli, RefusesAKeyWithAnUnknownScope) {
  EXPECT_EQ(run_with({"key", "new", "--principal", "ci", "--scopes", "root"}).code, kUsage);
}

}  // namespace
}  // namespace tidegate::cli
