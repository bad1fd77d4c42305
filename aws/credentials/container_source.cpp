#include "aws/credentials/container_source.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "aws/credentials/json_keys.h"
#include "aws/credentials/token_file.h"
#include "services/async/task.h"

namespace tidegate::aws {

namespace {

constexpr MetadataPatience kPatience{std::chrono::milliseconds(2'000), 3, std::chrono::milliseconds(1'000)};
constexpr std::array<std::string_view, 6> kPlainHosts = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
                                                         "127.0.0.1",     "[::1]",          "localhost"};

std::string_view host_of(std::string_view url) {
  auto host = url.substr(url.find("://") + 3);
  host = host.substr(0, host.find_first_of("/?"));
  const auto user_end = host.rfind('@');
  if (user_end != std::string_view::npos) host = host.substr(user_end + 1);
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

std::optional<std::string> ContainerSource::url() const {
  if (const auto relative = environment_("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    return "http://169.254.170.2" + *relative;
  }
  auto full = environment_("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!full || full->starts_with("https://")) return full;
  const bool allowed =
      full->starts_with("http://") && std::ranges::find(kPlainHosts, host_of(*full)) != kPlainHosts.end();
  if (!allowed) {
    throw CredentialsFailure(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to loopback or to the agents of ECS and "
        "EKS");
  }
  return full;
}

std::string ContainerSource::authorization() const {
  if (const auto file = environment_("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    return read_token_file(*file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  }
  auto token = environment_("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  if (token.find_first_of("\r\n") != std::string::npos) {
    throw CredentialsFailure("AWS_CONTAINER_AUTHORIZATION_TOKEN holds a line break");
  }
  return token;
}

pplx::task<std::optional<Credentials>> ContainerSource::fetch(Deadline /*deadline*/) {
  std::optional<Credentials> keys;
  const auto from = url();
  if (!from) co_return keys;
  http::Request request{"GET", *from, {{"Accept", "application/json"}}, ""};
  const auto token = authorization();
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  const auto answer = co_await ask_metadata(http_, &clock_, std::move(request), kPatience);
  if (!answer) throw CredentialsFailure("the container's credentials endpoint does not answer");
  if (answer->status != 200) {
    throw CredentialsFailure("the container's credentials endpoint answers " +
                             std::to_string(answer->status));
  }
  keys = parse_json_keys(answer->body, name());
  co_return keys;
}

}  // namespace tidegate::aws
