#include "aws/protocols/rest.h"

#include <algorithm>
#include <charconv>

#include "aws/protocols/form.h"
#include "aws/protocols/scalars.h"
#include "aws/signing/uri_encoding.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

const json* given(const json& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() || found->is_null() ? nullptr : &*found;
}

void replace_label(std::string& path, const Member& member, const std::string& value) {
  if (value.empty()) throw InvalidRequest(member.name + " can't be empty");
  const std::string& wire = member.wire_or_name();
  const std::string plain = "{" + wire + "}";
  const std::string greedy = "{" + wire + "+}";
  if (const auto at = path.find(plain); at != std::string::npos) {
    path.replace(at, plain.size(), uri_encode(value));
  } else if (const auto greedy_at = path.find(greedy); greedy_at != std::string::npos) {
    path.replace(greedy_at, greedy.size(), uri_encode(value, "/"));
  } else {
    throw std::logic_error("path template " + path + " has no place for " + wire);
  }
}

void add_query(std::string& url, const std::string& name, const std::string& value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  url.append(uri_encode(name)).append("=").append(uri_encode(value));
}

json header_value(const Shape& shape, const std::string& text) {
  switch (shape.kind) {
    case Shape::Kind::kInteger: {
      std::int64_t number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return number;
    }
    case Shape::Kind::kBoolean:
      return text == "true";
    case Shape::Kind::kInstant:
    case Shape::Kind::kIsoInstant:
    case Shape::Kind::kEpochInstant:
      return parse_instant(text);
    default:
      return text;
  }
}

}  // namespace

http::Request build_rest_request(const Operation& operation, const json& parameters) {
  http::Request request;
  request.method = operation.method;
  request.url = operation.path;
  for (const auto& member : operation.input.members) {
    const auto* value = given(parameters, member.name);
    if (value == nullptr) continue;
    if (member.location == Location::kPath) {
      replace_label(request.url, member, scalar_text(member.shape, *value, Shape::Kind::kIsoInstant));
    } else if (member.location == Location::kHeader) {
      request.headers.emplace_back(member.wire_or_name(),
                                   scalar_text(member.shape, *value, Shape::Kind::kInstant));
    }
  }
  for (const auto& member : operation.input.members) {
    const auto* value = given(parameters, member.name);
    if (value == nullptr || member.location != Location::kQuery) continue;
    if (member.shape.kind == Shape::Kind::kList) {
      for (const auto& element : *value) {
        add_query(request.url, member.wire_or_name(),
                  scalar_text(member.shape.element.front(), element, Shape::Kind::kIsoInstant));
      }
    } else {
      add_query(request.url, member.wire_or_name(),
                scalar_text(member.shape, *value, Shape::Kind::kIsoInstant));
    }
  }
  return request;
}

const Member* payload_member(const Shape& shape) {
  const auto found = std::ranges::find(shape.members, Location::kPayload, &Member::location);
  return found == shape.members.end() ? nullptr : &*found;
}

bool has_body_members(const Shape& shape) {
  return std::ranges::find(shape.members, Location::kBody, &Member::location) != shape.members.end();
}

void decode_head(const Shape& shape, const http::Response& response, json& answer) {
  for (const auto& member : shape.members) {
    if (member.location == Location::kStatus) answer[member.name] = response.status;
    if (member.location != Location::kHeader) continue;
    const auto text = response.header(member.wire_or_name());
    if (!text.empty()) answer[member.name] = header_value(member.shape, text);
  }
}

}  // namespace tidegate::aws
