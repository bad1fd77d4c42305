#include "server/contract/operation.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace tidegate::contract {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 8> kMethods = {"get",     "put",  "post",  "delete",
                                                      "options", "head", "patch", "trace"};

/// The scope that every alternative of a `security` list asks for; empty for an empty list.
std::string required_scope(const json& alternatives) {
  std::set<std::string> scopes;
  for (const json& alternative : alternatives) {
    for (const auto& scheme : alternative.items()) {
      for (const json& scope : scheme.value()) scopes.insert(scope.get<std::string>());
    }
  }
  if (alternatives.empty()) return {};
  if (scopes.size() != 1) throw std::runtime_error("needs exactly one scope");
  return *scopes.begin();
}

void read_parameters(const json& document, const json& list, Operation& operation) {
  for (const json& entry : list) {
    Parameter parameter(document, resolve_reference(document, entry));
    if (parameter.in() == "path") {
      operation.path.push_back(std::move(parameter));
    } else if (parameter.in() == "query") {
      operation.query_names.push_back(parameter.name());
      operation.query.push_back(std::move(parameter));
    } else if (parameter.in() == "header") {
      // Where they are malformed the middleware goes on without them, so nothing here holds against them.
      if (parameter.name() == "x-request-id" || parameter.name() == "traceparent") continue;
      operation.takes_idempotency_key |= parameter.name() == "idempotency-key";
      operation.takes_prefer |= parameter.name() == "prefer";
      operation.headers.push_back(std::move(parameter));
    } else {
      throw std::runtime_error("parameter '" + parameter.name() + "' is in " + parameter.in());
    }
  }
}

void read_body(const json& document, const json& node, Operation& operation) {
  const json& body = resolve_reference(document, node);
  const json& content = body.at("content");
  if (content.size() != 1 || !content.contains("application/json")) {
    throw std::runtime_error("takes a body that is not application/json only");
  }
  operation.body.emplace(document, content["application/json"].at("schema"));
  operation.body_required = body.value("required", false);
}

/// The template's parameters in the order in which they stand in it.
std::vector<std::string> template_names(const std::string& route) {
  std::vector<std::string> names;
  for (std::size_t open = 0; (open = route.find('{', open)) != std::string::npos;) {
    const auto close = route.find('}', open);
    names.push_back(route.substr(open + 1, close - open - 1));
    open = close;
  }
  return names;
}

void order_path_parameters(Operation& operation) {
  std::vector<Parameter> ordered;
  for (const auto& name : template_names(operation.route)) {
    const auto found = std::find_if(operation.path.begin(), operation.path.end(),
                                    [&](const Parameter& parameter) { return parameter.name() == name; });
    if (found == operation.path.end()) throw std::runtime_error("does not describe {" + name + "}");
    ordered.push_back(std::move(*found));
    operation.path.erase(found);
  }
  if (!operation.path.empty()) {
    throw std::runtime_error("has no place for {" + operation.path.front().name() + "}");
  }
  operation.path = std::move(ordered);
}

Operation read_operation(const json& document, const json& path_item, const json& node,
                         const std::string& route, const std::string& method) {
  Operation operation;
  operation.id = node.at("operationId").get<std::string>();
  operation.route = route;
  operation.method = method;
  std::transform(method.begin(), method.end(), operation.method.begin(),
                 [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  operation.scope = required_scope(node.contains("security") ? node["security"] : document.at("security"));
  read_parameters(document, path_item.value("parameters", json::array()), operation);
  read_parameters(document, node.value("parameters", json::array()), operation);
  order_path_parameters(operation);
  if (node.contains("requestBody")) {
    read_body(document, node["requestBody"], operation);
    operation.body_limit_bytes = node.value("x-body-limit-bytes", kNoBodyLimit);
  }
  return operation;
}

}  // namespace

std::vector<Operation> read_operations(const json& document) {
  std::vector<Operation> operations;
  std::set<std::string> ids;
  for (const auto& path : document.at("paths").items()) {
    for (const auto& member : path.value().items()) {
      if (std::find(kMethods.begin(), kMethods.end(), member.key()) == kMethods.end()) continue;
      try {
        operations.push_back(
            read_operation(document, path.value(), member.value(), path.key(), member.key()));
        operations.back().index = operations.size() - 1;
        if (!ids.insert(operations.back().id).second) throw std::runtime_error("its operationId is taken");
      } catch (const std::exception& error) {
        throw std::runtime_error("contract: " + member.key() + " " + path.key() + ": " + error.what());
      }
    }
  }
  return operations;
}

}  // namespace tidegate::contract
