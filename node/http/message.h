// SPDX-License-Identifier: Apache-2.0
// Requests and responses as handlers see them. No HTTP library in sight.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dure::node::http {

struct Request {
  std::string method;
  std::string path;    // percent-decoded once; never holds NUL or control bytes
  std::string target;  // path and query as sent: what a signature covers
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case
  std::string body;
  std::string client;    // address of the client, after trusted proxies
  bool control = false;  // came over the local control socket
  std::string request_id;

  std::optional<std::string_view> header(std::string_view lower_case_name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// A body that is read piece by piece while it is sent, so that no file is held in memory.
/// Threads: one at a time.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset`. Anything but all of it ends the connection: the client sees that
  /// the answer is not whole.
  virtual std::int64_t read(std::uint64_t offset, std::span<char> out) const = 0;
};

/// An answer that goes on for as long as the client stays: read whenever something may have come.
/// Threads: one at a time.
class LiveStream {
 public:
  virtual ~LiveStream() = default;
  /// Appends what came since the last call, in pieces that may be held in memory for every client;
  /// nothing if nothing came. False: the stream ends after that.
  virtual bool read(std::string& out) = 0;
  /// What a client that hears nothing is sent to see that somebody is there.
  virtual std::string sign_of_life() const = 0;
};

struct Response {
  int status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;   // shared, so that a cache hands out without copying
  std::shared_ptr<const BodyStream> stream;  // instead of `body`; never compressed
  std::shared_ptr<LiveStream> live;          // instead of both; the connection ends with it
  bool allow_range = false;                  // a single byte range of the body may be asked for
  bool allow_gzip = false;  // the server may gzip `body` for clients that accept it
  std::string note;         // for the log only, never sent
};

Response make_response(int status, std::string content_type, std::string body);
/// RFC 9457 application/problem+json. `type` is an error name; `extra` is inserted verbatim JSON
/// members or empty.
Response make_problem(int status, std::string_view type, std::string_view title,
                      std::string_view detail, std::string_view extra_members = {});

}  // namespace dure::node::http
