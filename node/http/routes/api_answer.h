// SPDX-License-Identifier: Apache-2.0
// What every answer of the public API shares: CORS, entity tags, faults of parameters, encoding in
// links.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/error.h"
#include "http/message.h"

namespace dure::node::http {

/// Percent-encodes everything but RFC 3986 unreserved characters.
std::string api_encode(std::string_view text);

/// Adds the headers by which any web page may read the answer, and where the API is described.
Response open_to_all(Response response);
/// Any web page may read what anybody may read: answers to GET that are no pages themselves, and
/// failures.
Response readable_by_pages(const Request& request, Response response);
/// Puts `link` (RFC 8288, one value) before those that the answer has.
void add_link(Response& response, std::string_view link);

/// problem+json with further members, given as the text of a JSON object.
Response api_problem(ErrorCode code, int status, std::string_view detail,
                     std::string_view members_object = "{}");
/// The answer to a use case's failure; an error that names a {parameter} is the caller's, a 400.
Response api_failure(const Error& error);

/// 200; make_reply() makes it a 304 if the client has it already. `etag` with its quotes.
Response api_answer(std::string_view content_type, std::string body, std::string etag);
/// A strong tag of the bytes themselves.
std::string content_tag(std::string_view body);

/// What is wrong with the parameters, collected so that a caller learns of all faults at once.
class ParameterFaults {
 public:
  void add(std::string_view name, std::string_view detail);
  /// Adds that there is no parameter `name`; the answer then tells those that there are.
  void add_unknown(std::string_view name, const std::set<std::string_view>& known);
  bool none() const { return faults_.empty(); }
  Response answer() const;

 private:
  std::vector<std::pair<std::string, std::string>> faults_;
  std::optional<std::vector<std::string>> known_;  // if a name was unknown
};

}  // namespace dure::node::http
