#include "server/config/render.h"

#include <algorithm>

#include "server/config/yaml.h"

namespace tidegate::config {

namespace {

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', from)) {
    parts.push_back(path.substr(from, dot - from));
    from = dot + 1;
  }
  parts.push_back(path.substr(from));
  return parts;
}

/// Fields ordered so that what shares a parent stands together, in the order of first mention.
std::vector<const Field*> grouped(const std::vector<Field>& fields) {
  std::vector<std::string> prefixes;
  const auto rank = [&prefixes](const std::string& prefix) {
    const auto found = std::ranges::find(prefixes, prefix);
    if (found != prefixes.end()) return found - prefixes.begin();
    prefixes.push_back(prefix);
    return static_cast<std::ptrdiff_t>(prefixes.size()) - 1;
  };
  std::vector<std::pair<std::vector<std::ptrdiff_t>, const Field*>> keyed;
  for (const Field& field : fields) {
    std::vector<std::ptrdiff_t> key;
    std::string prefix;
    for (const std::string& part : parts_of(field.path)) key.push_back(rank(prefix += "." + part));
    keyed.emplace_back(std::move(key), &field);
  }
  std::ranges::stable_sort(keyed, {}, [](const auto& entry) { return entry.first; });
  std::vector<const Field*> ordered;
  ordered.reserve(keyed.size());
  for (const auto& [key, field] : keyed) ordered.push_back(field);
  return ordered;
}

/// A value below its key. Lists and maps of structs stand in block form, all else on the line.
void append_value(std::string& out, const Value& value, std::size_t indent, const std::string& comment) {
  const bool map = value.kind == Value::Kind::kMap && !value.entries.empty();
  const bool structs = value.kind == Value::Kind::kList && !value.items.empty() &&
                       value.items.front().kind == Value::Kind::kMap;
  const std::string pad(indent, ' ');
  if (map) {
    out += comment + "\n";
    for (const auto& [key, child] : value.entries) {
      out += pad + to_yaml_scalar(key) + ":";
      append_value(out, child, indent + 2, "");
    }
  } else if (structs) {
    out += comment + "\n";
    for (const Value& item : value.items) out += pad + "- " + to_flow_yaml(item) + "\n";
  } else {
    out += " " + to_flow_yaml(value) + comment + "\n";
  }
}

std::string escape_cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, "\\");
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 4)) {
    text.replace(at, 1, "&lt;");
  }
  return text;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

std::string shown_default(const Field& field) {
  const Value& value = field.default_value;
  if (value.kind == Value::Kind::kNull) return "";
  if (value.kind == Value::Kind::kScalar) return code(value.text);
  if (value.kind == Value::Kind::kList && value.items.size() > 8) {
    return std::to_string(value.items.size()) + " items, see `tidegate config show`";
  }
  return code(to_flow_yaml(value));
}

void append_rows(std::string& out, const Field& field, const std::string& prefix, bool top) {
  std::string meaning = escape_cell(field.doc) + ".";
  if (field.secret) meaning += " Secret.";
  if (!field.fallback_env.empty())
    meaning += " Taken from `" + field.fallback_env + "` where nothing else sets it.";
  const std::string type = field.type + (field.limits.empty() ? "" : ": " + escape_cell(field.limits));
  const std::string path = prefix + field.path;
  out += "| `" + path + "` | " + type + " | " + (top ? escape_cell(shown_default(field)) : "") + " | " +
         meaning + " |\n";
  const std::string below = field.items_are == Items::kList     ? "[]."
                            : field.items_are == Items::kByName ? ".NAME."
                                                                : ".";
  for (const Field& item : field.items) append_rows(out, item, path + below, false);
}

}  // namespace

std::string render_effective(const std::vector<Field>& fields) {
  std::string out;
  std::vector<std::string> open;
  for (const Field* field : grouped(fields)) {
    const std::vector<std::string> parts = parts_of(field->path);
    std::size_t shared = 0;
    while (shared < open.size() && shared + 1 < parts.size() && open[shared] == parts[shared]) ++shared;
    open.resize(shared);
    for (; open.size() + 1 < parts.size(); open.push_back(parts[open.size()])) {
      out += std::string(open.size() * 2, ' ') + parts[open.size()] + ":\n";
    }
    const std::size_t indent = open.size() * 2;
    out += std::string(indent, ' ') + parts.back() + ":";
    const Value value = field->from_aws ? Value::scalar(kMask) : field->get(Secrets::kMasked);
    append_value(out, value, indent + 2, "  # " + field->source);
  }
  return out;
}

std::string render_reference(const std::vector<Field>& fields) {
  std::string out =
      "# Configuration\n\n"
      "Written by `tidegate config reference`; change the descriptions in `server/config/`.\n\n"
      "Values come from these places, later ones win: the defaults below, the YAML file given by `--config` "
      "or\n"
      "`TIDEGATE_CONFIG`, environment variables, flags. A dot in a setting is a level of the file:\n\n"
      "```yaml\nserver:\n  listen: 127.0.0.1:8080\nscaling:\n  parallelism: 20\n```\n\n"
      "The variable of a setting is its name in capitals with underscores after `TIDEGATE_`: "
      "`scaling.parallelism` is\n"
      "`TIDEGATE_SCALING_PARALLELISM`. A list is written `a,b` or `[a, b]`, lists and maps of structures as "
      "YAML. A list\n"
      "replaces its default; a map changes the entries that it names. An unknown key is an error with its "
      "line;\n"
      "an unknown `TIDEGATE_*` variable is warned of, for Kubernetes sets such ones too.\n\n"
      "Anywhere in a value a reference stands for what it names; `$${` is a literal `${`.\n\n"
      "| reference | is | read |\n| --- | --- | --- |\n"
      "| `${env:NAME}` | an environment variable | at the start |\n"
      "| `${ssm:/path/name}` | a parameter of the Parameter Store, decrypted | at the start, and every "
      "`aws.references.refresh` |\n"
      "| `${secret:name}`, `${secret:name#key}` | a secret of Secrets Manager, or one member of one that is "
      "a JSON object | the same |\n\n"
      "AWS is asked with the service's own credentials, and the settings under `aws` can't come from it. "
      "What "
      "is read again\n"
      "changes `alerts.slack.webhook_url` and `alerts.pagerduty.routing_key` without a restart; every other "
      "setting keeps what\n"
      "it had at the start. While AWS does not answer, or gives something that can't be used, the old value "
      "goes on and\n"
      "`settings.refresh_failed` is logged.\n\n"
      "`tidegate config check` tells whether a configuration can be used, the files of `server.tls` "
      "included;\n"
      "`tidegate config show` prints every value in force and where it comes from, with secrets, passwords "
      "in "
      "URLs and\n"
      "what AWS gave masked. Durations are `300ms`, `10s`, `15m`, `24h`, `30d`; sizes `512`, `16KiB`, "
      "`1MiB`.\n";
  std::string section;
  for (const Field* field : grouped(fields)) {
    const std::string first = parts_of(field->path).front();
    if (first != section) {
      section = first;
      out += "\n## " + section + "\n\n| setting | type | default | meaning |\n| --- | --- | --- | --- |\n";
    }
    append_rows(out, *field, "", true);
  }
  return out;
}

}  // namespace tidegate::config
