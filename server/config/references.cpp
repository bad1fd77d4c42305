#include "server/config/references.h"

namespace tidegate::config {

namespace {

std::string resolve_text(const std::string& text, const Resolvers& resolvers) {
  std::string resolved;
  std::size_t from = 0;
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", from)) {
    if (at > from && text[at - 1] == '$') {
      resolved.append(text, from, at - 1 - from).append("${");
      from = at + 2;
      continue;
    }
    resolved.append(text, from, at - from);
    const std::size_t end = text.find('}', at);
    const std::size_t colon = text.find(':', at);
    if (end == std::string::npos || colon == std::string::npos || colon > end) {
      throw Problem{
          0, "\"" + text.substr(at) + "\" is no reference; write ${env:NAME}, or $${ for a literal ${"};
    }
    const std::string scheme = text.substr(at + 2, colon - at - 2);
    const std::string name = text.substr(colon + 1, end - colon - 1);
    const auto resolver = resolvers.find(scheme);
    if (resolver == resolvers.end()) {
      throw Problem{0, "nothing here resolves ${" + scheme + ":...} references"};
    }
    const std::optional<std::string> found = resolver->second(name);
    if (!found) throw Problem{0, "${" + scheme + ":" + name + "} names nothing"};
    resolved += *found;
    from = end + 1;
  }
  return resolved.append(text, from, std::string::npos);
}

}  // namespace

std::vector<Problem> resolve_references(Value& value, const Resolvers& resolvers) {
  std::vector<Problem> problems;
  const auto descend = [&](Value& child) {
    for (Problem& problem : resolve_references(child, resolvers)) problems.push_back(std::move(problem));
  };
  if (value.kind == Value::Kind::kScalar && value.text.find("${") != std::string::npos) {
    try {
      value.text = resolve_text(value.text, resolvers);
    } catch (const Problem& problem) {
      problems.push_back({value.line, problem.message});
    }
  }
  for (Value& item : value.items) descend(item);
  for (auto& [key, child] : value.entries) descend(child);
  return problems;
}

}  // namespace tidegate::config
