#include "routes/call.h"

#include <algorithm>
#include <stdexcept>

namespace tidegate::routes {

namespace {

template <class T>
std::optional<T> value_of(const ParameterValue* value, std::string_view name) {
  if (value == nullptr) return std::nullopt;
  if (const auto* typed = std::get_if<T>(value)) return *typed;
  throw std::logic_error("parameter '" + std::string(name) + "' has another type in the contract");
}

}  // namespace

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [name](const auto& field) { return field.first == name; });
  fields_.emplace_back(name, std::move(value));
}

const std::string* Headers::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) return &value;
  }
  return nullptr;
}

void Parameters::set(std::string name, ParameterValue value) {
  for (auto& [present, current] : values_) {
    if (present == name) {
      current = std::move(value);
      return;
    }
  }
  values_.emplace_back(std::move(name), std::move(value));
}

const ParameterValue* Parameters::find(std::string_view name) const {
  for (const auto& [present, value] : values_) {
    if (present == name) return &value;
  }
  return nullptr;
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  return value_of<std::string>(find(name), name);
}

std::optional<std::int64_t> Parameters::integer(std::string_view name) const {
  return value_of<std::int64_t>(find(name), name);
}

std::optional<double> Parameters::number(std::string_view name) const {
  const auto* value = find(name);
  if (value != nullptr && std::holds_alternative<std::int64_t>(*value)) {
    return static_cast<double>(std::get<std::int64_t>(*value));
  }
  return value_of<double>(value, name);
}

std::optional<bool> Parameters::flag(std::string_view name) const { return value_of<bool>(find(name), name); }

std::vector<std::string> Parameters::list(std::string_view name) const {
  return value_of<std::vector<std::string>>(find(name), name).value_or(std::vector<std::string>{});
}

bool Principal::has_scope(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

Answer json_answer(int status, std::string body) {
  body += '\n';  // for whoever reads it in a terminal
  return {.status = status, .body = std::make_shared<const std::string>(std::move(body))};
}

}  // namespace tidegate::routes
