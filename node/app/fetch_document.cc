// SPDX-License-Identifier: Apache-2.0
#include "app/fetch_document.h"

#include <algorithm>
#include <stop_token>

#include "app/source_policy.h"

namespace dure::node {

bool is_web_address(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

Result<std::string> fetch_document(const Settings& settings, const std::string& url,
                                   std::size_t max_bytes) {
  const auto begin = url.find("://") + 3;
  const auto path = std::min(url.find_first_of("/?#", begin), url.size());
  const auto end = std::min(url.find('#', path), url.size());
  auto source = make_source_opener(settings, std::stop_token())(url.substr(0, path));
  if (!source) return std::move(source).error();
  FetchRequest request;
  if (url[path] != '/') request.path = '/';  // `path` may be the end, where a string has a zero
  request.path += url.substr(path, end - path);
  request.max_bytes = max_bytes;
  auto answer = (*source)->fetch(request);
  if (!answer) return std::move(answer).error();
  return std::move(answer->body);
}

}  // namespace dure::node
