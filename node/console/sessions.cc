// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dure::node {

std::string Sessions::secret() {
  std::array<std::uint8_t, 32> bytes{};
  random_(bytes);
  return base32_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool Sessions::expired(const Open& open, std::int64_t now) const {
  return now - open.used >= kSessionIdle || now - open.begun >= kSessionLongest;
}

std::string Sessions::open(const std::string& account) {
  std::string token = secret();
  const std::int64_t now = now_();
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [&](const auto& one) { return expired(one.second, now); });
  if (open_.size() >= kMostSessions) {
    open_.erase(std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
      return a.second.used < b.second.used;
    }));
  }
  open_[sha256({token})] = {{account, secret()}, now, now};
  return token;
}

std::optional<SignedIn> Sessions::find(std::string_view token) {
  const std::int64_t now = now_();
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(sha256({token}));
  if (found == open_.end()) return std::nullopt;
  if (expired(found->second, now)) {
    open_.erase(found);
    return std::nullopt;
  }
  found->second.used = now;
  return found->second.session;
}

void Sessions::close(std::string_view token) {
  const std::lock_guard lock(mutex_);
  open_.erase(sha256({token}));
}

void Sessions::close_all(std::string_view account) {
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [&](const auto& one) { return one.second.session.account == account; });
}

}  // namespace dure::node
