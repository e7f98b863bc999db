// SPDX-License-Identifier: Apache-2.0
// A connected non-blocking socket, plain or under TLS.
#pragma once

#include <string_view>

#include "http/tls.h"

namespace dure::node::http {

/// A file descriptor that is closed with its owner.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

enum class IoStatus { kDone, kWantRead, kWantWrite, kClosed };

struct IoResult {
  IoStatus status = IoStatus::kDone;
  std::size_t bytes = 0;
};

/// Threads: one at a time.
class Transport {
 public:
  Transport(UniqueFd socket, SslSession session)
      : socket_(std::move(socket)), session_(std::move(session)) {}

  int fd() const { return socket_.get(); }
  bool is_tls() const { return session_ != nullptr; }

  IoStatus handshake();
  IoResult read(char* data, std::size_t size);
  /// Writes from the front of `first`, then `second`; may write only a part.
  IoResult write(std::string_view first, std::string_view second);
  /// Says that nothing more will be sent.
  void finish();
  /// Makes closing forget what the client has not taken, instead of keeping it in the kernel for as
  /// long as the client likes.
  void forget_output();
  /// Reads and forgets what still comes in, so that closing does not destroy an answer on its way.
  IoResult discard(char* data, std::size_t size);

 private:
  IoResult tls_result(int outcome);

  UniqueFd socket_;
  SslSession session_;
};

}  // namespace dure::node::http
