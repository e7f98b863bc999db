// SPDX-License-Identifier: Apache-2.0
// From the bytes of one whole request to the bytes of its answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/core.h"
#include "http/head.h"
#include "http/httplib_front.h"
#include "http/message.h"
#include "http/target.h"

namespace dure::node::http {

/// Threads: one at a time; each worker has its own, so that storage is used again and nothing is
/// locked.
class Exchange {
 public:
  Exchange(Core& core, std::uint64_t seed);

  /// Reads the head at the front of a connection's input; head() is valid until that input changes.
  std::optional<Refusal> read_head(std::string_view bytes);
  const Head& head() const { return head_; }

  /// Runs the handler for the request whose head was read last, and fills the connection's output.
  void answer(Connection& connection, std::string_view body);
  /// Fills the connection's output with `refusal` of a request that was not read whole; the
  /// connection ends with it.
  void refuse(Connection& connection, const Refusal& refusal);

 private:
  std::optional<Refusal> build_request(const Connection& connection, std::string_view body);
  void name_client(const Connection& connection);
  /// The answer to one request too many; `quota` says to everybody who is counted what is left.
  std::optional<Response> check_rate(const Connection& connection, RateHeaders& quota);
  Response run_handler();
  /// Finds room for an answer without an end, or puts the refusal in its place.
  void admit_stream(Connection& connection, Response& response);
  /// Whether requests and streams of this client count against what one client may have.
  bool is_limited(const Connection& connection) const;
  /// The problem as the application shows it to this client.
  Response present(Response problem) const;
  /// Refuses the request in request_.
  void send_refusal(Connection& connection, const Refusal& refusal);
  void send(Connection& connection, std::string_view method, std::string_view target,
            Response response, bool close);
  void log(const Reply& reply, const std::string& note, Instant start) const;
  const std::string& date();
  std::string next_id();

  Core& core_;
  HttplibFront front_;
  Head head_;
  Target target_;
  Request request_;
  Address client_;
  Instant start_;
  std::uint64_t id_state_;
  std::int64_t date_second_ = -1;
  std::string date_;
};

}  // namespace dure::node::http
