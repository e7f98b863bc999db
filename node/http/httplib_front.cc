// SPDX-License-Identifier: Apache-2.0
// Only the request line and a Host reach the library. Everything else in a head was read by our own
// strict reader, and most of the library's known holes are in how it reads the rest: Range (a
// regular expression), chunks, multipart, encodings, REMOTE_ADDR. Bodies do not pass through it
// either; they go from shared buffers to the socket.
#include "http/httplib_front.h"

#include <httplib.h>

#include <algorithm>
#include <cstring>

namespace dure::node::http {
namespace {

// Gives the library a request from memory and keeps what it writes.
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view in, std::string& out) : in_(in), out_(out) {}

  bool is_readable() const override { return !in_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* data, std::size_t size) override {
    const auto count = std::min(size, in_.size());
    std::memcpy(data, in_.data(), count);
    in_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* data, std::size_t size) override {
    out_.append(data, size);
    return static_cast<ssize_t>(size);
  }
  // The address is none of the library's business: it would put it among the request's headers.
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  // A descriptor above FD_SETSIZE would be answered with 500 by builds that use select().
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view in_;
  std::string& out_;
};

void erase_line(std::string& head, std::string_view name) {
  const auto start = head.find(name);
  if (start == std::string::npos) return;
  head.erase(start, head.find("\r\n", start) + 2 - start);
}

}  // namespace

class HttplibFront::Library final : private httplib::Server {
 public:
  explicit Library(std::chrono::seconds keep_alive) {
    set_keep_alive_timeout(static_cast<time_t>(keep_alive.count()));
    set_keep_alive_max_count(1'000'000);
    // Before routing, so that neither its regular expressions nor its reading of bodies are
    // reached.
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      fill(response);
      return HandlerResponse::Handled;
    });
    set_exception_handler([](const httplib::Request&, httplib::Response& response,
                             const std::exception_ptr&) { response.status = 500; });
  }

  bool exchange(std::string_view method, std::string_view target, bool close, const Answer& answer,
                std::string& out) {
    request_.assign(method).append(" ").append(target);
    request_.append(" HTTP/1.1\r\nHost: dure\r\n\r\n");
    out.clear();
    answer_ = &answer;
    answered_status_ = 0;
    MemoryStream stream(request_, out);
    bool closed = false;
    const bool written = process_request(stream, close, closed, nullptr);
    if (answered_status_ == 304 || endless_) erase_line(out, "Content-Length: ");
    // The library promises ranges in every answer to HEAD.
    if (method == "HEAD" && !ranges_) erase_line(out, "Accept-Ranges: ");
    return written && answered_status_ != 0;
  }

 private:
  void fill(httplib::Response& response) {
    const Reply& reply = (*answer_)();
    response.status = answered_status_ = reply.status;
    ranges_ = false;
    endless_ = reply.live != nullptr;
    for (const auto& [name, value] : reply.headers) {
      ranges_ = ranges_ || name == "Accept-Ranges";
      response.headers.emplace(name, value);
    }
    // With a length but no body the library writes the head only.
    response.headers.emplace("Content-Length", std::to_string(reply.content_length));
  }

  std::string request_;
  const Answer* answer_ = nullptr;
  int answered_status_ = 0;
  bool ranges_ = false;   // the reply itself has Accept-Ranges
  bool endless_ = false;  // its body ends with the connection
};

HttplibFront::HttplibFront(std::chrono::seconds keep_alive)
    : library_(std::make_unique<Library>(keep_alive)) {}
HttplibFront::~HttplibFront() = default;

bool HttplibFront::exchange(std::string_view method, std::string_view target, bool close,
                            const Answer& answer, std::string& out) {
  return library_->exchange(method, target, close, answer, out);
}

}  // namespace dure::node::http
