#include "aws/credentials/instance_metadata_source.h"

#include <algorithm>
#include <charconv>

#include "aws/credentials/json_keys.h"
#include "services/async/task.h"

namespace tidegate::aws {

namespace {

constexpr int kTokenSeconds = 21'600;
constexpr std::chrono::seconds kTokenKept{kTokenSeconds - 60};
constexpr const char* kRolePath = "/latest/meta-data/iam/security-credentials/";

int number_of(const Environment& environment, const std::string& name, int fallback, int most) {
  const auto text = environment(name);
  int number = 0;
  if (!text) return fallback;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc() && number >= 1 ? std::min(number, most) : fallback;
}

std::string endpoint_of(const Environment& environment) {
  if (auto given = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT")) {
    while (given->ends_with('/')) given->pop_back();
    return *given;
  }
  const auto mode = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("IPv4");
  return mode == "IPv6" || mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

std::string first_line(const std::string& text) {
  auto line = text.substr(0, text.find('\n'));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

}  // namespace

InstanceMetadataSource::InstanceMetadataSource(Environment environment,
                                               std::shared_ptr<http::HttpClient> http, Clock& clock)
    : environment_(std::move(environment)),
      http_(std::move(http)),
      clock_(clock),
      endpoint_(endpoint_of(environment_)) {
  patience_.timeout = std::chrono::seconds(number_of(environment_, "AWS_METADATA_SERVICE_TIMEOUT", 1, 60));
  patience_.attempts = number_of(environment_, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1, 10);
}

pplx::task<std::optional<std::string>> InstanceMetadataSource::token() {
  std::optional<std::string> result;
  {
    const std::scoped_lock lock(mutex_);
    if (!token_.empty() && clock_.steady_now() < token_until_) result = token_;
  }
  if (result) co_return result;
  http::Request request{"PUT",
                        endpoint_ + "/latest/api/token",
                        {{"x-aws-ec2-metadata-token-ttl-seconds", std::to_string(kTokenSeconds)}},
                        ""};
  const auto answer = co_await ask_metadata(http_, &clock_, std::move(request), patience_);
  if (!answer) co_return result;
  if (answer->status != 200 || answer->body.empty()) {
    throw CredentialsFailure("instance metadata gives no session token: status " +
                             std::to_string(answer->status));
  }
  result = answer->body;
  const std::scoped_lock lock(mutex_);
  token_ = answer->body;
  token_until_ = clock_.steady_now() + kTokenKept;
  co_return result;
}

pplx::task<std::optional<http::Response>> InstanceMetadataSource::get(std::string path) {
  std::optional<http::Response> answer;
  for (int attempt = 1; attempt <= 2; ++attempt) {
    const auto with = co_await token();
    if (!with) co_return answer;
    http::Request request{"GET", endpoint_ + path, {{"x-aws-ec2-metadata-token", *with}}, ""};
    answer = co_await ask_metadata(http_, &clock_, std::move(request), patience_);
    if (!answer || answer->status != 401) break;
    const std::scoped_lock lock(mutex_);  // the token no longer holds: take a new one, once
    token_.clear();
  }
  co_return answer;
}

pplx::task<std::optional<Credentials>> InstanceMetadataSource::fetch(Deadline /*deadline*/) {
  std::optional<Credentials> keys;
  if (is_true(environment_, "AWS_EC2_METADATA_DISABLED")) co_return keys;
  const auto roles = co_await get(kRolePath);
  if (!roles) co_return keys;
  const auto role = first_line(roles->body);
  if (roles->status != 200 || role.empty()) throw CredentialsFailure("this EC2 instance has no role");
  const auto answer = co_await get(kRolePath + role);
  if (!answer || answer->status != 200) {
    throw CredentialsFailure("instance metadata gives no credentials of role " + role);
  }
  keys = parse_json_keys(answer->body, name());
  keys->outlives_expiry = true;
  co_return keys;
}

}  // namespace tidegate::aws
