// SPDX-License-Identifier: Apache-2.0
// The bytes of one exchange as cpp-httplib sees them, with every limit enforced below it.
#pragma once

#include <httplib.h>

#include <array>
#include <cstdint>

#include "peer/dial.h"

namespace dure::node {

struct StreamLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t line_bytes = 4 * 1024;
  std::size_t status_line_bytes =
      256;  // cpp-httplib matches it with a recursive regular expression
  std::size_t header_count = 100;
  std::size_t body_bytes = 0;  // on the wire, chunk framing included
  SteadyTime deadline{};       // of the whole exchange
  std::chrono::milliseconds silence{10'000};
  std::stop_token stop;
};

enum class StreamFault { kNone, kTimedOut, kStopped, kClosed, kHeadTooLarge, kBodyTooLarge };

/// Reads ahead into a fixed buffer; counts; ends the head at its limits and the body where the
/// status says there is none. Threads: one.
class BoundedStream : public httplib::Stream {
 public:
  BoundedStream(int descriptor, SSL* ssl, const StreamLimits& limits)
      : descriptor_(descriptor), ssl_(ssl), limits_(limits) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return descriptor_; }

  StreamFault fault() const { return fault_; }
  std::uint64_t received() const { return received_; }
  int status() const { return status_; }
  /// The peer closed the connection in an orderly way.
  bool ended() const { return ended_; }
  /// Bytes after the answer: the connection cannot be used again.
  bool has_leftover() const { return begin_ != end_; }

 private:
  ssize_t fail(StreamFault fault);
  bool fill();
  template <class Call>
  ssize_t until_done(const Call& call);
  ssize_t transfer(char* data, std::size_t size);
  bool wait(short events);
  bool take_head_byte(char byte);
  bool end_of_line();

  int descriptor_;
  SSL* ssl_;
  StreamLimits limits_;
  StreamFault fault_ = StreamFault::kNone;
  std::array<char, 16 * 1024> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t received_ = 0;
  std::size_t head_bytes_ = 0, line_bytes_ = 0, lines_ = 0, body_bytes_ = 0;
  std::array<char, 12> status_line_{};  // "HTTP/1.1 200"
  int status_ = 0;
  bool in_head_ = true;
  bool ended_ = false;
  bool line_is_empty_ = true;
};

}  // namespace dure::node
