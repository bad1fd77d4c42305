#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "aws/protocols/protocol.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

/// "com.amazonaws.sqs#QueueDoesNotExist:http://..." is QueueDoesNotExist.
std::string bare_code(std::string code) {
  code = code.substr(0, code.find(':'));
  const auto hash = code.rfind('#');
  return hash == std::string::npos ? code : code.substr(hash + 1);
}

std::string text_member(const json& object, std::initializer_list<const char*> names) {
  if (!object.is_object()) return {};
  for (const auto* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

void read_json_error(const Operation& operation, const http::Response& response, ErrorAnswer& error) {
  const auto body = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (operation.service->row().protocol == Protocol::kRestJson) {
    error.code = response.header("x-amzn-errortype");
    if (error.code.empty()) error.code = text_member(body, {"code", "Code"});
  }
  if (error.code.empty()) error.code = text_member(body, {"__type"});
  if (error.code.empty()) error.code = response.header("x-amzn-errortype");
  if (error.code.empty()) error.code = text_member(body, {"code", "Code"});
  error.message =
      body.is_discarded() ? response.body.substr(0, 1'000) : text_member(body, {"message", "Message"});
  const auto query_error = response.header("x-amzn-query-error");
  if (!query_error.empty()) {
    error.query_code = query_error.substr(0, query_error.find(';'));
    error.code = error.query_code;
  }
}

void read_xml_error(const http::Response& response, ErrorAnswer& error) {
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size())) return;
  const auto root = document.document_element();
  const std::string name = root.name();
  if (name == "html" || name == "HTML") return;
  auto node = root.child("Error");
  if (!node) node = root.child("Errors").child("Error");
  if (!node && name == "Error") node = root;
  error.code = node.child_value("Code");
  error.message = node.child_value("Message");
  for (const auto* id : {"RequestId", "RequestID"}) {
    if (error.request_id.empty()) error.request_id = root.child_value(id);
  }
}

}  // namespace

std::string request_id_of(const http::Response& response) {
  auto id = response.header("x-amzn-requestid");
  return id.empty() ? response.header("x-amz-request-id") : id;
}

ErrorAnswer parse_error(const Operation& operation, const http::Response& response) {
  ErrorAnswer error;
  error.request_id = request_id_of(response);
  const auto protocol = operation.service->row().protocol;
  if (protocol == Protocol::kJson || protocol == Protocol::kRestJson) {
    read_json_error(operation, response, error);
  } else {
    read_xml_error(response, error);
  }
  error.code = bare_code(error.code);
  if (error.code.empty()) error.code = std::to_string(response.status);
  return error;
}

}  // namespace tidegate::aws
