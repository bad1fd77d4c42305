#include "server/config/loader.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "server/config/describe.h"
#include "server/config/validate.h"
#include "server/config/yaml.h"

namespace tidegate::config {

namespace {

constexpr std::string_view kPrefix = "TIDEGATE_";
constexpr std::string_view kFileVariable = "TIDEGATE_CONFIG";
constexpr std::size_t kFileBytesMax = std::size_t{4} << 20U;

const std::string* variable(const Sources& sources, const std::string& name) {
  for (const auto& [key, text] : sources.environment) {
    if (key == name) return &text;
  }
  return nullptr;
}

class Loading {
 public:
  Loading(const Sources& sources, LoadedConfig& loaded) : sources_(sources), loaded_(loaded) {
    resolvers_ = sources.resolvers;
    resolvers_["env"] = [&sources](const std::string& name) -> std::optional<std::string> {
      const std::string* text = variable(sources, name);
      if (text == nullptr) return {};
      return *text;
    };
  }

  /// Leaves out all settings but those below `keys`.
  void only(const std::vector<std::string>& keys) { only_ = keys; }

  void read_fallback_variables() {
    for (Field& field : loaded_.fields) {
      if (field.fallback_env.empty() || !wanted(field)) continue;
      const std::string* text = variable(sources_, field.fallback_env);
      if (text != nullptr && !text->empty())
        set(field, *text, "env " + field.fallback_env, field.fallback_env);
    }
  }

  void read_file() {
    if (!sources_.file_name) return;
    const std::string& file = *sources_.file_name;
    try {
      Value root = parse_yaml(sources_.file_text);
      note_references(root, "");
      std::erase_if(root.entries, [this](const auto& entry) { return !wanted(entry.first); });
      report(file, resolve_references(root, resolvers_));
      report(file, apply(loaded_.fields, root, file));
    } catch (const Problem& problem) {
      report(file, {problem});
    }
  }

  void read_variables() {
    for (Field& field : loaded_.fields) {
      if (!wanted(field)) continue;
      const std::string name = field.env_name();
      if (const std::string* text = variable(sources_, name)) set(field, *text, "env " + name, name);
    }
    warn_of_unknown_variables();
  }

  void read_flags() {
    for (const Override& over : sources_.overrides) {
      const auto field = std::ranges::find(loaded_.fields, over.path, &Field::path);
      if (field == loaded_.fields.end()) {
        errors_.push_back(over.flag + ": unknown key \"" + over.path + "\"");
      } else if (wanted(*field)) {
        set(*field, over.text, "flag " + over.flag, over.flag);
      }
    }
  }

  void check_whole() {
    for (const Complaint& complaint : validate(loaded_.config)) complain(complaint);
    if (sources_.named_files == NamedFiles::kLeftAlone) return;
    for (const Complaint& complaint : check_named_files(loaded_.config)) complain(complaint);
  }

  void throw_errors() const {
    if (errors_.empty()) return;
    std::string all;
    for (const std::string& error : errors_) all += (all.empty() ? "" : "\n") + error;
    throw ConfigError(all);
  }

 private:
  void complain(const Complaint& complaint) {
    std::string source;
    const auto field = std::ranges::find(loaded_.fields, complaint.path, &Field::path);
    if (field != loaded_.fields.end()) {
      const auto& items = field->item_sources;
      source = complaint.item && *complaint.item < items.size() ? items[*complaint.item] : field->source;
    }
    errors_.push_back((source.empty() || source == "default" ? "" : source + ": ") + complaint.path + ": " +
                      complaint.message);
  }

  bool wanted(const std::string& path) const {
    return only_.empty() || std::ranges::find(only_, path.substr(0, path.find('.'))) != only_.end();
  }
  bool wanted(const Field& field) const { return wanted(field.path); }

  /// Notes the references to AWS in a text; whether there is one.
  bool note_references(const std::string& text) {
    bool any = false;
    for (const std::string_view scheme : {"${ssm:", "${secret:"}) {
      for (auto at = text.find(scheme); at != std::string::npos; at = text.find(scheme, at + 1)) {
        const auto end = text.find('}', at);
        if (end == std::string::npos || (at > 0 && text[at - 1] == '$')) continue;
        loaded_.aws_references.push_back(text.substr(at + 2, end - at - 2));
        any = true;
      }
    }
    return any;
  }

  /// Marks the settings whose values come from AWS, before the references are replaced.
  void note_references(const Value& value, const std::string& path) {
    if (value.kind == Value::Kind::kScalar && note_references(value.text)) {
      for (Field& field : loaded_.fields) {
        if (path == field.path || path.starts_with(field.path + ".")) field.from_aws = true;
      }
    }
    for (const Value& item : value.items) note_references(item, path + ".");
    for (const auto& [key, child] : value.entries) {
      note_references(child, path.empty() ? key : path + "." + key);
    }
  }

  /// A variable or flag: text for scalars and simple lists, YAML where it looks like a list or a map.
  void set(Field& field, const std::string& text, const std::string& source, const std::string& name) {
    try {
      const bool structured =
          !text.empty() && ((field.type == "list" && text.front() == '[') ||
                            (field.type == "map" && text.front() == '{') || !field.items.empty());
      const bool from_aws = note_references(text);
      Value value = structured ? parse_yaml(text) : Value::scalar(text);
      const std::vector<Problem> unresolved = resolve_references(value, resolvers_);
      if (!unresolved.empty()) throw unresolved.front();
      field.set(value);
      field.source = source;
      field.item_sources.clear();
      field.from_aws = from_aws;
    } catch (const Problem& problem) {
      errors_.push_back(name + ": " + field.path + ": " + problem.message);
    } catch (const Problems& several) {
      for (const Problem& problem : several.all) {
        errors_.push_back(name + ": " + field.path + ": " + problem.message);
      }
    }
  }

  void report(const std::string& file, const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) {
      errors_.push_back(file + (problem.line > 0 ? ":" + std::to_string(problem.line) : "") + ": " +
                        problem.message);
    }
  }

  /// Only a warning: Kubernetes sets TIDEGATE_PORT and TIDEGATE_SERVICE_* for a service of that name.
  void warn_of_unknown_variables() {
    std::vector<std::string> names;
    for (const Field& field : loaded_.fields) names.push_back(field.env_name());
    for (const auto& [name, text] : sources_.environment) {
      if (!name.starts_with(kPrefix) || name == kFileVariable || name.starts_with("TIDEGATE_PORT") ||
          name.starts_with("TIDEGATE_SERVICE_") || std::ranges::find(names, name) != names.end()) {
        continue;
      }
      const std::string near = nearest(name, names);
      loaded_.warnings.push_back("variable " + name + " is no setting" +
                                 (near.empty() ? "" : " (did you mean " + near + "?)"));
    }
  }

  const Sources& sources_;
  LoadedConfig& loaded_;
  Resolvers resolvers_;
  std::vector<std::string> only_;
  std::vector<std::string> errors_;
};

}  // namespace

LoadedConfig::LoadedConfig() {
  Binder binder;
  describe(binder, config);
  fields = binder.take();
}

std::unique_ptr<LoadedConfig> load(const Sources& sources) {
  auto loaded = std::make_unique<LoadedConfig>();
  Loading loading(sources, *loaded);
  loading.read_fallback_variables();
  loading.read_file();
  loading.read_variables();
  loading.read_flags();
  loading.throw_errors();
  loading.check_whole();
  loading.throw_errors();
  return loaded;
}

std::unique_ptr<LoadedConfig> load_part(const Sources& sources, const std::vector<std::string>& keys) {
  auto loaded = std::make_unique<LoadedConfig>();
  Loading loading(sources, *loaded);
  loading.only(keys);
  loading.read_fallback_variables();
  loading.read_file();
  loading.read_variables();
  loading.read_flags();
  loading.throw_errors();
  return loaded;
}

Environment process_environment() {
  Environment environment_variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) {
      environment_variables.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    }
  }
  return environment_variables;
}

Sources read_sources(std::optional<std::string> file, Environment environment,
                     std::vector<Override> overrides) {
  Sources sources;
  sources.environment = std::move(environment);
  sources.overrides = std::move(overrides);
  if (!file) {
    if (const std::string* named = variable(sources, std::string(kFileVariable)); named && !named->empty()) {
      file = *named;
    }
  }
  if (!file) return sources;

  std::ifstream in(*file, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) throw ConfigError(*file + ": can't be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kFileBytesMax) throw ConfigError(*file + ": larger than " + format_bytes(kFileBytesMax));
  sources.file_name = std::move(file);
  sources.file_text = std::move(text);
  return sources;
}

}  // namespace tidegate::config
