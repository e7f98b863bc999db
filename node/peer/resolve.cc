// SPDX-License-Identifier: Apache-2.0
#include "peer/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace dure::node {
namespace {

Error unresolved(const std::string& host, const std::string& why) {
  return Error{ErrorCode::kUnavailable, "cannot resolve " + host + ": " + why};
}

// What a thread of libc works on, which may outlive the one who asked.
struct Question {
  std::string host;
  addrinfo hints{};
  gaicb request{};
};

std::string text_of(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  const int code = ::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(),
                                 static_cast<socklen_t>(text.size()), nullptr, 0, NI_NUMERICHOST);
  return code == 0 ? text.data() : "";
}

std::vector<std::string> texts_of(const addrinfo* first) {
  std::vector<std::string> addresses;
  for (const addrinfo* address = first; address != nullptr; address = address->ai_next) {
    auto text = text_of(*address);
    const bool known = std::find(addresses.begin(), addresses.end(), text) != addresses.end();
    if (!text.empty() && !known) addresses.push_back(std::move(text));
  }
  return addresses;
}

bool wait_for_answer(gaicb& request, std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  const std::array<const gaicb*, 1> waiting = {&request};
  while (::gai_error(&request) == EAI_INPROGRESS) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) return false;
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec time{whole.count(),
                        std::chrono::duration_cast<std::chrono::nanoseconds>(left - whole).count()};
    (void)::gai_suspend(waiting.data(), 1, &time);
  }
  return true;
}

}  // namespace

Result<std::vector<std::string>> resolve_host(const std::string& host,
                                              std::chrono::milliseconds longest) {
  // SPEC: RFC 6761 §6.3, as dial_tcp().
  if (host == "localhost") return std::vector<std::string>{"127.0.0.1", "::1"};
  auto question = std::make_unique<Question>();
  question->host = host;
  question->hints.ai_socktype = SOCK_STREAM;
  question->request.ar_name = question->host.c_str();
  question->request.ar_request = &question->hints;
  std::array<gaicb*, 1> list = {&question->request};
  if (const int code = ::getaddrinfo_a(GAI_NOWAIT, list.data(), 1, nullptr); code != 0)
    return unresolved(host, ::gai_strerror(code));
  if (!wait_for_answer(question->request, longest)) {
    // A thread of libc still reads it; there is no way to end that one.
    if (::gai_cancel(&question->request) == EAI_NOTCANCELED) (void)question.release();
    return unresolved(host, "timed out");
  }
  const int code = ::gai_error(&question->request);
  if (code != 0) return unresolved(host, ::gai_strerror(code));
  auto addresses = texts_of(question->request.ar_result);
  ::freeaddrinfo(question->request.ar_result);
  if (addresses.empty()) return unresolved(host, "no address");
  return addresses;
}

}  // namespace dure::node
