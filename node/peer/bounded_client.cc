// SPDX-License-Identifier: Apache-2.0
#include "peer/bounded_client.h"

#include <algorithm>

namespace dure::node {

BoundedClient::BoundedClient(const std::string& host, int port, Dialler dial)
    : httplib::ClientImpl(host, port), dial_(std::move(dial)) {
  set_keep_alive(true);
  set_follow_location(false);
  set_decompress(false);
  set_url_encode(false);
}

BoundedClient::~BoundedClient() {
  // The base class closes the socket but, by then, no longer knows of our TLS session.
  shutdown_ssl(socket_, false);
}

bool BoundedClient::create_and_connect_socket(Socket& socket, httplib::Error& error) {
  dialled_ = true;
  auto connection = dial_();
  if (!connection) {
    dial_error_ = std::move(connection).error();
    error = httplib::Error::Connection;
    return false;
  }
  socket.sock = connection->descriptor.release();
  socket.ssl = connection->tls.release();
  return true;
}

void BoundedClient::shutdown_ssl(Socket& socket, bool gracefully) {
  if (socket.ssl == nullptr) return;
  if (gracefully) (void)SSL_shutdown(socket.ssl);  // non-blocking: one try
  SSL_free(socket.ssl);
  socket.ssl = nullptr;
}

bool BoundedClient::process_socket(const Socket& socket,
                                   std::function<bool(httplib::Stream&)> callback) {
  BoundedStream stream(socket.sock, socket.ssl, limits_);
  const bool done = callback(stream);
  fault_ = stream.fault();
  received_ = stream.received();
  status_ = stream.status();
  leftover_ = stream.has_leftover();
  ended_ = stream.ended();
  return done;
}

Result<Answer> BoundedClient::exchange(const httplib::Request& request, const StreamLimits& limits,
                                       std::size_t max_body_bytes) {
  limits_ = limits;
  auto answer = attempt(request, max_body_bytes);
  const bool was_stale = !answer && !dialled_ && received_ == 0 && fault_ == StreamFault::kClosed;
  if (was_stale) return attempt(request, max_body_bytes);
  return answer;
}

Result<Answer> BoundedClient::attempt(const httplib::Request& original,
                                      std::size_t max_body_bytes) {
  dial_error_.reset();
  dialled_ = false;
  fault_ = StreamFault::kNone;
  received_ = 0;
  status_ = 0;
  leftover_ = false;
  ended_ = false;

  Answer answer;
  bool body_too_large = false;
  httplib::Request request = original;
  request.response_handler = [&](const httplib::Response& response) {
    answer.status = response.status;
    answer.headers = response.headers;
    return true;
  };
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    body_too_large = size > max_body_bytes - answer.body.size();
    if (body_too_large) return false;
    answer.body.append(data, size);
    return true;
  };
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  const bool sent = send(request, response, error);
  if (leftover_) stop();
  answer.wire_bytes = received_;
  if (status_ == 304 || status_ == 204) {  // complete with its head, whatever length it announced
    answer.status = status_;
    answer.headers = std::move(response.headers);
    return answer;
  }
  if (!sent) return explain(error, body_too_large);
  if (original.method == "HEAD") {  // httplib hands over a head only before a body
    answer.status = response.status;
    answer.headers = std::move(response.headers);
  }
  return answer;
}

Error BoundedClient::explain(httplib::Error error, bool body_too_large) const {
  if (dial_error_) return *dial_error_;
  if (body_too_large) return Error{ErrorCode::kTooLarge, "the answer is larger than it may be"};
  switch (fault_) {
    case StreamFault::kTimedOut:
      return Error{ErrorCode::kUnavailable, "timed out"};
    case StreamFault::kStopped:
      return Error{ErrorCode::kUnavailable, "stopped"};
    case StreamFault::kClosed:
      return Error{ErrorCode::kUnavailable, "the peer closed the connection"};
    case StreamFault::kHeadTooLarge:
      return Error{ErrorCode::kTooLarge, "the head of the answer is larger than it may be"};
    case StreamFault::kBodyTooLarge:
      return Error{ErrorCode::kTooLarge, "the answer is larger than it may be"};
    case StreamFault::kNone:
      break;
  }
  if (received_ == 0) return Error{ErrorCode::kUnavailable, "no answer"};
  if (ended_)
    return Error{ErrorCode::kUnavailable, "the peer closed the connection inside an answer"};
  return Error{ErrorCode::kMalformed, "not a complete HTTP answer: " + httplib::to_string(error)};
}

}  // namespace dure::node
