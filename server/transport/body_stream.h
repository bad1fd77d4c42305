#pragma once

#include <cpprest/streams.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::transport {

/// Reads a response's body stream piece by piece, no further ahead than one piece. Used on one thread; only
/// `wake` comes from another.
class BodyStream {
 public:
  enum class Step {
    kData,     ///< data() holds the next piece, until the next call
    kPending,  ///< nothing yet; `wake` will be called
    kEnd,
    kFailed  ///< the stream threw, or ended before its announced length
  };

  /// `length_bytes` is what the head announced, null when it announced none.
  BodyStream(const concurrency::streams::istream& stream, std::optional<std::uint64_t> length_bytes);

  /// After kPending `wake` is called once, on any thread, and need not keep this object alive.
  Step next(const std::function<void()>& wake);
  std::string_view data() const { return {buffer_->data(), size_}; }

  /// Closes the reading end, so that a producer can notice that nobody listens, and lets go of it. The last
  /// call.
  void close();

 private:
  void start_read(std::size_t bytes);
  Step finish_read();
  template <typename Value>
  Step wait_for(const pplx::task<Value>& task, const std::function<void()>& wake);

  concurrency::streams::istream stream_;
  std::optional<std::uint64_t> remaining_bytes_;
  /// Fed by someone while we read: take what is there instead of waiting for a full piece.
  bool live_;
  bool waiting_ = false;
  std::optional<pplx::task<int>> peek_;
  std::optional<pplx::task<std::size_t>> read_;
  std::shared_ptr<std::string> buffer_ = std::make_shared<std::string>();
  std::size_t size_ = 0;
};

}  // namespace tidegate::transport
