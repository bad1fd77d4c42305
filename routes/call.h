#pragma once

#include <pplx/pplxtasks.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "services/clock.h"
#include "services/operations/idempotency.h"

namespace tidegate::routes {

/// Header fields by lower-case name, in the order they came. Few enough that a scan beats a tree.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  /// Adds a field; a second one of the same name is kept beside the first.
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  /// The first field of that name; null where there is none. `name` in lower case.
  const std::string* find(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A path or query parameter's value, typed as the contract's schema says: boolean, integer, number, string
/// or array of strings (comma separated on the wire).
using ParameterValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Path or query parameters that passed the contract; defaults of the contract are filled in. Each accessor
/// answers null (an empty list) for an absent parameter and throws std::logic_error where the contract gives
/// it another type: that is a mistake in the handler, never in the request.
class Parameters {
 public:
  void set(std::string name, ParameterValue value);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;  ///< takes an integer too
  std::optional<bool> flag(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;
  const ParameterValue* find(std::string_view name) const;

  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<std::pair<std::string, ParameterValue>> values_;
};

/// Who calls.
struct Principal {
  std::string id = "anonymous";     ///< as the configuration names the key; "anonymous" where no key is set
  std::vector<std::string> scopes;  ///< of "read", "operate", "admin"

  bool has_scope(std::string_view scope) const;
};

/// One request that has passed authentication, limits and the contract. Copies are cheap: bodies are shared.
struct Call {
  std::string operation_id = {};  ///< the contract's operationId, "scaleNodegroups"
  std::string route = {};         ///< the contract's path template, "/operations/{operation_id}"
  std::string method = "GET";     ///< as sent; a HEAD request keeps "HEAD"
  std::string target = {};        ///< path and query as sent
  Parameters path = {};
  Parameters query = {};
  std::shared_ptr<const nlohmann::json> body = {};   ///< valid against the contract; null where none was sent
  std::shared_ptr<const std::string> raw_body = {};  ///< as it arrived; null where none was sent
  Headers headers = {};
  Principal principal = {};
  std::string request_id = {};   ///< also in the answer's X-Request-Id
  std::string traceparent = {};  ///< W3C, kept with what the request begins; empty where none came
  Instant received = {};
  std::optional<operations::IdempotencyClaim> idempotency = {};  ///< set where an Idempotency-Key was sent
  bool prefer_async = false;                                     ///< `Prefer: respond-async`
};

/// What a handler answers. The server adds X-Request-Id, Content-Length, rate-limit and security headers.
struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::shared_ptr<const std::string> body = {};  ///< shared, so that a cached body isn't copied; null = empty
  Headers headers = {};
};

/// An answer with that JSON text as its body, and a line end after it.
Answer json_answer(int status, std::string body);

/// Carries out one operation of the contract. Runs on a pool thread; throws the types of services/error.h,
/// each of which the server turns into its problem. Must not block.
using Handler = std::function<pplx::task<Answer>(Call)>;

}  // namespace tidegate::routes
