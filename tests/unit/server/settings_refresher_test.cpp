#include "server/settings_refresher.h"

#include <gtest/gtest.h>

#include <future>

#include "server/replaceable_channel.h"
#include "services/error.h"

namespace tidegate {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<config::LoadedConfig> with_webhook(const std::string& url) {
  auto loaded = std::make_unique<config::LoadedConfig>();
  loaded->config.alerts.slack.webhook_url = url;
  return loaded;
}

TEST(SettingsRefresher, HandsOnWhatItReadsAndGoesOnAfterAFailure) {
  int reads = 0;
  std::promise<std::string> used;
  const auto read = [&reads] {
    if (++reads == 1) throw config::ConfigError("AWS does not answer");
    return with_webhook("https://hooks/rotated");
  };
  const auto use = [&](const config::Config& config) {
    if (reads == 2) used.set_value(config.alerts.slack.webhook_url);
  };

  const SettingsRefresher refresher(read, use, milliseconds(1));

  EXPECT_EQ(used.get_future().get(), "https://hooks/rotated");
}

TEST(SettingsRefresher, EndsWithoutWaitingForItsInterval) {
  bool read = false;
  {
    const SettingsRefresher refresher([&read] { return read = true, with_webhook(""); },
                                      [](const config::Config&) {}, std::chrono::hours(24));
  }
  EXPECT_FALSE(read);
}

class Named final : public alerts::Channel {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  pplx::task<std::string> notify(alerts::Notification, Deadline) override {
    return pplx::task_from_result(name_);
  }

 private:
  std::string name_;
};

const Deadline kNoHurry{SteadyInstant::max(), pplx::cancellation_token::none()};

TEST(ReplaceableChannel, SendsThroughTheOneThatIsInPlace) {
  ReplaceableChannel channel(std::make_shared<Named>("first"));
  EXPECT_EQ(channel.notify({}, kNoHurry).get(), "first");

  channel.replace(std::make_shared<Named>("second"));

  EXPECT_EQ(channel.notify({}, kNoHurry).get(), "second");
}

}  // namespace
}  // namespace tidegate
