// SPDX-License-Identifier: Apache-2.0
#include "peer/front_question.h"

#include "peer/bounded_client.h"
#include "peer/dialler.h"
#include "peer/http_answer.h"

namespace dure::node {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

}  // namespace

Result<std::string> ask_front(const BaseUrl& url, const FrontQuestion& question) {
  BoundedClient client(
      url.host, url.port,
      make_dialler(url, question.longest, {}, std::make_shared<TlsAuthorities>(question.ca_file)));
  httplib::Request request;
  request.method = "GET";
  request.path = url.path + question.path;
  request.headers = {{"User-Agent", question.user_agent},
                     {"Accept-Encoding", "identity"},
                     {"Dure-Probe", question.mark},
                     {"X-Forwarded-For", question.forgery}};
  StreamLimits limits;
  limits.body_bytes = 2 * kMostBytes;
  limits.deadline = std::chrono::steady_clock::now() + question.longest;
  limits.silence = question.longest;
  auto answer = client.exchange(request, limits, kMostBytes);
  if (!answer) return std::move(answer).error();
  FetchRequest asked{question.path, kMostBytes};
  auto response = interpret_answer(std::move(*answer), asked);
  if (!response) return std::move(response).error();
  return std::move(response->body);
}

}  // namespace dure::node
