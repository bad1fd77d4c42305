#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace tidegate {

namespace config {
struct Config;
class LoadedConfig;
}  // namespace config

/// The whole service, put together from its configuration. What it does at the end is in steps, so that
/// server/lifecycle decides their order and time.
class App {
 public:
  virtual ~App() = default;

  /// Listens and begins background work. Throws Error where it can't.
  virtual void start() = 0;

  /// From now on /readyz answers 503; everything else goes on.
  virtual void become_unready() = 0;

  /// Takes no new connections and waits for the requests in flight until `deadline`; then they are cut off.
  /// Returns how many were. Blocks.
  virtual std::size_t stop_listening(std::chrono::steady_clock::time_point deadline) = 0;

  /// Waits until `deadline` for running operations, then gives their leases back, so that another replica
  /// goes on at once. Blocks.
  virtual void release_work(std::chrono::steady_clock::time_point deadline) = 0;
};

/// Chooses who implements which port. Throws Error where something needed can't be had.
std::unique_ptr<App> make_app(const config::LoadedConfig& loaded);

/// Makes the table of the dynamodb backend where it is missing; returns what was done, one sentence.
/// Throws Error.
std::string create_table(const config::Config& config);

}  // namespace tidegate
