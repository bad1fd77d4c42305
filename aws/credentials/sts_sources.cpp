#include "aws/credentials/sts_sources.h"

#include <nlohmann/json.hpp>

#include "aws/credentials/token_file.h"
#include "aws/operations/table.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

constexpr int kWebIdentityAttempts = 3;
constexpr std::chrono::milliseconds kWebIdentityPause{1'000};

/// Signs with one provider's keys, whatever the account.
class OneIdentity final : public AccountCredentials {
 public:
  explicit OneIdentity(std::shared_ptr<CredentialsProvider> provider) : provider_(std::move(provider)) {}
  CredentialsProvider& of(const std::string&) override { return *provider_; }

 private:
  std::shared_ptr<CredentialsProvider> provider_;
};

std::shared_ptr<AwsClient> make_sts(StsAccess access, std::shared_ptr<CredentialsProvider> identity) {
  if (access.config.region.empty()) access.config.region = "us-east-1";
  return std::make_shared<AwsClient>(
      std::move(access.config),
      AwsClientParts{access.http, *access.clock, *access.telemetry,
                     std::make_shared<OneIdentity>(std::move(identity)), access.random});
}

Credentials keys_of(const json& answer, const std::string& source) {
  try {
    const auto& given = answer.at("Credentials");
    Credentials keys{given.at("AccessKeyId"), given.at("SecretAccessKey"), given.at("SessionToken")};
    keys.expires_at = Instant(
        std::chrono::milliseconds(static_cast<std::int64_t>(given.at("Expiration").get<double>() * 1000)));
    const std::string arn = answer.value("AssumedRoleUser", json::object()).value("Arn", "");
    // arn:aws:sts::123456789012:assumed-role/name/session
    for (std::size_t at = 0, field = 0; field < 5 && at != std::string::npos; ++field) {
      const auto end = arn.find(':', at);
      if (field == 4) keys.account_id = arn.substr(at, end - at);
      at = end == std::string::npos ? end : end + 1;
    }
    keys.source = source;
    return keys;
  } catch (const json::exception&) {
    throw CredentialsFailure("STS gave an answer without credentials for " + source);
  }
}

}  // namespace

AssumeRoleSource::AssumeRoleSource(StsAccess access, std::shared_ptr<CredentialsProvider> base,
                                   RoleRequest role)
    : base_(std::move(base)), sts_(make_sts(std::move(access), base_)), role_(std::move(role)) {}

pplx::task<std::optional<Credentials>> AssumeRoleSource::fetch(Deadline deadline) {
  json parameters = {{"RoleArn", role_.role_arn},
                     {"RoleSessionName", role_.session_name},
                     {"DurationSeconds", role_.duration.count()}};
  if (!role_.external_id.empty()) parameters["ExternalId"] = role_.external_id;
  for (const auto& [key, value] : role_.session_tags) {
    parameters["Tags"].push_back({{"Key", key}, {"Value", value}});
  }
  std::optional<Credentials> keys;
  std::string why;
  try {
    const Target target;
    const auto answer =
        co_await sts_->call(sts().operation("AssumeRole"), std::move(parameters), target, deadline);
    keys = keys_of(answer, name());
  } catch (const AwsError& error) {
    why = error.what();
  } catch (const DeadlineExceeded& error) {
    why = error.what();
  }
  if (!why.empty()) throw CredentialsFailure("can't take on " + name() + ": " + why);
  co_return keys;
}

WebIdentitySource::WebIdentitySource(StsAccess access, std::string token_file, RoleRequest role)
    : sts_(make_sts(std::move(access), nullptr)),
      token_file_(std::move(token_file)),
      role_(std::move(role)) {}

pplx::task<std::optional<Credentials>> WebIdentitySource::fetch(Deadline deadline) {
  std::optional<Credentials> keys;
  std::string why;
  for (int attempt = 1; attempt <= kWebIdentityAttempts && !keys; ++attempt) {
    json parameters = {{"RoleArn", role_.role_arn}, {"RoleSessionName", role_.session_name}};
    parameters["WebIdentityToken"] = read_token_file(token_file_, "the web identity token file");
    CallOptions options;
    options.signed_request = false;
    bool again = false;
    try {
      const Target target;
      const auto answer = co_await sts_->call(sts().operation("AssumeRoleWithWebIdentity"),
                                              std::move(parameters), target, deadline, options);
      keys = keys_of(answer, name());
    } catch (const AwsError& error) {
      why = error.what();
      // Right after a cluster's provider was made, or while its token rotates, STS may not know it yet.
      again = error.code() == "InvalidIdentityToken";
    } catch (const DeadlineExceeded& error) {
      why = error.what();
    }
    if (!keys && !again) break;
    if (!keys && attempt < kWebIdentityAttempts) co_await sts_->clock().sleep_for(kWebIdentityPause);
  }
  if (!keys) throw CredentialsFailure("can't take on " + name() + ": " + why);
  co_return keys;
}

}  // namespace tidegate::aws
