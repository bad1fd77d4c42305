#include "server/transport/body_stream.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace tidegate::transport {
namespace {
constexpr std::size_t kPieceBytesMax = std::size_t{16} * 1024;
}  // namespace

BodyStream::BodyStream(const concurrency::streams::istream& stream, std::optional<std::uint64_t> length_bytes)
    : stream_(stream), remaining_bytes_(length_bytes), live_(!length_bytes && !stream_.can_seek()) {}

template <typename Value>
BodyStream::Step BodyStream::wait_for(const pplx::task<Value>& task, const std::function<void()>& wake) {
  if (!waiting_) {
    waiting_ = true;
    // Held here: a read that is abandoned may still write into the buffer.
    task.then([wake, buffer = buffer_](pplx::task<Value> done) {
      try {
        done.wait();
      } catch (...) {  // next() meets it again; here it only has to count as observed
      }
      wake();
    });
  }
  return Step::kPending;
}

void BodyStream::start_read(std::size_t bytes) {
  buffer_->resize(bytes);
  read_ = stream_.streambuf().getn(reinterpret_cast<std::uint8_t*>(buffer_->data()), bytes);
}

BodyStream::Step BodyStream::finish_read() {
  size_ = read_->get();
  read_.reset();
  if (size_ == 0) {
    return remaining_bytes_.value_or(0) > 0 ? Step::kFailed : Step::kEnd;
  }
  if (remaining_bytes_) {
    *remaining_bytes_ -= size_;
  }
  return Step::kData;
}

BodyStream::Step BodyStream::next(const std::function<void()>& wake) {
  try {
    if (!peek_ && !read_) {
      if (remaining_bytes_ == 0) {
        return Step::kEnd;
      }
      if (live_) {
        // A quiet stream may wait for hours; it need not hold a buffer meanwhile.
        std::string().swap(*buffer_);
        size_ = 0;
        peek_ = stream_.streambuf().getc();
      } else {
        start_read(static_cast<std::size_t>(
            std::min<std::uint64_t>(kPieceBytesMax, remaining_bytes_.value_or(kPieceBytesMax))));
      }
    }
    if (peek_) {
      if (!peek_->is_done()) {
        return wait_for(*peek_, wake);
      }
      waiting_ = false;
      const int character = peek_->get();
      peek_.reset();
      if (character == concurrency::streams::char_traits<std::uint8_t>::eof()) {
        return Step::kEnd;
      }
      start_read(std::clamp<std::size_t>(stream_.streambuf().in_avail(), 1, kPieceBytesMax));
    }
    if (!read_->is_done()) {
      return wait_for(*read_, wake);
    }
    waiting_ = false;
    return finish_read();
  } catch (const std::exception&) {
    peek_.reset();
    read_.reset();
    return Step::kFailed;
  }
}

void BodyStream::close() {
  try {
    stream_.close().then([](pplx::task<void> done) {
      try {
        done.wait();
      } catch (...) {  // a stream that cannot be closed is already what we want
      }
    });
  } catch (const std::exception&) {  // as above
  }
  // A read that never completes would otherwise keep stream, read, `wake` and its owner alive in a ring. The
  // buffer stays: the read may yet write into it.
  stream_ = {};
  peek_.reset();
  read_.reset();
}

}  // namespace tidegate::transport
