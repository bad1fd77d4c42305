#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "server/config/codec.h"
#include "server/config/value.h"

namespace tidegate::config {

/// Whether a secret's value may leave the process.
enum class Secrets { kMasked, kShown };
inline constexpr const char* kMask = "********";

/// What stands below a field that is made of structs.
enum class Items {
  kNone,
  kList,     ///< path[].name
  kByName,   ///< path.<key>.name
  kOptional  ///< path.name, or null
};

/// One configurable value, bound to the member that holds it. Everything that configuration can do (loading,
/// environment names, show, the reference page) works on these.
struct Field {
  std::string path;          ///< "scaling.parallelism"
  std::string type;          ///< "integer", "duration", "size", "text", "list" ...
  std::string limits;        ///< "1 to 100", empty where there are none
  std::string doc;           ///< one sentence, without its full stop
  std::string fallback_env;  ///< another program's variable that fills it where nothing else does
  bool secret = false;
  bool from_aws = false;  ///< its value, or a part of it, was read from AWS by a reference
  Value default_value;    ///< as the struct's initialiser has it
  Items items_are = Items::kNone;
  std::vector<Field> items;  ///< the fields of one item
  std::string source = "default";
  std::vector<std::string> item_sources;  ///< of each item of a list that a file gave; empty otherwise

  /// Reads `value` into the member; throws Problem or Problems, and then leaves the member as it was.
  std::function<void(const Value& value)> set;
  std::function<Value(Secrets)> get;

  /// "TIDEGATE_SCALING_PARALLELISM"
  std::string env_name() const;
};

/// What there is to say about a field of type T.
template <class T>
struct Notes {
  std::string doc = {};
  std::optional<T> min = {};
  std::optional<T> max = {};
  bool secret = false;
  std::string fallback_env = {};
};

/// Collects the fields of a configuration struct. Each capability describes its struct once:
///
///   void describe(Binder& binder, ScalingSettings& scaling) {
///     binder.field("scaling.parallelism", scaling.parallelism, {.doc = "node groups ...", .min = 1, .max =
///     100});
///
/// The struct must outlive the fields. Defaults are what the members hold when they are described.
class Binder {
 public:
  /// Any type with a Codec: text, boolean, numbers, durations, lists, maps and optionals of them.
  template <class T>
  void field(const std::string& path, T& member, Notes<std::type_identity_t<T>> notes) {
    Field made = start<T>(path, Codec<T>::kType, notes);
    made.set = [&member, min = notes.min, max = notes.max](const Value& value) {
      T decoded = Codec<T>::decode(value);
      require_within(decoded, min, max, value.line);
      member = std::move(decoded);
    };
    made.get = [&member, secret = notes.secret](Secrets secrets) {
      Value value = Codec<T>::encode(member);
      if (secrets == Secrets::kShown) return value;
      return secret ? masked(std::move(value)) : without_passwords(std::move(value));
    };
    add(std::move(made));
  }

  /// A number of bytes, written as 512, 16KiB or 1MiB.
  void bytes(const std::string& path, std::size_t& member, Notes<std::size_t> notes);

  /// One of a fixed set of words.
  template <class T>
  void choice(const std::string& path, T& member, std::vector<std::pair<std::string, T>> choices,
              Notes<T> notes) {
    Field made = start<T>(path, "word", {.doc = notes.doc, .fallback_env = notes.fallback_env});
    for (const auto& [word, meaning] : choices) made.limits += (made.limits.empty() ? "" : ", ") + word;
    made.set = [&member, choices, words = made.limits](const Value& value) {
      const std::string& text = scalar_text(value, "a word");
      for (const auto& [word, meaning] : choices) {
        if (word == text) {
          member = meaning;
          return;
        }
      }
      throw Problem{value.line, "\"" + text + "\" is none of " + words};
    };
    made.get = [&member, choices](Secrets) {
      for (const auto& [word, meaning] : choices) {
        if (meaning == member) return Value::scalar(word);
      }
      return Value{};
    };
    add(std::move(made));
  }

  /// A list of structs. A list that is given replaces the whole default.
  template <class Item>
  void list(const std::string& path, std::vector<Item>& member, void (*describe)(Binder&, Item&),
            const std::string& doc) {
    Field made = start_items(path, "list", doc, Items::kList, describe);
    made.set = [&member, describe](const Value& value) {
      if (value.kind != Value::Kind::kList) throw Problem{value.line, "expected a list"};
      std::vector<Item> items(value.items.size());
      Problems problems;
      for (std::size_t i = 0; i < items.size(); ++i) read_item(describe, items[i], value.items[i], problems);
      throw_any(problems);
      member = std::move(items);
    };
    made.get = [&member, describe](Secrets secrets) {
      Value value = Value::list({});
      for (Item& item : member) value.items.push_back(write_item(describe, item, secrets));
      return value;
    };
    add(std::move(made));
  }

  /// Structs by name. An entry that is given changes that entry of the default; the others stay.
  template <class Item>
  void map(const std::string& path, std::map<std::string, Item>& member, void (*describe)(Binder&, Item&),
           const std::string& doc) {
    Field made = start_items(path, "map", doc, Items::kByName, describe);
    made.set = [&member, describe](const Value& value) {
      std::map<std::string, Item> merged = member;
      Problems problems;
      for (const auto& [name, entry] : map_entries(value)) read_item(describe, merged[name], entry, problems);
      throw_any(problems);
      member = std::move(merged);
    };
    made.get = [&member, describe](Secrets secrets) {
      Value value = Value::map();
      for (auto& [name, item] : member) value.entries.emplace_back(name, write_item(describe, item, secrets));
      return value;
    };
    add(std::move(made));
  }

  /// A struct or nothing; null switches it off.
  template <class Item>
  void optional(const std::string& path, std::optional<Item>& member, void (*describe)(Binder&, Item&),
                const std::string& doc) {
    Field made = start_items(path, "map", doc, Items::kOptional, describe);
    made.set = [&member, describe](const Value& value) {
      if (value.kind == Value::Kind::kNull || (value.kind == Value::Kind::kScalar && value.text == "null")) {
        member.reset();
        return;
      }
      Item changed = member.value_or(Item{});
      Problems problems;
      read_item(describe, changed, value, problems);
      throw_any(problems);
      member = std::move(changed);
    };
    made.get = [&member, describe](Secrets secrets) {
      return member ? write_item(describe, *member, secrets) : Value{};
    };
    add(std::move(made));
  }

  /// A time of day, "08:00" to "24:00", kept as minutes after midnight.
  void time_of_day(const std::string& path, std::chrono::minutes& member, const std::string& doc);

  std::vector<Field> take() { return std::move(fields_); }

 private:
  static Value masked(Value value);
  static Value without_passwords(Value value);
  static void apply_item(std::vector<Field>& fields, const Value& value, Problems& problems);
  static Value collect(std::vector<Field>& fields, Secrets secrets);
  static void throw_any(const Problems& problems);
  void add(Field field);

  template <class T>
  static Field start(const std::string& path, const char* type, const Notes<T>& notes) {
    Field made;
    made.path = path;
    made.type = type;
    made.doc = notes.doc;
    made.secret = notes.secret;
    made.fallback_env = notes.fallback_env;
    if constexpr (requires { Codec<T>::encode(*notes.min); }) {
      const auto text = [](const T& bound) { return Codec<T>::encode(bound).text; };
      if (notes.min && notes.max) made.limits = text(*notes.min) + " to " + text(*notes.max);
      if (notes.min && !notes.max) made.limits = "at least " + text(*notes.min);
      if (!notes.min && notes.max) made.limits = "at most " + text(*notes.max);
    }
    return made;
  }

  template <class Item>
  static Field start_items(const std::string& path, const char* type, const std::string& doc, Items items_are,
                           void (*describe)(Binder&, Item&)) {
    Field made = start<Item>(path, type, {.doc = doc});
    made.items_are = items_are;
    made.items = fields_of(describe);
    return made;
  }

  template <class T>
  static void require_within(const T& value, const std::optional<T>& min, const std::optional<T>& max,
                             int line) {
    if constexpr (requires { value < *min; }) {
      const auto text = [](const T& bound) { return Codec<T>::encode(bound).text; };
      if (min && value < *min) throw Problem{line, text(value) + " is below the minimum of " + text(*min)};
      if (max && *max < value) throw Problem{line, text(value) + " is above the maximum of " + text(*max)};
    }
  }

  template <class Item>
  static std::vector<Field> fields_of(void (*describe)(Binder&, Item&)) {
    Item item{};
    Binder binder;
    describe(binder, item);
    std::vector<Field> fields = binder.take();
    for (Field& field : fields) {  // they are bound to a local
      field.set = nullptr;
      field.get = nullptr;
    }
    return fields;
  }

  /// Adds to `problems` what is wrong with `value`.
  template <class Item>
  static void read_item(void (*describe)(Binder&, Item&), Item& item, const Value& value,
                        Problems& problems) {
    Binder binder;
    describe(binder, item);
    std::vector<Field> fields = binder.take();
    apply_item(fields, value, problems);
  }

  template <class Item>
  static Value write_item(void (*describe)(Binder&, Item&), Item& item, Secrets secrets) {
    Binder binder;
    describe(binder, item);
    std::vector<Field> fields = binder.take();
    return collect(fields, secrets);
  }

  std::vector<Field> fields_;
};

/// Reads a map into the fields that it names and notes `source` on each (with the line, where there is one).
/// Returns what was wrong; the rest is applied.
std::vector<Problem> apply(std::vector<Field>& fields, const Value& value, const std::string& source);

/// `text` with the password of a URL or an address such as "user:password@proxy:3128" masked, and with
/// everything before the "@" where a URL has only one word there.
std::string without_password(const std::string& text);

/// The candidate nearest to `word` by edit distance; empty where none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace tidegate::config
