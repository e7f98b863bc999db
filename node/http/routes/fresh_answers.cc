// SPDX-License-Identifier: Apache-2.0
#include "http/routes/fresh_answers.h"

namespace dure::node::http {
namespace {

constexpr std::chrono::seconds kLongest{1};
constexpr std::size_t kOverhead = 1024;  // headers, key and map node of one answer

std::size_t cost(const std::string& key, const Response& response) {
  return key.size() + kOverhead + (response.body ? response.body->size() : 0);
}

}  // namespace

std::string answer_key(const Request& request) {
  std::string key = request.path;
  for (const char* name : {"accept", "accept-language", "host"})
    key.append(1, '\n').append(request.header(name).value_or(""));
  for (const auto& [name, value] : request.query)
    key.append(1, '\n').append(name).append(1, '\0').append(value);
  return key;
}

Response FreshAnswers::get(const std::string& key, const Make& make) {
  if (!options_.version) return make();
  // Asked before anything is read: an answer is never older than its version.
  const auto version = options_.version();
  if (auto known = find(key, version)) return *std::move(known);
  auto response = make();
  if (response.status == 200) put(key, version, response);
  return response;
}

std::optional<Response> FreshAnswers::find(const std::string& key, std::uint64_t version) {
  const auto now = options_.clock();
  const std::lock_guard lock(mutex_);
  if (version != version_ || now - since_ >= kLongest) {
    forget(version);
    since_ = now;
  }
  const auto found = answers_.find(key);
  if (found == answers_.end()) return std::nullopt;
  return found->second;
}

void FreshAnswers::put(const std::string& key, std::uint64_t version, const Response& response) {
  const auto added = cost(key, response);
  if (added > options_.capacity_bytes / 4) return;
  const std::lock_guard lock(mutex_);
  if (version != version_) return;  // made from a state that is gone
  if (bytes_ + added > options_.capacity_bytes) forget(version);
  if (answers_.emplace(key, response).second) bytes_ += added;
}

void FreshAnswers::forget(std::uint64_t version) {
  answers_.clear();
  bytes_ = 0;
  version_ = version;
}

std::size_t FreshAnswers::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace dure::node::http
