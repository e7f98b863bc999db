// SPDX-License-Identifier: Apache-2.0
#include "peer/resolve.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace dure::node {
namespace {

Error unresolved(const std::string& host, const std::string& why) {
  return Error{ErrorCode::kUnavailable, "cannot resolve " + host + ": " + why};
}

// Shared with the thread that resolves, which may outlive the one who asked: a resolver cannot be
// interrupted.
struct Question {
  explicit Question(std::string name) : host(std::move(name)) {}
  ~Question() {
    if (found != nullptr) ::freeaddrinfo(found);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  const std::string host;
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<int> code;  // of getaddrinfo; guarded by the mutex, as what follows
  addrinfo* found = nullptr;
};

void answer(Question& question) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(question.host.c_str(), nullptr, &hints, &found);
  const std::lock_guard lock(question.mutex);
  question.code = code;
  question.found = code == 0 ? found : nullptr;
  question.answered.notify_one();
}

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

}  // namespace

Result<std::vector<std::string>> resolve_host(const std::string& host,
                                              std::chrono::milliseconds longest) {
  // SPEC: RFC 6761 §6.3, as dial_tcp().
  if (host == "localhost") return std::vector<std::string>{"127.0.0.1", "::1"};
  const auto question = std::make_shared<Question>(host);
  std::thread([question] { answer(*question); }).detach();
  std::unique_lock lock(question->mutex);
  if (!question->answered.wait_for(lock, longest, [&] { return question->code.has_value(); }))
    return unresolved(host, "timed out");
  if (*question->code != 0) return unresolved(host, ::gai_strerror(*question->code));
  auto addresses = texts_of(question->found);
  if (addresses.empty()) return unresolved(host, "no address");
  return addresses;
}

}  // namespace dure::node
