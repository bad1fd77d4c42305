// Prints the table of AWS operations as JSON, for tests/contract; with --serve, builds requests and reads
// answers that come as JSON lines on stdin, one answer line each:
//   {"do": "build", "service": "eks", "operation": "ListClusters", "parameters": {...}}
//   {"do": "parse", "service": ..., "operation": ..., "status": 200, "headers": {...}, "body": "..."}
//   {"do": "sign", "method", "url", "headers": [[name, value]], "body", "service", "region", "at", "s3":
//   false, "keys": {...}, "presign_s"}
//   {"do": "call", "service": ..., "operation": ..., ...}, see live_call.h

#include <iostream>
#include <nlohmann/json.hpp>

#include "aws/operations/table.h"
#include "aws/protocols/protocol.h"
#include "aws/protocols/scalars.h"
#include "aws/signing/sigv4.h"
#include "tests/contract/live_call.h"

namespace {

using namespace tidegate;
using namespace tidegate::aws;
using nlohmann::json;

const char* word(Protocol protocol) {
  switch (protocol) {
    case Protocol::kJson:
      return "json";
    case Protocol::kRestJson:
      return "rest-json";
    case Protocol::kQuery:
      return "query";
    case Protocol::kEc2:
      return "ec2";
    case Protocol::kRestXml:
      break;
  }
  return "rest-xml";
}

const char* word(Effect effect) {
  switch (effect) {
    case Effect::kRead:
      return "read";
    case Effect::kIdempotentWrite:
      return "idempotent write";
    case Effect::kWrite:
      break;
  }
  return "write";
}

const char* word(Shape::Kind kind) {
  constexpr const char* kWords[] = {"string",  "integer",     "float",         "boolean", "blob", "document",
                                    "instant", "iso instant", "epoch instant", "list",    "map",  "struct"};
  return kWords[static_cast<int>(kind)];
}

const char* word(Location location) {
  constexpr const char* kWords[] = {"body", "path", "query", "header", "payload", "status"};
  return kWords[static_cast<int>(location)];
}

json describe(const Shape& shape) {
  json described = {{"kind", word(shape.kind)}};
  if (shape.flattened) described["flattened"] = true;
  if (!shape.element.empty()) described["element"] = describe(shape.element.front());
  if (shape.kind == Shape::Kind::kStruct) {
    described["members"] = json::object();
    for (const auto& member : shape.members) {
      auto& entry = described["members"][member.name];
      entry = describe(member.shape);
      entry["required"] = member.required;
      entry["location"] = word(member.location);
    }
  }
  return described;
}

json describe(const Operation& operation) {
  const auto& pages = operation.pages;
  json described = {{"name", operation.name},         {"method", operation.method},
                    {"path", operation.path},         {"effect", word(operation.effect)},
                    {"xml_root", operation.xml_root}, {"idempotency_token", operation.idempotency_token},
                    {"retried", operation.retried}};
  described["input"] = describe(operation.input);
  described["output"] = describe(operation.output);
  described["pages"] = {{"input_token", pages.input_token},
                        {"output_token", pages.output_token},
                        {"items", pages.items},
                        {"page_size", pages.page_size},
                        {"more", pages.more}};
  described["iam"] = {{"action", operation.iam.action}, {"resource", operation.iam.resource}};
  described["iam"]["also"] = operation.iam.also;
  return described;
}

json describe(const Service& service) {
  const auto& row = service.row();
  json described = {{"id", row.id},
                    {"model", row.model},
                    {"endpoint_prefix", row.endpoint_prefix},
                    {"signing_name", row.signing_name},
                    {"protocol", word(row.protocol)},
                    {"api_version", row.api_version},
                    {"target_prefix", row.target_prefix},
                    {"json_version", row.json_version},
                    {"query_compatible", row.query_compatible},
                    {"xml_namespace", row.xml_namespace}};
  described["operations"] = json::array();
  for (const auto& operation : service.operations()) described["operations"].push_back(describe(operation));
  return described;
}

const Operation& operation_of(const json& order) {
  for (const auto* service : all_services()) {
    if (service->row().model == order.at("service")) {
      return service->operation(order.at("operation").get_ref<const std::string&>());
    }
  }
  throw std::logic_error("no service " + order.at("service").dump());
}

json build(const json& order) {
  const auto request = build_request(operation_of(order), order.at("parameters"));
  return {
      {"method", request.method}, {"url", request.url}, {"headers", request.headers}, {"body", request.body}};
}

json parse(const json& order) {
  http::Response response;
  response.status = order.at("status");
  for (const auto& [name, value] : order.at("headers").items()) response.headers.emplace_back(name, value);
  response.body = base64_decode(order.at("body_base64").get<std::string>());
  if (response.status >= 300) {
    const auto error = parse_error(operation_of(order), response);
    return {{"code", error.code}, {"message", error.message}, {"request_id", error.request_id}};
  }
  return parse_answer(operation_of(order), response);
}

json sign_request(const json& order) {
  http::Request request{order.at("method"), order.at("url"), {}, order.at("body")};
  for (const auto& header : order.at("headers")) request.headers.emplace_back(header.at(0), header.at(1));
  const auto& given = order.at("keys");
  const Credentials keys{given.at("id"), given.at("secret"), given.value("token", "")};
  SigningOptions options;
  options.region = order.at("region");
  options.service = order.at("service");
  options.at = parse_rfc3339(order.at("at"));
  if (order.at("s3").get<bool>()) {
    options.path = CanonicalPath::kAsSent;
    options.content_hash = ContentHashHeader::kSent;
  }
  Signature signature;
  if (order.contains("presign_s")) {
    signature = presign(request, keys, options, std::chrono::seconds(order.at("presign_s").get<int>()));
  } else {
    signature = sign(request, keys, options);
  }
  return {{"url", request.url},
          {"headers", request.headers},
          {"canonical_request", signature.canonical_request},
          {"signature", signature.signature}};
}

json obey(const std::string& line) {
  try {
    const auto order = json::parse(line);
    const auto what = order.at("do").get<std::string>();
    if (what == "build") return {{"ok", build(order)}};
    if (what == "call") return {{"ok", live_call(operation_of(order), order)}};
    if (what == "parse") return {{"ok", parse(order)}};
    return {{"ok", sign_request(order)}};
  } catch (const std::exception& failure) {
    return {{"failure", failure.what()}};
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1 && std::string(arguments[1]) == "--serve") {
    std::string line;
    while (std::getline(std::cin, line)) std::cout << obey(line).dump() << std::endl;
    return 0;
  }
  json table = json::array();
  for (const auto* service : all_services()) table.push_back(describe(*service));
  std::cout << table.dump() << "\n";
  return 0;
}
