// Each source of credentials against a local endpoint that behaves as AWS's, over the real transport.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "aws/credentials/chain_source.h"
#include "aws/credentials/container_source.h"
#include "aws/credentials/default_chain.h"
#include "aws/credentials/environment_source.h"
#include "aws/credentials/instance_metadata_source.h"
#include "aws/credentials/process_source.h"
#include "aws/credentials/profile_source.h"
#include "aws/http/curl_client.h"
#include "aws/signing/uri_encoding.h"
#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using testing::HasSubstr;

constexpr const char* kKeysJson =
    R"({"Code":"Success","AccessKeyId":"ASIA1","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z","AccountId":"111122223333"})";

std::string sts_answer(const std::string& operation, const std::string& id) {
  return "<" + operation + "Response><" + operation + "Result><Credentials><AccessKeyId>" + id +
         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
         "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>"
         "<Arn>arn:aws:sts::444455556666:assumed-role/ops/tidegate</Arn></AssumedRoleUser></" +
         operation + "Result></" + operation + "Response>";
}

class CredentialSources : public testing::Test {
 protected:
  CredentialSources() : folder_(std::filesystem::temp_directory_path() / ("tidegate-" + random_name())) {
    std::filesystem::create_directories(folder_);
    http_ = std::make_shared<CurlClient>(CurlClientConfig{}, clock_);
    set("AWS_CONFIG_FILE", write("config", ""));
    set("AWS_SHARED_CREDENTIALS_FILE", write("credentials", ""));
    set("AWS_EC2_METADATA_DISABLED", "true");
  }
  ~CredentialSources() override { std::filesystem::remove_all(folder_); }

  static std::string random_name() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    return std::string(info->name()) + "-" + std::to_string(getpid());
  }
  void set(const std::string& name, const std::string& value) { (*variables_)[name] = value; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  Environment environment() const {
    return [variables = variables_](const std::string& name) -> std::optional<std::string> {
      const auto found = variables->find(name);
      if (found == variables->end() || found->second.empty()) return std::nullopt;
      return found->second;
    };
  }
  /// An STS (and whatever else) that answers what the test says.
  void serve(ScriptedServer::Handler handler) {
    server_ = std::make_unique<ScriptedServer>(std::move(handler));
    sts_config_.endpoints.overrides = {{"", "", server_->url()}};
    sts_config_.retry.attempts_max = 1;
  }
  StsAccess sts() {
    return {sts_config_, http_, &clock_, &telemetry_, [] { return 0.0; }};
  }

  std::optional<Credentials> fetch(CredentialsSource& source) {
    return source.fetch(Deadline::after(clock_, std::chrono::seconds(10))).get();
  }
  std::string failure(CredentialsSource& source) {
    try {
      fetch(source);
    } catch (const CredentialsFailure& thrown) {
      return thrown.what();
    }
    return "it worked";
  }
  std::string profile_failure(const std::string& config, const std::string& profile = "ops") {
    write("config", config);
    ProfileSource source(environment(), profile, sts());
    return failure(source);
  }

  RealClock clock_;
  NoTelemetry telemetry_;
  std::filesystem::path folder_;
  std::shared_ptr<std::map<std::string, std::string>> variables_ =
      std::make_shared<std::map<std::string, std::string>>();
  std::shared_ptr<http::HttpClient> http_;
  std::unique_ptr<ScriptedServer> server_;
  AwsConfig sts_config_;
};

// --- environment

TEST_F(CredentialSources, EnvironmentGivesKeysOrNothingOrAClearFailure) {
  EnvironmentSource source(environment());
  EXPECT_FALSE(fetch(source).has_value());

  set("AWS_ACCESS_KEY_ID", "AKIA1");
  EXPECT_EQ(failure(source), "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not");

  set("AWS_SECRET_ACCESS_KEY", "secret");
  set("AWS_SESSION_TOKEN", "token");
  set("AWS_CREDENTIAL_EXPIRATION", "2099-01-01T00:00:00Z");
  const auto keys = fetch(source);
  EXPECT_EQ(keys->access_key_id, "AKIA1");
  EXPECT_EQ(keys->session_token, "token");
  EXPECT_TRUE(keys->expires_at.has_value());
}

// --- instance metadata

/// Behaves as the metadata service: no answer without a token, a token only by PUT.
ScriptedReply metadata(const SeenRequest& request) {
  const bool token_call = request.target == "/latest/api/token";
  if (token_call) {
    if (request.method != "PUT") return http_reply(405, "");
    if (!request.header("X-Forwarded-For").empty()) return http_reply(403, "");
    return request.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600" ? http_reply(200, "TOKEN")
                                                                             : http_reply(400, "");
  }
  if (request.header("x-aws-ec2-metadata-token") != "TOKEN") return http_reply(401, "");
  if (request.target == "/latest/meta-data/iam/security-credentials/") return http_reply(200, "ops-role\n");
  if (request.target == "/latest/meta-data/iam/security-credentials/ops-role")
    return http_reply(200, kKeysJson);
  return http_reply(404, "");
}

TEST_F(CredentialSources, InstanceMetadataIsAskedWithATokenThatIsKept) {
  serve(metadata);
  set("AWS_EC2_METADATA_DISABLED", "");
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_->url() + "/");
  InstanceMetadataSource source(environment(), http_, clock_);

  const auto keys = fetch(source);
  fetch(source);

  EXPECT_EQ(keys->access_key_id, "ASIA1");
  EXPECT_EQ(keys->session_token, "t");
  EXPECT_TRUE(keys->outlives_expiry);
  int token_calls = 0;
  for (const auto& seen : server_->seen()) token_calls += seen.method == "PUT" ? 1 : 0;
  EXPECT_EQ(token_calls, 1);
}

TEST_F(CredentialSources, InstanceMetadataTakesANewTokenWhereTheOldOneNoLongerHolds) {
  int tokens = 0;
  serve([&tokens](const SeenRequest& request) {
    if (request.method == "PUT") return http_reply(200, "TOKEN" + std::to_string(++tokens));
    const auto token = request.header("x-aws-ec2-metadata-token");
    if (token == "TOKEN1" && request.target.ends_with("ops")) return http_reply(401, "");
    return http_reply(200, request.target.ends_with("ops") ? kKeysJson : "ops");
  });
  set("AWS_EC2_METADATA_DISABLED", "");
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_->url());
  InstanceMetadataSource source(environment(), http_, clock_);

  EXPECT_EQ(fetch(source)->access_key_id, "ASIA1");
  EXPECT_EQ(tokens, 2);
}

TEST_F(CredentialSources, InstanceMetadataIsNotAskedWhereItIsDisabledAndNobodyAnswersIsNoInstance) {
  serve(metadata);
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_->url());
  InstanceMetadataSource disabled(environment(), http_, clock_);
  EXPECT_FALSE(fetch(disabled).has_value());
  EXPECT_TRUE(server_->seen().empty());

  set("AWS_EC2_METADATA_DISABLED", "");
  const auto gone = server_->url();
  server_.reset();
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", gone);
  InstanceMetadataSource absent(environment(), http_, clock_);
  EXPECT_FALSE(fetch(absent).has_value());
}

TEST_F(CredentialSources, InstanceMetadataSaysWhereTheInstanceHasNoRoleOrTheTokenIsRefused) {
  serve([](const SeenRequest& request) {
    return request.method == "PUT" ? http_reply(200, "T") : http_reply(404, "");
  });
  set("AWS_EC2_METADATA_DISABLED", "");
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_->url());
  InstanceMetadataSource roleless(environment(), http_, clock_);
  EXPECT_EQ(failure(roleless), "this EC2 instance has no role");

  serve([](const SeenRequest&) { return http_reply(403, ""); });
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_->url());
  InstanceMetadataSource refused(environment(), http_, clock_);
  EXPECT_THAT(failure(refused), HasSubstr("gives no session token: status 403"));
}

// --- container

TEST_F(CredentialSources, ContainerReadsItsTokenFileAtEachFetch) {
  serve([](const SeenRequest& request) {
    return request.header("Authorization").starts_with("token-") ? http_reply(200, kKeysJson)
                                                                 : http_reply(401, "");
  });
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_->url() + "/v1/credentials");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "not this one");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", write("token", "token-1\n"));
  ContainerSource source(environment(), http_, clock_);

  EXPECT_EQ(fetch(source)->access_key_id, "ASIA1");
  write("token", "token-2");
  fetch(source);

  EXPECT_EQ(server_->seen().at(0).header("Authorization"), "token-1");
  EXPECT_EQ(server_->seen().at(1).header("Authorization"), "token-2");
}

TEST_F(CredentialSources, ContainerRefusesPlainHttpToStrangersAndABrokenToken) {
  ContainerSource source(environment(), http_, clock_);
  for (const auto* url : {"http://169.254.169.254/x", "http://example.com/x",
                          "http://127.0.0.1@example.com/x", "ftp://127.0.0.1/x"}) {
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    EXPECT_THAT(failure(source), HasSubstr("must be https")) << url;
  }
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/");
  set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", write("token", "a\nb"));
  EXPECT_THAT(failure(source), HasSubstr("holds a line break"));
}

TEST_F(CredentialSources, ContainerAsksAgainAfterAServerError) {
  int calls = 0;
  serve([&calls](const SeenRequest&) {
    return ++calls < 3 ? http_reply(500, "") : http_reply(200, kKeysJson);
  });
  set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_->url());
  ContainerSource source(environment(), http_, clock_);

  EXPECT_EQ(fetch(source)->account_id, "111122223333");
}

// --- process

TEST_F(CredentialSources, ProcessIsRunWithoutAShell) {
  ProcessSource source(R"(/bin/echo '{"Version":1,"AccessKeyId":"P$HOME","SecretAccessKey":"s"}')", clock_);

  EXPECT_EQ(fetch(source)->access_key_id, "P$HOME");
}

TEST_F(CredentialSources, ProcessFailuresSayWhy) {
  ProcessSource fails(R"(/bin/sh -c "echo no luck >&2; exit 3")", clock_);
  ProcessSource wrong_version(R"(/bin/echo '{"Version":2,"AccessKeyId":"a","SecretAccessKey":"s"}')", clock_);
  ProcessSource absent("/nowhere/program", clock_);
  ProcessSource open_quote("echo 'x", clock_);

  EXPECT_EQ(failure(fails), "credential_process failed: no luck\n");
  EXPECT_THAT(failure(wrong_version), HasSubstr("\"Version\": 1"));
  EXPECT_THAT(failure(absent), HasSubstr("can't be started"));
  EXPECT_THAT(failure(open_quote), HasSubstr("quote"));
}

TEST_F(CredentialSources, ProcessIsKilledAtTheDeadline) {
  ProcessSource source("/bin/sleep 60", clock_);
  try {
    source.fetch(Deadline::after(clock_, std::chrono::milliseconds(100))).get();
    FAIL();
  } catch (const CredentialsFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("was killed"));
  }
}

TEST(SplitCommand, SplitsAsAShellDoes) {
  EXPECT_EQ(split_command(R"(a "b c" 'd "e' f\ g "h\"i" '')"),
            (std::vector<std::string>{"a", "b c", "d \"e", "f g", "h\"i", ""}));
}

// --- profiles

TEST_F(CredentialSources, ProfileKeysOfTheCredentialsFileWinOverTheConfigurationFile) {
  write("config",
        "[profile ops]\naws_access_key_id = C\naws_secret_access_key = c # a comment\nregion=eu-west-1\n");
  write("credentials", "[ops]\naws_access_key_id = K\n");
  ProfileSource source(environment(), "ops", sts());

  const auto keys = fetch(source);

  EXPECT_EQ(keys->access_key_id, "K");
  EXPECT_EQ(keys->secret_access_key, "c");
}

TEST_F(CredentialSources, ProfileRoleIsTakenOnWithTheSourceProfilesKeys) {
  serve([](const SeenRequest&) { return http_reply(200, sts_answer("AssumeRole", "ASIAROLE")); });
  write("config",
        "[profile ops]\nrole_arn = arn:aws:iam::444455556666:role/ops\nsource_profile = base\nexternal_id = "
        "ext-1\n"
        "duration_seconds = 900\nrole_session_name = night-shift\n");
  write("credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = b\n");
  ProfileSource source(environment(), "ops", sts());

  const auto keys = fetch(source);

  EXPECT_EQ(keys->access_key_id, "ASIAROLE");
  EXPECT_EQ(keys->account_id, "444455556666");
  const auto seen = server_->seen().at(0);
  EXPECT_THAT(seen.header("Authorization"), HasSubstr("Credential=AKIABASE/"));
  for (const auto* part :
       {"Action=AssumeRole", "ExternalId=ext-1", "DurationSeconds=900", "RoleSessionName=night-shift"}) {
    EXPECT_THAT(seen.body, HasSubstr(part));
  }
}

TEST_F(CredentialSources, ProfileRolesCanBeChained) {
  serve([](const SeenRequest& request) {
    const bool second = request.header("Authorization").find("ASIAFIRST") != std::string::npos;
    return http_reply(200, sts_answer("AssumeRole", second ? "ASIASECOND" : "ASIAFIRST"));
  });
  write("config",
        "[profile ops]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = mid\n"
        "[profile mid]\nrole_arn = arn:aws:iam::1:role/a\ncredential_source = Environment\n");
  set("AWS_ACCESS_KEY_ID", "AKIAENV");
  set("AWS_SECRET_ACCESS_KEY", "e");
  ProfileSource source(environment(), "ops", sts());

  EXPECT_EQ(fetch(source)->access_key_id, "ASIASECOND");
}

TEST_F(CredentialSources, ProfilesThatContradictThemselvesAreRefusedInWords) {
  serve([](const SeenRequest&) { return http_reply(500, ""); });
  const std::string role = "[profile ops]\nrole_arn = arn:aws:iam::1:role/x\n";

  EXPECT_THAT(profile_failure(role), HasSubstr("needs one of source_profile and credential_source"));
  EXPECT_THAT(profile_failure(role + "source_profile = a\ncredential_source = Environment\n"),
              HasSubstr("needs one of"));
  EXPECT_THAT(profile_failure(role + "credential_source = Moon\n"),
              HasSubstr("credential_source is none of"));
  EXPECT_THAT(profile_failure(role + "source_profile = ops\n"), HasSubstr("its own source_profile"));
  EXPECT_THAT(profile_failure(role + "source_profile = nobody\n"), HasSubstr("no profile nobody"));
  EXPECT_THAT(profile_failure(role + "source_profile = a\nmfa_serial = arn:x\n"), HasSubstr("MFA"));
  EXPECT_THAT(profile_failure(role + "source_profile = a\nduration_seconds = long\n"),
              HasSubstr("no whole number"));
  EXPECT_THAT(profile_failure(role + "source_profile = a\nduration_seconds = 60\n"),
              HasSubstr("900 to 43200"));
  EXPECT_THAT(profile_failure("[profile ops]\nsso_session = corp\n"),
              HasSubstr("signs in through sso_session"));
  EXPECT_THAT(profile_failure("[profile ops]\naws_access_key_id = a\n"), HasSubstr("one half of a key pair"));
  EXPECT_THAT(profile_failure("[profile other]\n"), HasSubstr("no profile ops"));
  EXPECT_THAT(profile_failure("[profile ops\n"), HasSubstr("config:1: a section's ] is missing"));
  EXPECT_THAT(profile_failure("[profile ops]\nrubbish\n"),
              HasSubstr("config:2: neither a section nor key = value"));
  EXPECT_THAT(profile_failure("[profile ops]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = b\n"
                              "[profile b]\nrole_arn = arn:aws:iam::1:role/y\nsource_profile = ops\n"),
              HasSubstr("its own source_profile"));
}

TEST_F(CredentialSources, ARefusedRoleSaysWhatStsSaid) {
  serve([](const SeenRequest&) {
    return http_reply(
        403,
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>");
  });
  write("config",
        "[profile ops]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = base\n"
        "[profile base]\naws_access_key_id = a\naws_secret_access_key = b\n");
  ProfileSource source(environment(), "ops", sts());

  EXPECT_EQ(failure(source),
            "can't take on role arn:aws:iam::1:role/x: STS AssumeRole: AccessDenied: not you");
}

// --- web identity and the chain

TEST_F(CredentialSources, WebIdentityIsUnsignedReadsItsTokenAnewAndRetriesWhatPasses) {
  int calls = 0;
  serve([&calls](const SeenRequest&) {
    if (++calls == 1) {
      return http_reply(400,
                        "<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>");
    }
    return http_reply(200, sts_answer("AssumeRoleWithWebIdentity", "ASIAWEB"));
  });
  set("AWS_WEB_IDENTITY_TOKEN_FILE", write("jwt", "eyJ.a.b"));
  set("AWS_ROLE_ARN", "arn:aws:iam::1:role/irsa");
  const auto chain = default_chain(environment(), "", sts());

  EXPECT_EQ(fetch(*chain)->access_key_id, "ASIAWEB");
  EXPECT_EQ(server_->seen().at(0).header("Authorization"), "");
  EXPECT_THAT(server_->seen().at(0).body, HasSubstr("WebIdentityToken=eyJ.a.b"));
  EXPECT_EQ(calls, 2);
}

TEST_F(CredentialSources, WebIdentityWithoutARoleIsAFailureNotAReasonToLookElsewhere) {
  serve([](const SeenRequest&) { return http_reply(500, ""); });
  set("AWS_WEB_IDENTITY_TOKEN_FILE", "/x");
  const auto chain = default_chain(environment(), "", sts());

  EXPECT_EQ(failure(*chain), "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not");
}

TEST_F(CredentialSources, TheChainAsksInOrderAndStaysWithTheFirstThatAnswers) {
  serve(metadata);
  set("AWS_EC2_METADATA_DISABLED", "");
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_->url());
  const auto chain = default_chain(environment(), "", sts());

  EXPECT_EQ(fetch(*chain)->source, "instance metadata");
  write("credentials", "[default]\naws_access_key_id = late\naws_secret_access_key = b\n");
  EXPECT_EQ(fetch(*chain)->source, "instance metadata");

  const auto anew = default_chain(environment(), "", sts());
  EXPECT_EQ(fetch(*anew)->source, "profile default");
}

TEST_F(CredentialSources, AProfileThatConfigurationNamesGoesBeforeKeysOfTheEnvironment) {
  serve([](const SeenRequest&) { return http_reply(500, ""); });
  set("AWS_ACCESS_KEY_ID", "AKIAENV");
  set("AWS_SECRET_ACCESS_KEY", "e");
  write("credentials", "[ops]\naws_access_key_id = K\naws_secret_access_key = b\n");

  EXPECT_EQ(fetch(*default_chain(environment(), "ops", sts()))->access_key_id, "K");
  set("AWS_PROFILE", "ops");
  EXPECT_EQ(fetch(*default_chain(environment(), "", sts()))->access_key_id, "AKIAENV");
}

TEST_F(CredentialSources, AChainWithoutAnythingNamesWhereItLooked) {
  serve([](const SeenRequest&) { return http_reply(500, ""); });
  const auto chain = default_chain(environment(), "", sts());

  EXPECT_EQ(failure(*chain),
            "no AWS credentials are configured (looked at: environment, web identity, profile default, "
            "container, instance metadata)");
}

}  // namespace
}  // namespace tidegate::aws
