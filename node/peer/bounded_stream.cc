// SPDX-License-Identifier: Apache-2.0
#include "peer/bounded_stream.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dure::node {
namespace {

int parse_status(const std::array<char, 12>& line) {
  int status = 0;
  for (std::size_t i = 9; i < 12; ++i) {
    if (line[i] < '0' || line[i] > '9') return 0;
    status = status * 10 + (line[i] - '0');
  }
  return status;
}

/// What one call that does not block came to: bytes, or what to wait for before it is repeated.
struct Step {
  ssize_t count = -1;
  short events = 0;
};

Step step_of(ssize_t count, short events) {
  const bool again = count < 0 && (errno == EAGAIN || errno == EINTR);
  return {count, again ? events : short{0}};
}

Step tls_step_of(const SSL* ssl, int count) {
  if (count > 0) return {count, 0};
  switch (SSL_get_error(ssl, count)) {
    case SSL_ERROR_ZERO_RETURN:
      return {0, 0};
    case SSL_ERROR_WANT_READ:
      return {-1, POLLIN};
    case SSL_ERROR_WANT_WRITE:
      return {-1, POLLOUT};
    default:
      return {-1, 0};
  }
}

}  // namespace

ssize_t BoundedStream::fail(StreamFault fault) {
  if (fault_ == StreamFault::kNone) fault_ = fault;
  return -1;
}

bool BoundedStream::wait(short events) {
  const auto deadline =
      std::min(limits_.deadline, std::chrono::steady_clock::now() + limits_.silence);
  switch (wait_for(descriptor_, events, deadline, limits_.stop)) {
    case WaitResult::kReady:
      return true;
    case WaitResult::kTimedOut:
      fail(StreamFault::kTimedOut);
      return false;
    case WaitResult::kStopped:
      fail(StreamFault::kStopped);
      return false;
    case WaitResult::kFailed:
      fail(StreamFault::kClosed);
      return false;
  }
  return false;
}

/// Repeats `call` until it came to something. -1 with fault() if that was nothing good.
template <class Call>
ssize_t BoundedStream::until_done(const Call& call) {
  // A peer that always has a byte ready never makes us wait: the deadline has to be looked at here
  // too.
  while (std::chrono::steady_clock::now() < limits_.deadline) {
    const Step step = call();
    if (step.events == 0) return step.count >= 0 ? step.count : fail(StreamFault::kClosed);
    if (!wait(step.events)) return -1;
  }
  return fail(StreamFault::kTimedOut);
}

/// Some bytes; 0 at the end of the connection.
ssize_t BoundedStream::transfer(char* data, std::size_t size) {
  return until_done([&] {
    if (ssl_ == nullptr) return step_of(::recv(descriptor_, data, size, 0), POLLIN);
    ERR_clear_error();
    return tls_step_of(ssl_, SSL_read(ssl_, data, static_cast<int>(size)));
  });
}

bool BoundedStream::fill() {
  const auto got = transfer(buffer_.data(), buffer_.size());
  if (got <= 0) {
    if (got == 0 && in_head_) fail(StreamFault::kClosed);
    ended_ = got == 0;
    return false;
  }
  begin_ = 0;
  end_ = static_cast<std::size_t>(got);
  received_ += end_;
  return true;
}

bool BoundedStream::end_of_line() {
  ++lines_;
  if (lines_ == 1) status_ = parse_status(status_line_);
  if (line_is_empty_ && lines_ > 1) {
    const bool interim = status_ >= 100 && status_ < 200;
    in_head_ = interim;  // an interim answer is followed by another head, under the same byte limit
    lines_ = 0;
  }
  line_bytes_ = 0;
  line_is_empty_ = true;
  return lines_ <= limits_.header_count + 1;
}

bool BoundedStream::take_head_byte(char byte) {
  if (lines_ == 0 && line_bytes_ < status_line_.size()) status_line_[line_bytes_] = byte;
  ++line_bytes_;
  const std::size_t longest = lines_ == 0 ? limits_.status_line_bytes : limits_.line_bytes;
  if (++head_bytes_ > limits_.head_bytes || line_bytes_ > longest) return false;
  if (byte == '\n') return end_of_line();
  if (byte != '\r') line_is_empty_ = false;
  return true;
}

ssize_t BoundedStream::read(char* data, std::size_t size) {
  if (fault_ != StreamFault::kNone) return -1;
  if (size == 0) return 0;
  // cpp-httplib would wait for the body of an answer that has none.
  if (!in_head_ && (status_ == 304 || status_ == 204)) return 0;
  if (begin_ == end_ && !fill()) return fault_ == StreamFault::kNone ? 0 : -1;
  if (in_head_) {
    *data = buffer_[begin_++];
    return take_head_byte(*data) ? 1 : fail(StreamFault::kHeadTooLarge);
  }
  const std::size_t count = std::min(size, end_ - begin_);
  body_bytes_ += count;
  if (body_bytes_ > limits_.body_bytes) return fail(StreamFault::kBodyTooLarge);
  std::memcpy(data, buffer_.data() + begin_, count);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t BoundedStream::write(const char* data, std::size_t size) {
  if (fault_ != StreamFault::kNone) return -1;
  const auto sent = until_done([&] {
    if (ssl_ == nullptr) return step_of(::send(descriptor_, data, size, MSG_NOSIGNAL), POLLOUT);
    ERR_clear_error();
    const auto most = std::min<std::size_t>(size, 1 << 20);
    return tls_step_of(ssl_, SSL_write(ssl_, data, static_cast<int>(most)));
  });
  // The peer has closed its side of the session.
  return sent == 0 && ssl_ != nullptr ? fail(StreamFault::kClosed) : sent;
}

}  // namespace dure::node
