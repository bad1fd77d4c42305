#include "server/contract/body_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "server/contract/explain.h"
#include "server/contract/json_body.h"
#include "services/ascii.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;

/// Takes off and returns what stands before the next ';'.
std::string_view next_part(std::string_view& rest) {
  const auto end = rest.find(';');
  const auto part = trimmed(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

void require_json(const routes::Headers& headers) {
  const std::string* encoding = headers.find("content-encoding");
  if (encoding != nullptr && !equals_ignoring_case(trimmed(*encoding), "identity")) {
    throw UnsupportedMediaType("the body must not be compressed: send it without Content-Encoding");
  }
  const std::string* type = headers.find("content-type");
  if (type == nullptr) {
    throw UnsupportedMediaType("the body needs its type: send 'Content-Type: application/json'");
  }
  std::string_view rest = *type;
  if (!equals_ignoring_case(next_part(rest), "application/json")) {
    throw UnsupportedMediaType("the body must be JSON: send 'Content-Type: application/json'");
  }
  while (!rest.empty()) {
    const auto part = next_part(rest);
    const auto equals = part.find('=');
    if (!equals_ignoring_case(part.substr(0, equals), "charset")) continue;
    auto charset = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    if (!equals_ignoring_case(charset, "utf-8")) throw UnsupportedMediaType("the body must be in UTF-8");
  }
}

}  // namespace

std::shared_ptr<const json> check_body(const Operation& operation, const routes::Call& call,
                                       std::vector<FieldError>& errors) {
  const auto add = [&errors](FieldError error) {
    if (errors.size() < kFieldErrorsMax) errors.push_back(std::move(error));
  };
  const bool empty = !call.raw_body || call.raw_body->empty();
  if (empty) {
    if (operation.body_required) add({"a body is required", "#/body"});
    return nullptr;
  }
  if (!operation.body) {
    add({"this operation takes no body", "#/body"});
    return nullptr;
  }
  require_json(call.headers);
  try {
    auto body = std::make_shared<const json>(parse_json_body(*call.raw_body));
    for (auto& error : operation.body->check(*body, "#/body")) add(std::move(error));
    return body;
  } catch (const InvalidRequest& refused) {
    // Beside what is wrong with the parameters, rather than instead of it.
    for (const auto& error : refused.errors()) add(error);
    return nullptr;
  }
}

}  // namespace tidegate::contract
