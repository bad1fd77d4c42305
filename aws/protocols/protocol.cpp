#include "aws/protocols/protocol.h"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>
#include <stdexcept>

#include "aws/protocols/form.h"
#include "aws/protocols/json_shape.h"
#include "aws/protocols/rest.h"
#include "aws/protocols/xml_shape.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

http::Request build_form(const Operation& operation, const json& parameters) {
  return {operation.method,
          "/",
          {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
          encode_form(operation, parameters)};
}

/// The parameters that travel as members of the body.
json body_parameters(const Operation& operation, const json& parameters) {
  json body = json::object();
  for (const auto& member : operation.input.members) {
    const auto found = parameters.find(member.name);
    if (member.location == Location::kBody && found != parameters.end()) body[member.name] = *found;
  }
  return body;
}

bool is_raw(const Member& payload) {
  return payload.shape.kind == Shape::Kind::kBlob || payload.shape.kind == Shape::Kind::kString;
}

http::Request build_rest_json(const Operation& operation, const json& parameters) {
  auto request = build_rest_request(operation, parameters);
  const auto* payload = payload_member(operation.input);
  if (payload != nullptr) {
    const auto found = parameters.find(payload->name);
    const bool given = found != parameters.end() && !found->is_null();
    if (is_raw(*payload)) {
      if (given) request.body = found->get<std::string>();
      return request;
    }
    request.body = given ? encode_json(payload->shape, *found) : "{}";
  } else if (has_body_members(operation.input)) {
    request.body = encode_json(operation.input, body_parameters(operation, parameters));
  }
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  return request;
}

http::Request build_rest_xml(const Operation& operation, const json& parameters) {
  auto request = build_rest_request(operation, parameters);
  const auto* payload = payload_member(operation.input);
  const auto found = payload == nullptr ? parameters.end() : parameters.find(payload->name);
  const bool given = found != parameters.end() && !found->is_null();
  if (payload != nullptr && is_raw(*payload)) {
    if (given) request.body = found->get<std::string>();
    return request;
  }
  pugi::xml_document document;
  if (operation.xml_root.empty()) return request;
  auto root = document.append_child(operation.xml_root.c_str());
  if (!operation.service->row().xml_namespace.empty()) {
    root.append_attribute("xmlns") = operation.service->row().xml_namespace.c_str();
  }
  if (payload != nullptr) {
    if (!given) return request;
    encode_xml(payload->shape, *found, root);
  } else {
    encode_xml(operation.input, body_parameters(operation, parameters), root);
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  request.body = text.str();
  return request;
}

json parse_rest_json(const Operation& operation, const http::Response& response) {
  json answer = json::object();
  const auto* payload = payload_member(operation.output);
  if (payload != nullptr) {
    if (is_raw(*payload)) {
      answer[payload->name] = response.body;
    } else {
      answer[payload->name] = decode_json(payload->shape, response.body);
    }
  } else if (has_body_members(operation.output)) {
    answer = decode_json(operation.output, response.body);
  }
  decode_head(operation.output, response, answer);
  return answer;
}

json parse_rest_xml(const Operation& operation, const http::Response& response) {
  json answer = json::object();
  const auto names = xml_names(Protocol::kRestXml);
  const auto* payload = payload_member(operation.output);
  if (payload != nullptr && is_raw(*payload)) {
    answer[payload->name] = response.body;
  } else if (!response.body.empty()) {
    pugi::xml_document document;
    load_xml(document, response.body);
    const auto root = document.document_element();
    // S3's GetBucketLocation has no element around its only member.
    const auto* only = operation.output.find(root.name());
    if (payload != nullptr) {
      answer[payload->name] = decode_xml(payload->shape, root, names);
    } else if (only != nullptr && operation.output.members.size() == 1) {
      if (!root.text().empty()) answer[only->name] = decode_xml(only->shape, root, names);
    } else {
      answer = decode_xml(operation.output, root, names);
    }
  }
  decode_head(operation.output, response, answer);
  return answer;
}

/// Query answers wrap their members in <OperationResult>; ec2's don't.
json parse_xml_answer(const Operation& operation, const http::Response& response) {
  pugi::xml_document document;
  load_xml(document, response.body);
  const auto protocol = operation.service->row().protocol;
  auto node = document.document_element();
  const auto expected = operation.name + "Response";
  if (expected != node.name()) {
    throw std::runtime_error("the answer is a <" + std::string(node.name()) + ">, not a <" + expected + ">");
  }
  if (protocol == Protocol::kQuery) {
    const auto result = node.child((operation.name + "Result").c_str());
    if (result) node = result;
  }
  return decode_xml(operation.output, node, xml_names(protocol));
}

}  // namespace

http::Request build_request(const Operation& operation, const json& parameters) {
  check_parameters(operation, parameters);
  switch (operation.service->row().protocol) {
    case Protocol::kJson:
      return build_json_request(operation, encode_json(operation.input, parameters));
    case Protocol::kRestJson:
      return build_rest_json(operation, parameters);
    case Protocol::kRestXml:
      return build_rest_xml(operation, parameters);
    case Protocol::kQuery:
    case Protocol::kEc2:
      break;
  }
  return build_form(operation, parameters);
}

http::Request build_json_request(const Operation& operation, std::string body) {
  const auto& service = operation.service->row();
  if (service.protocol != Protocol::kJson) {
    throw std::logic_error(operation.name + " takes more than a body of JSON");
  }
  http::Request request{operation.method, "/", {}, std::move(body)};
  request.headers.emplace_back("Content-Type", "application/x-amz-json-" + service.json_version);
  request.headers.emplace_back("X-Amz-Target", service.target_prefix + "." + operation.name);
  if (service.query_compatible) request.headers.emplace_back("x-amzn-query-mode", "true");
  return request;
}

json parse_answer(const Operation& operation, const http::Response& response) {
  switch (operation.service->row().protocol) {
    case Protocol::kJson:
      return decode_json(operation.output, response.body);
    case Protocol::kRestJson:
      return parse_rest_json(operation, response);
    case Protocol::kRestXml:
      return parse_rest_xml(operation, response);
    case Protocol::kQuery:
    case Protocol::kEc2:
      break;
  }
  return parse_xml_answer(operation, response);
}

}  // namespace tidegate::aws
