#include "server/config/binder.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <numeric>
#include <stdexcept>

namespace tidegate::config {

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

/// The keys that may stand directly below `prefix` ("" or "scaling.").
std::vector<std::string> keys_below(const std::vector<Field>& fields, const std::string& prefix) {
  std::vector<std::string> keys;
  for (const Field& field : fields) {
    if (!field.path.starts_with(prefix)) continue;
    std::string key = field.path.substr(prefix.size());
    key.resize(std::min(key.find('.'), key.size()));
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
  }
  return keys;
}

class Application {
 public:
  Application(std::vector<Field>& fields, std::string source) : fields_(fields), source_(std::move(source)) {}

  void read_map(const Value& value, const std::string& prefix) {
    if (value.kind == Value::Kind::kNull) return;
    if (value.kind != Value::Kind::kMap) {
      const std::string name =
          prefix.empty() ? "the configuration" : "\"" + prefix.substr(0, prefix.size() - 1) + "\"";
      problems_.push_back({value.line, name + " must be a map of keys"});
      return;
    }
    for (const auto& [key, child] : value.entries) read_key(prefix, key, child);
  }

  std::vector<Problem> take() { return std::move(problems_); }

 private:
  void read_key(const std::string& prefix, const std::string& key, const Value& value) {
    const std::string path = prefix + key;
    const auto field = std::ranges::find(fields_, path, &Field::path);
    if (field != fields_.end()) {
      try {
        field->set(value);
        field->source = source_at(value.line);
        field->item_sources.clear();
        for (const Value& item : value.items) field->item_sources.push_back(source_at(item.line));
      } catch (const Problem& problem) {
        note(problem, path, value.line);
      } catch (const Problems& several) {
        for (const Problem& problem : several.all) note(problem, path, value.line);
      }
      return;
    }
    const bool group =
        std::ranges::any_of(fields_, [&](const Field& f) { return f.path.starts_with(path + "."); });
    if (group) return read_map(value, path + ".");
    std::string message = "unknown key \"" + path + "\"";
    const std::string near =
        key.find('.') == std::string::npos ? nearest(key, keys_below(fields_, prefix)) : "";
    if (!near.empty()) message += " (did you mean \"" + prefix + near + "\"?)";
    problems_.push_back({value.line, message});
  }

  std::string source_at(int line) const { return line > 0 ? source_ + ":" + std::to_string(line) : source_; }

  void note(const Problem& problem, const std::string& path, int line) {
    problems_.push_back({problem.line > 0 ? problem.line : line, path + ": " + problem.message});
  }

  std::vector<Field>& fields_;
  std::string source_;
  std::vector<Problem> problems_;
};

}  // namespace

std::string Field::env_name() const {
  std::string name = "TIDEGATE_" + path;
  for (char& c : name) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

void Binder::bytes(const std::string& path, std::size_t& member, Notes<std::size_t> notes) {
  Field made = start<std::size_t>(path, "size", {.doc = notes.doc, .secret = notes.secret});
  if (notes.min && notes.max) made.limits = format_bytes(*notes.min) + " to " + format_bytes(*notes.max);
  if (notes.min && !notes.max) made.limits = "at least " + format_bytes(*notes.min);
  made.set = [&member, min = notes.min, max = notes.max](const Value& value) {
    std::size_t parsed = 0;
    try {
      parsed = parse_bytes(scalar_text(value, "a size such as 1MiB"));
    } catch (Problem problem) {
      problem.line = value.line;
      throw problem;
    }
    if (min && parsed < *min) throw Problem{value.line, "a size below the minimum of " + format_bytes(*min)};
    if (max && parsed > *max) throw Problem{value.line, "a size above the maximum of " + format_bytes(*max)};
    member = parsed;
  };
  made.get = [&member](Secrets) { return Value::scalar(format_bytes(member)); };
  add(std::move(made));
}

void Binder::time_of_day(const std::string& path, std::chrono::minutes& member, const std::string& doc) {
  Field made = start<std::string>(path, "time of day", {.doc = doc});
  made.set = [&member](const Value& value) {
    const std::string& text = scalar_text(value, "a time of day such as 08:00");
    int hours = 0;
    int minutes = 0;
    const bool shaped = text.size() == 5 && text[2] == ':';
    const char* at = text.data();
    if (!shaped || std::from_chars(at, at + 2, hours).ptr != at + 2 ||
        std::from_chars(at + 3, at + 5, minutes).ptr != at + 5 || hours < 0 || minutes < 0 || minutes > 59 ||
        hours * 60 + minutes > 24 * 60) {
      throw Problem{value.line, "\"" + text + "\" is no time of day; write it as 08:00"};
    }
    member = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  };
  made.get = [&member](Secrets) {
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(member.count() / 60),
                  static_cast<int>(member.count() % 60));
    return Value::scalar(text);
  };
  add(std::move(made));
}

void Binder::add(Field field) {
  if (std::ranges::find(fields_, field.path, &Field::path) != fields_.end()) {
    throw std::logic_error("configuration field described twice: " + field.path);
  }
  field.default_value = field.get(Secrets::kMasked);
  fields_.push_back(std::move(field));
}

Value Binder::masked(Value value) {
  if (value.kind == Value::Kind::kNull) return value;
  if (value.kind == Value::Kind::kScalar && value.text.empty()) return value;
  if (value.kind == Value::Kind::kList && value.items.empty()) return value;
  return Value::scalar(kMask);
}

Value Binder::without_passwords(Value value) {
  if (value.kind == Value::Kind::kScalar) value.text = without_password(value.text);
  for (Value& item : value.items) item = without_passwords(std::move(item));
  for (auto& [key, child] : value.entries) child = without_passwords(std::move(child));
  return value;
}

void Binder::apply_item(std::vector<Field>& fields, const Value& value, Problems& problems) {
  const std::vector<Problem> found = apply(fields, value, "");
  problems.all.insert(problems.all.end(), found.begin(), found.end());
}

Value Binder::collect(std::vector<Field>& fields, Secrets secrets) {
  Value collected = Value::map();
  for (const Field& field : fields) {
    Value* parent = &collected;
    std::size_t from = 0;
    for (std::size_t dot = field.path.find('.'); dot != std::string::npos; dot = field.path.find('.', from)) {
      const std::string key = field.path.substr(from, dot - from);
      auto found =
          std::ranges::find_if(parent->entries, [&](const auto& entry) { return entry.first == key; });
      if (found == parent->entries.end()) {
        parent->entries.emplace_back(key, Value::map());
        found = std::prev(parent->entries.end());
      }
      parent = &found->second;
      from = dot + 1;
    }
    parent->entries.emplace_back(field.path.substr(from), field.get(secrets));
  }
  return collected;
}

void Binder::throw_any(const Problems& problems) {
  if (!problems.all.empty()) throw problems;
}

std::vector<Problem> apply(std::vector<Field>& fields, const Value& value, const std::string& source) {
  Application application(fields, source);
  application.read_map(value, "");
  return application.take();
}

std::string without_password(const std::string& text) {
  const std::size_t scheme = text.find("://");
  const bool is_url = scheme != std::string::npos;
  const std::size_t user = is_url ? scheme + 3 : 0;
  const std::size_t at = text.substr(0, text.find_first_of("/?#", user)).rfind('@');
  if (at == std::string::npos || at < user) return text;
  const std::size_t colon = std::min(text.find(':', user), at);
  const bool has_password = colon < at;
  if (!has_password && !is_url) return text;  // an e-mail address
  return text.substr(0, has_password ? colon + 1 : user) + kMask + text.substr(at);
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace tidegate::config
