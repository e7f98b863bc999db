// SPDX-License-Identifier: Apache-2.0
// From a handler's Response to what is sent: 304, byte range, gzip and the headers that every
// answer has.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace dure::node::http {

struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // complete but for framing
  std::size_t content_length = 0;            // announced, also where nothing is sent
  std::shared_ptr<const std::string> body;   // null: nothing is sent
  std::shared_ptr<const BodyStream> stream;  // instead of `body`
  std::shared_ptr<LiveStream> live;          // instead of both: no length is announced
  std::size_t first = 0, length = 0;         // the part of `body` or `stream` that is sent
};

/// Bodies below this are not worth compressing.
inline constexpr std::size_t kLeastGzip = 512;

/// Applies what `request` asks of `response`. `date` is the value of the Date header.
Reply make_reply(const Request& request, Response response, std::string_view date);

}  // namespace dure::node::http
