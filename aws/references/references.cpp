#include "aws/references/references.h"

#include <nlohmann/json.hpp>

#include "aws/operations/table.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

[[noreturn]] void refuse(const std::string& reference, const std::string& why) {
  throw InvalidRequest("the configuration's reference ${" + reference + "} " + why);
}

pplx::task<std::shared_ptr<const std::string>> read_parameter(std::shared_ptr<AwsClient> client,
                                                              Target target, std::string name,
                                                              Deadline deadline) {
  json parameters = {{"Name", name}, {"WithDecryption", true}};
  const auto answer = co_await client->call(ssm().operation("GetParameter"), std::move(parameters),
                                            std::move(target), deadline);
  const auto parameter = answer.value("Parameter", json::object());
  if (!parameter.contains("Value")) refuse("ssm:" + name, "has no value");
  co_return std::make_shared<const std::string>(parameter["Value"].get<std::string>());
}

pplx::task<std::shared_ptr<const std::string>> read_secret(std::shared_ptr<AwsClient> client, Target target,
                                                           std::string name, Deadline deadline) {
  json parameters = {{"SecretId", name}};
  const auto answer = co_await client->call(secrets_manager().operation("GetSecretValue"),
                                            std::move(parameters), std::move(target), deadline);
  if (!answer.contains("SecretString")) refuse("secret:" + name, "is no text");
  co_return std::make_shared<const std::string>(answer["SecretString"].get<std::string>());
}

/// One member of a secret that is a JSON object.
std::string member_of(const std::string& secret, const std::string& key, const std::string& reference) {
  const auto object = json::parse(secret, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains(key)) refuse(reference, "names no member of the secret");
  const auto& value = object[key];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

References::References(std::shared_ptr<AwsClient> client, Environment environment, Clock& clock,
                       ReferencesConfig config)
    : client_(std::move(client)),
      environment_(std::move(environment)),
      config_(std::move(config)),
      cache_(config_.cache, clock) {}

bool References::has_reference(const std::string& text) {
  for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
    if (at == 0 || text[at - 1] != '$') return true;
  }
  return false;
}

pplx::task<std::string> References::value_of(std::string reference, Deadline deadline) {
  const auto colon = reference.find(':');
  const auto kind = reference.substr(0, colon);
  const auto name = colon == std::string::npos ? std::string() : reference.substr(colon + 1);
  if (name.empty()) refuse(reference, "is none of ${env:NAME}, ${ssm:/path} and ${secret:name#key}");
  if (kind == "env") {
    const auto value = environment_(name);
    if (!value) refuse(reference, "names a variable that is not set");
    co_return *value;
  }
  if (kind != "ssm" && kind != "secret") {
    refuse(reference, "is none of ${env:NAME}, ${ssm:/path} and ${secret:name#key}");
  }
  if (!client_) refuse(reference, "needs AWS, which is not configured");

  const auto hash = kind == "secret" ? name.rfind('#') : std::string::npos;
  const auto resource = name.substr(0, hash);
  const Target target{config_.region, ""};
  const Cache::Load load = [client = client_, target, resource, kind](Deadline shared) {
    return kind == "ssm" ? read_parameter(client, target, resource, std::move(shared))
                         : read_secret(client, target, resource, std::move(shared));
  };
  const auto value = co_await cache_.get(kind + ":" + resource, deadline, load);
  if (hash == std::string::npos) co_return *value;
  co_return member_of(*value, name.substr(hash + 1), reference);
}

pplx::task<std::string> References::resolve(std::string text, Deadline deadline) {
  std::string filled;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto dollar = text.find("${", at);
    if (dollar == std::string::npos) break;
    if (dollar > at && text[dollar - 1] == '$') {
      filled.append(text, at, dollar - 1 - at).append("${");
      at = dollar + 2;
      continue;
    }
    const auto close = text.find('}', dollar);
    if (close == std::string::npos) {
      throw InvalidRequest("a reference in the configuration is not closed: a } is missing");
    }
    filled.append(text, at, dollar - at);
    const std::string reference = text.substr(dollar + 2, close - dollar - 2);
    const auto value = co_await value_of(reference, deadline);
    filled += value;
    at = close + 1;
  }
  filled.append(text, std::min(at, text.size()));
  co_return filled;
}

}  // namespace tidegate::aws
