#include "server/config/aws_references.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "aws/aws_platform.h"
#include "aws/references/references.h"
#include "server/pool.h"
#include "server/system_clock.h"

namespace tidegate::config {

namespace {

/// For one reference, with the retries of its call.
constexpr std::chrono::milliseconds kReadMax{20'000};

/// Notes whether AWS gave a value.
class Reads final : public Telemetry {
 public:
  void outgoing_call(std::string_view, std::string_view operation, std::string_view outcome,
                     double) override {
    const bool read = operation == "GetParameter" || operation == "GetSecretValue";
    if (read && outcome == "ok") given_ = true;
  }
  void store_call(std::string_view, std::string_view, double) override {}
  void operation_started(std::string_view) override {}
  void operation_finished(std::string_view, std::string_view, double) override {}
  void operation_taken_over(std::string_view) override {}
  void operation_left(std::string_view) override {}

  /// Since this was last asked.
  bool take_given() { return given_.exchange(false); }

 private:
  std::atomic<bool> given_{false};
};

/// A connection to AWS for references, made when the first one is read.
class ReferenceReader {
 public:
  explicit ReferenceReader(const Sources& sources) : sources_(sources) {
    sources_.resolvers["ssm"] =
        sources_.resolvers["secret"] = [](const std::string&) -> std::optional<std::string> {
      throw Problem{0, "settings under aws say how AWS is reached, so they can't be read from it"};
    };
  }

  std::string read(const std::string& scheme, const std::string& name) {
    const std::scoped_lock lock(mutex_);
    if (!references_) connect();
    reads_.take_given();
    try {
      auto value =
          references_->resolve("${" + scheme + ":" + name + "}", Deadline::after(clock_, kReadMax)).get();
      // Members of one secret are read together.
      if (reads_.take_given()) read_at_[scheme + ":" + name.substr(0, name.rfind('#'))] = clock_.now();
      return value;
    } catch (const Error& failure) {
      throw Problem{0, "${" + scheme + ":" + name + "}: " + failure.what()};
    }
  }

  bool used() const { return references_ != nullptr; }

  std::optional<Instant> oldest_read_at() {
    const std::scoped_lock lock(mutex_);
    std::optional<Instant> oldest;
    for (const auto& [reference, at] : read_at_) oldest = std::min(at, oldest.value_or(at));
    return oldest;
  }

 private:
  void connect() {
    size_pool();
    const auto part = load_part(sources_, {"aws"});
    const aws::Environment environment = [this](const std::string& name) -> std::optional<std::string> {
      for (const auto& [key, text] : sources_.environment) {
        if (key == name && !text.empty()) return text;
      }
      return {};
    };
    try {
      platform_ = aws::make_aws_platform(part->config.aws, clock_, reads_, environment);
    } catch (const Error& failure) {
      throw Problem{0, failure.what()};
    }
    references_ =
        std::make_unique<aws::References>(platform_.client, environment, clock_, part->config.aws.references);
  }

  Sources sources_;
  std::mutex mutex_;
  SystemClock clock_;
  Reads reads_;
  std::map<std::string, Instant> read_at_;
  aws::AwsPlatform platform_;
  std::unique_ptr<aws::References> references_;
};

std::unique_ptr<LoadedConfig> load_through(const Sources& sources, std::shared_ptr<ReferenceReader> reader) {
  auto loaded = load(sources);
  if (!reader->used()) return loaded;
  loaded->aws_values_read_at = reader->oldest_read_at();
  Sources rest = sources;
  rest.named_files = NamedFiles::kLeftAlone;  // the transport looks after its own, and keeps those that work
  loaded->again = [rest = std::move(rest), reader] { return load_through(rest, reader); };
  return loaded;
}

}  // namespace

std::unique_ptr<LoadedConfig> load_with_aws(Sources sources) {
  const auto reader = std::make_shared<ReferenceReader>(sources);
  for (const std::string scheme : {"ssm", "secret"}) {
    sources.resolvers[scheme] = [reader, scheme](const std::string& name) -> std::optional<std::string> {
      return reader->read(scheme, name);
    };
  }
  return load_through(sources, reader);
}

}  // namespace tidegate::config
