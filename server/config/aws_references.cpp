#include "server/config/aws_references.h"

#include <mutex>

#include "aws/aws_platform.h"
#include "aws/references/references.h"
#include "server/pool.h"
#include "server/system_clock.h"

namespace tidegate::config {

namespace {

/// For one reference, with the retries of its call.
constexpr std::chrono::milliseconds kReadMax{20'000};

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
    try {
      return references_->resolve("${" + scheme + ":" + name + "}", Deadline::after(clock_, kReadMax)).get();
    } catch (const Error& failure) {
      throw Problem{0, "${" + scheme + ":" + name + "}: " + failure.what()};
    }
  }

  bool used() const { return references_ != nullptr; }

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
      platform_ = aws::make_aws_platform(part->config.aws, clock_, telemetry_, environment);
    } catch (const Error& failure) {
      throw Problem{0, failure.what()};
    }
    references_ =
        std::make_unique<aws::References>(platform_.client, environment, clock_, part->config.aws.references);
  }

  Sources sources_;
  std::mutex mutex_;
  SystemClock clock_;
  NoTelemetry telemetry_;
  aws::AwsPlatform platform_;
  std::unique_ptr<aws::References> references_;
};

std::unique_ptr<LoadedConfig> load_through(const Sources& sources, std::shared_ptr<ReferenceReader> reader) {
  auto loaded = load(sources);
  if (!reader->used()) return loaded;
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
