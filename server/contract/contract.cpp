#include "server/contract/contract.h"

#include <algorithm>
#include <locale>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "server/contract/body_check.h"
#include "server/contract/explain.h"
#include "server/contract/preferences.h"
#include "server/contract/request_target.h"
#include "services/utf8.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;
using Errors = std::vector<FieldError>;

void append(Errors& errors, Errors more) {
  for (auto& error : more) {
    if (errors.size() == kFieldErrorsMax) return;
    errors.push_back(std::move(error));
  }
}

/// Parses one parameter into `values`, or says what is wrong with it.
void take(const Parameter& parameter, const std::string& text, routes::Parameters& values, Errors& errors) {
  auto parsed = parameter.parse(text);
  if (auto* wrong = std::get_if<Errors>(&parsed)) {
    append(errors, std::move(*wrong));
  } else {
    values.set(parameter.name(), std::get<routes::ParameterValue>(std::move(parsed)));
  }
}

void read_query_pair(const Operation& operation, std::string_view pair, routes::Parameters& values,
                     std::vector<bool>& given, Errors& errors) {
  const auto equals = pair.find('=');
  const auto name = percent_decode(pair.substr(0, equals), true);
  const auto text = equals == std::string_view::npos ? std::optional<std::string>("")
                                                     : percent_decode(pair.substr(equals + 1), true);
  if (!name || !text) {
    append(errors, {{"is not percent-encoded UTF-8, or holds NUL",
                     name ? append_pointer("#/query", *name) : "#/query"}});
    return;
  }
  const auto known = std::find_if(operation.query.begin(), operation.query.end(),
                                  [&](const Parameter& parameter) { return parameter.name() == *name; });
  if (known == operation.query.end()) {
    const auto meant = nearest_name(*name, operation.query_names);
    append(errors, {{meant.empty() ? "unknown parameter" : "unknown parameter; did you mean '" + meant + "'?",
                     append_pointer("#/query", *name)}});
    return;
  }
  const auto index = static_cast<std::size_t>(known - operation.query.begin());
  if (given[index]) {
    append(errors, {{"is given twice", known->pointer()}});
    return;
  }
  given[index] = true;
  take(*known, *text, values, errors);
}

void read_query(const Operation& operation, std::string_view query, routes::Parameters& values,
                Errors& errors) {
  std::vector<bool> given(operation.query.size());
  while (!query.empty() && errors.size() < kFieldErrorsMax) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (!pair.empty()) read_query_pair(operation, pair, values, given, errors);
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Parameter& parameter = operation.query[i];
    if (given[i]) continue;
    if (parameter.required()) append(errors, {{"is required", parameter.pointer()}});
    if (parameter.default_value()) values.set(parameter.name(), *parameter.default_value());
  }
}

void read_headers(const Operation& operation, const routes::Headers& headers, Errors& errors) {
  for (const Parameter& parameter : operation.headers) {
    const std::string* text = headers.find(parameter.name());
    if (text == nullptr) {
      if (parameter.required()) append(errors, {{"is required", parameter.pointer()}});
      continue;
    }
    if (!is_utf8(*text)) {
      append(errors, {{"is not UTF-8", parameter.pointer()}});
      continue;
    }
    routes::Parameters ignored;
    take(parameter, *text, ignored, errors);
  }
}

/// "query parameter 'limit': 500 is above the maximum of 100, and 2 more".
std::string summary(const Errors& errors) {
  const FieldError& first = errors.front();
  std::string where = first.pointer.substr(2);
  for (const auto& [prefix, words] : {std::pair<std::string, std::string>{"query/", "query parameter '"},
                                      {"path/", "path parameter '"},
                                      {"header/", "header '"}}) {
    if (where.rfind(prefix, 0) == 0) where.replace(0, prefix.size(), words).append("'");
  }
  if (where == "body" || where.rfind("body/", 0) == 0) where = "request " + where;
  std::string text = where + ": " + first.detail;
  if (errors.size() > 1) text += ", and " + std::to_string(errors.size() - 1) + " more";
  return text;
}

std::string allowed_methods(const std::map<std::string, std::size_t, std::less<>>& methods) {
  std::string allow;
  for (const auto& entry : methods) {
    allow += (allow.empty() ? "" : ", ") + entry.first;
    if (entry.first == "GET" && !methods.contains("HEAD")) allow += ", HEAD";
  }
  return allow;
}

}  // namespace

namespace {

/// valijson compiles its patterns on each thread that validates, and libstdc++'s regex then fills a table
/// that all threads share, unsynchronised (GCC bug 77704): filled here, it is only read.
void fill_the_table_of_regex() {
  const auto& facet = std::use_facet<std::ctype<char>>(std::locale());
  for (int c = 0; c < 256; ++c) facet.narrow(static_cast<char>(c), '\0');
}

}  // namespace

Contract::Contract(std::string_view openapi_json) {
  fill_the_table_of_regex();
  const json document = json::parse(openapi_json);
  operations_ = read_operations(document);
  std::map<std::string, std::size_t> paths;
  for (const Operation& operation : operations_) {
    const auto [entry, added] = paths.emplace(operation.route, methods_.size());
    if (added) {
      tree_.add(operation.route, methods_.size());
      methods_.emplace_back();
    }
    methods_[entry->second].emplace(operation.method, operation.index);
  }
}

void Contract::bind(const routes::Routes& routes) {
  std::string problems;
  std::vector<routes::Handler> handlers;
  for (const Operation& operation : operations_) {
    const auto* handler = routes.find(operation.id);
    if (handler == nullptr || !*handler) {
      problems += "\n  operation " + operation.id + " (" + operation.method + " " + operation.route +
                  ") has no handler";
    } else {
      handlers.push_back(*handler);
    }
  }
  for (const auto& entry : routes) {
    const auto known = std::any_of(operations_.begin(), operations_.end(),
                                   [&](const Operation& operation) { return operation.id == entry.first; });
    if (!known) problems += "\n  handler " + entry.first + " has no operation in the contract";
  }
  if (!problems.empty()) throw std::runtime_error("the contract and the handlers differ:" + problems);
  handlers_ = std::move(handlers);
}

Match Contract::match(std::string_view method, std::string_view target) const {
  if (auto known = memo_.find(method, target)) {
    const Operation* operation = known->operation;
    return {operation, {}, std::move(known)};
  }
  const auto path = split_target(target).path;
  const auto segments = decode_segments(path);
  auto found = segments ? tree_.find(*segments) : std::nullopt;
  if (!found) throw NotFound("there is nothing at this path; /openapi.json lists what there is");
  const auto& methods = methods_[found->path];
  auto entry = methods.find(method);
  if (entry == methods.end() && method == "HEAD") entry = methods.find("GET");
  if (entry == methods.end()) {
    const std::string allow = allowed_methods(methods);
    throw MethodNotAllowed("this path takes " + allow, allow);
  }
  return {&operations_[entry->second], std::move(found->values)};
}

std::size_t Contract::body_limit_bytes(std::string_view method, std::string_view target) const noexcept {
  try {
    return match(method, target).operation->body_limit_bytes;
  } catch (const std::exception&) {
    // The request is refused as soon as its body is in, whatever that says.
    return kUnwantedBodyLimitBytes;
  }
}

void Contract::validate(const Match& match, routes::Call& call) const {
  const Operation& operation = *match.operation;
  call.operation_id = operation.id;
  call.route = operation.route;
  Errors errors;
  if (match.known) {
    call.path = match.known->path;
    call.query = match.known->query;
  } else {
    for (std::size_t i = 0; i < operation.path.size(); ++i) {
      take(operation.path[i], match.path_values.at(i), call.path, errors);
    }
    read_query(operation, split_target(call.target).query, call.query, errors);
    if (errors.empty()) {
      memo_.put(call.method, call.target,
                std::make_shared<const Understood>(Understood{&operation, call.path, call.query}));
    }
  }
  read_headers(operation, call.headers, errors);
  call.body = check_body(operation, call, errors);
  call.prefer_async = operation.takes_prefer && prefers_async(call.headers);
  if (!errors.empty()) {
    auto text = summary(errors);
    throw InvalidRequest(text, std::move(errors));
  }
}

}  // namespace tidegate::contract
