#include "server/config/yaml.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace tidegate::config {

namespace {

constexpr int kDepthMax = 32;

Value convert(const YAML::Node& node, int depth) {
  const int line = node.Mark().line + 1;
  if (depth > kDepthMax) throw Problem{line, "nested too deeply"};
  Value value;
  value.line = line;
  if (node.IsScalar()) {
    value.kind = Value::Kind::kScalar;
    value.text = node.Scalar();
  } else if (node.IsSequence()) {
    value.kind = Value::Kind::kList;
    for (const auto& item : node) value.items.push_back(convert(item, depth + 1));
  } else if (node.IsMap()) {
    value.kind = Value::Kind::kMap;
    for (const auto& entry : node) {
      const int key_line = entry.first.Mark().line + 1;
      if (!entry.first.IsScalar()) throw Problem{key_line, "a key must be a plain word"};
      const std::string& key = entry.first.Scalar();
      const bool twice =
          std::ranges::any_of(value.entries, [&](const auto& seen) { return seen.first == key; });
      if (twice) throw Problem{key_line, "key \"" + key + "\" stands here twice"};
      Value child = convert(entry.second, depth + 1);
      child.line = key_line;
      value.entries.emplace_back(key, std::move(child));
    }
  }
  return value;
}

}  // namespace

Value parse_yaml(const std::string& text) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty()) return {};
    if (documents.size() > 1) throw Problem{documents[1].Mark().line + 1, "more than one YAML document"};
    return convert(documents.front(), 0);
  } catch (const YAML::ParserException& failure) {
    throw Problem{failure.mark.line + 1, "no valid YAML: " + failure.msg};
  }
}

std::string to_yaml_scalar(const std::string& text) {
  const bool plain = !text.empty() &&
                     std::ranges::all_of(text,
                                         [](char c) {
                                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                                  (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                                                  c == '.' || c == '/' || c == '%';
                                         }) &&
                     text.front() != '-' && text.front() != '%';
  if (plain && text != "null" && text != "yes" && text != "no" && text != "on" && text != "off") return text;
  YAML::Emitter out;
  out << YAML::DoubleQuoted << text;
  return out.c_str();
}

std::string to_flow_yaml(const Value& value) {
  std::string out;
  switch (value.kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kScalar:
      return to_yaml_scalar(value.text);
    case Value::Kind::kList:
      for (const Value& item : value.items) out += (out.empty() ? "" : ", ") + to_flow_yaml(item);
      return "[" + out + "]";
    case Value::Kind::kMap:
      break;
  }
  for (const auto& [key, child] : value.entries) {
    out += (out.empty() ? "" : ", ") + to_yaml_scalar(key) + ": " + to_flow_yaml(child);
  }
  return "{" + out + "}";
}

}  // namespace tidegate::config
