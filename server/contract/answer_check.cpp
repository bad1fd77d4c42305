#include "server/contract/answer_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/ascii.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;

bool has_header(const routes::Headers& headers, const std::string& name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& field) { return lower_case(field.first) == name; });
}

}  // namespace

AnswerCheck::AnswerCheck(std::string_view openapi_json) {
  const json document = json::parse(openapi_json);
  for (const auto& path : document.at("paths").items()) {
    for (const auto& member : path.value().items()) {
      if (!member.value().is_object() || !member.value().contains("operationId")) continue;
      auto& responses = responses_[member.value()["operationId"].get<std::string>()];
      for (const auto& response : member.value().at("responses").items()) {
        responses.emplace(response.key(), read_response(document, response.value()));
      }
    }
  }
}

AnswerCheck::~AnswerCheck() = default;

AnswerCheck::Response AnswerCheck::read_response(const json& document, const json& node) {
  Response response;
  const json& described = resolve_reference(document, node);
  if (described.contains("headers")) {
    for (const auto& header : described["headers"].items()) {
      const auto name = lower_case(header.key());
      const bool required = resolve_reference(document, header.value()).value("required", false);
      if (required && name != "x-request-id") response.required_headers.push_back(name);
    }
  }
  if (described.contains("content")) {
    for (const auto& content : described["content"].items()) {
      auto& schema = response.content[content.key()];
      const bool is_json = content.key().find("json") != std::string::npos;
      if (is_json) schema.emplace(document, content.value().at("schema"));
    }
  }
  return response;
}

std::vector<FieldError> AnswerCheck::check(const std::string& operation_id,
                                           const routes::Answer& answer) const {
  const auto operation = responses_.find(operation_id);
  if (operation == responses_.end()) return {{"no such operation: " + operation_id, "#/status"}};
  auto found = operation->second.find(std::to_string(answer.status));
  if (found == operation->second.end() && answer.status >= 400) found = operation->second.find("default");
  if (found == operation->second.end()) {
    return {{std::to_string(answer.status) + " is not a status of " + operation_id, "#/status"}};
  }
  const Response& response = found->second;
  for (const auto& name : response.required_headers) {
    if (!has_header(answer.headers, name)) return {{"is required", "#/header/" + name}};
  }
  const bool empty = !answer.body || answer.body->empty();
  if (response.content.empty()) {
    return empty ? std::vector<FieldError>{} : std::vector<FieldError>{{"must be empty", "#/body"}};
  }
  const auto media_type = lower_case(answer.content_type.substr(0, answer.content_type.find(';')));
  const auto content = response.content.find(media_type);
  if (content == response.content.end()) {
    return {{"'" + media_type + "' is not a type of this answer", "#/content-type"}};
  }
  if (!content->second) return {};
  const json body = empty ? json() : json::parse(*answer.body, nullptr, false);
  if (body.is_discarded()) return {{"is not JSON", "#/body"}};
  return content->second->check(body, "#/body");
}

}  // namespace tidegate::contract
