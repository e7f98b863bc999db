// SPDX-License-Identifier: Apache-2.0
#include "app/front_watch.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "dure/encoding.h"

namespace dure::node {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::minutes kPatience{1};
constexpr std::size_t kMostExpected = 8;

std::string all_values(const http::Request& request, std::string_view name) {
  std::string joined;
  for (const auto& [header, value] : request.headers) {
    if (header == name) joined += (joined.empty() ? "" : ", ") + value;
  }
  return joined;
}

}  // namespace

std::string FrontWatch::expect() {
  std::array<char, 16> random{};
  randombytes_buf(random.data(), random.size());
  const auto now = steady_clock::now();
  Expected expected{hex_encode({random.data(), random.size()}), now + kPatience, std::nullopt};
  const std::lock_guard lock(mutex_);
  std::erase_if(expected_, [&](const Expected& old) { return old.until < now; });
  if (expected_.size() == kMostExpected) expected_.erase(expected_.begin());
  expected_.push_back(expected);
  waiting_ = true;
  return expected.mark;
}

void FrontWatch::look_at(const http::Request& request) {
  if (!waiting_.load(std::memory_order_relaxed)) return;
  const auto now = steady_clock::now();
  const auto mark = request.header("dure-probe");
  const std::lock_guard lock(mutex_);
  std::erase_if(expected_, [&](const Expected& old) { return old.until < now; });
  waiting_ = !expected_.empty();
  if (!mark) return;
  for (Expected& expected : expected_) {
    if (expected.mark != *mark) continue;
    expected.seen = Seen{request.client, all_values(request, "x-forwarded-for")};
  }
}

std::optional<FrontWatch::Seen> FrontWatch::arrived(const std::string& mark) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(expected_.begin(), expected_.end(),
                                  [&](const Expected& known) { return known.mark == mark; });
  return found == expected_.end() ? std::nullopt : found->seen;
}

}  // namespace dure::node
