// SPDX-License-Identifier: Apache-2.0
// The seam to cpp-httplib: runs one request through its request processing, without its sockets and
// threads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/reply.h"

namespace dure::node::http {

/// Threads: one at a time; each worker has its own.
class HttplibFront {
 public:
  using Answer = std::function<const Reply&()>;

  explicit HttplibFront(std::chrono::seconds keep_alive);
  ~HttplibFront();

  /// Hands the request line to cpp-httplib, which calls `answer` and writes the reply's head to
  /// `out` (replaced). The reply's body is not touched. False: cpp-httplib did not accept the
  /// request; `out` is its answer or empty.
  bool exchange(std::string_view method, std::string_view target, bool close, const Answer& answer,
                std::string& out);

 private:
  class Library;
  std::unique_ptr<Library> library_;
};

}  // namespace dure::node::http
