// SPDX-License-Identifier: Apache-2.0
// Webhooks over a catalogue, a receiver, a disk and a clock that do what a test wants.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>

#include "dure/key.h"
#include "webhooks/message.h"
#include "webhooks/webhooks.h"

namespace dure::node {

inline std::unique_ptr<Signer> hook_signer(std::uint8_t seed = 7) {
  Secret<32> secret;
  std::fill(secret.data(), secret.data() + 32, seed);
  return std::move(*make_ed25519_signer("suwon.go.kr/dure/webhook", KeyType::kEd25519, secret));
}

inline std::vector<std::string> told_in(const HookPost& post) {
  std::vector<std::string> names;
  const auto body = nlohmann::json::parse(post.body, nullptr, false);
  for (const auto& change : body["data"]["changes"]) names.push_back(change["id"]);
  return names;
}

/// Newest states by number, as storage tells them.
class FakeChanges {
 public:
  void add(const std::string& id, std::size_t bytes = 0) {
    const std::lock_guard lock(mutex_);
    ids_.erase(std::remove_if(ids_.begin(), ids_.end(), [&](auto& c) { return c.first == id; }),
               ids_.end());
    ids_.emplace_back(id, ++newest_);
    padding_ = bytes;
  }
  void make_anew() {
    const std::lock_guard lock(mutex_);
    ++epoch_;
    newest_ = 0;
    for (auto& change : ids_) change.second = ++newest_;
  }
  /// A number under which nothing is shown.
  void add_hidden() {
    const std::lock_guard lock(mutex_);
    ++newest_;
  }
  void go_back_to(std::uint64_t newest) {
    const std::lock_guard lock(mutex_);
    ids_.resize(newest);
    newest_ = newest;
  }
  Result<HookChanges> after(std::uint64_t number, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    if (broken) return Error{ErrorCode::kStorage, "disk"};
    HookChanges out{{}, false, epoch_, newest_};
    for (const auto& [id, at] : ids_) {
      if (at <= number) continue;
      out.more = out.changes.size() == limit;
      if (out.more) break;
      out.changes.push_back(
          {at, "2026-11-29T00:00:00Z",
           R"({"id":")" + id + R"(","pad":")" + std::string(padding_, 'x') + R"("})"});
    }
    return out;
  }
  std::atomic<bool> broken{false};

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::uint64_t>> ids_;
  std::uint64_t epoch_ = 0x3f2a, newest_ = 0;
  std::size_t padding_ = 0;
};

/// What happens to the next posts; 200 when nothing is said.
enum class Fate { kTaken, kLost, kAnswerLost };
struct NextAnswer {
  Fate fate = Fate::kTaken;
  HookAnswer answer{200, std::chrono::seconds(0)};
};

class FakeReceiver {
 public:
  Result<HookAnswer> take(const HookPost& post) {
    const std::lock_guard lock(mutex_);
    NextAnswer next;
    if (!script_.empty()) {
      next = script_.front();
      if (script_.size() > 1 || !for_ever_) script_.pop_front();
    }
    ++asked_;
    if (next.fate == Fate::kLost) return Error{ErrorCode::kUnavailable, "connect: timed out"};
    posts_.push_back(post);
    if (next.fate == Fate::kAnswerLost) return Error{ErrorCode::kUnavailable, "timed out"};
    return next.answer;
  }
  void will(std::deque<NextAnswer> script, bool for_ever = false) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
    for_ever_ = for_ever;
  }
  void always(int status) { will({{Fate::kTaken, {status, {}}}}, /*for_ever=*/true); }
  std::vector<HookPost> posts() const {
    const std::lock_guard lock(mutex_);
    return posts_;
  }
  /// All that was told, in order, repetitions too.
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const auto& post : posts()) {
      for (auto& id : told_in(post)) all.push_back(std::move(id));
    }
    return all;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    posts_.clear();
  }
  int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<NextAnswer> script_;
  bool for_ever_ = false;
  std::vector<HookPost> posts_;
  int asked_ = 0;
};

class FakeCarrier final : public HookCarrier {
 public:
  explicit FakeCarrier(FakeReceiver& receiver) : receiver_(receiver) {}
  Result<HookAnswer> post(const HookPost& post) override { return receiver_.take(post); }

 private:
  FakeReceiver& receiver_;
};

/// Keeps one text.
struct FakeDisk {
  enum class Failure { kNone, kBefore, kAfter };
  Status keep(const std::string& given) {
    const auto failure = std::exchange(fail_next, Failure::kNone);
    if (failure == Failure::kBefore) return Error{ErrorCode::kStorage, "full"};
    text = given;
    ++kept;
    if (failure == Failure::kAfter) return Error{ErrorCode::kStorage, "no answer"};
    return ok();
  }
  std::string text;
  int kept = 0;
  Failure fail_next = Failure::kNone;
  bool unreadable = false;
};

class WebhooksTest : public testing::Test {
 protected:
  static constexpr const char* kUrl = "http://portal.example/dure";

  WebhooksTest() { start({kUrl}); }

  WebhookPorts ports() {
    WebhookPorts ports;
    ports.origin = "suwon.go.kr/dure/1";
    ports.changes = [this](std::uint64_t after, std::size_t limit) {
      return changes_.after(after, limit);
    };
    ports.open = [this](const std::string& url) -> Result<std::unique_ptr<HookCarrier>> {
      return std::unique_ptr<HookCarrier>(std::make_unique<FakeCarrier>(receivers_[url]));
    };
    ports.signer = signer_.get();
    ports.load = [this]() -> Result<std::string> {
      if (disk_.unreadable) return Error{ErrorCode::kStorage, "unreadable"};
      return disk_.text;
    };
    ports.keep = [this](const std::string& text) { return disk_.keep(text); };
    ports.now = [this] { return posix_ + elapsed().count(); };
    ports.clock = [this] { return clock_; };
    ports.random = [this] { return random_; };
    ports.stopping = [this] { return stopping_; };
    ports.on_failure = [this](const std::string&, const Error& error) {
      logged_.push_back(error.detail);
    };
    return ports;
  }
  /// As a node that starts, again or for the first time.
  void start(std::vector<std::string> urls) {
    hooks_ = std::make_unique<Webhooks>(std::move(urls), ports(), options_);
    hooks_->begin();
  }
  std::chrono::seconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_ - Webhooks::Time{});
  }
  /// Does what is due now; returns when to go on.
  std::optional<Webhooks::Time> settle(std::size_t which = 0) {
    for (int i = 0; i < 1000; ++i) {
      const auto due = hooks_->serve(which);
      if (!due || *due > clock_) return due;
    }
    ADD_FAILURE() << "never settles";
    return {};
  }
  void pass(std::chrono::milliseconds time) { clock_ += time; }
  FakeReceiver& receiver(const std::string& url = kUrl) { return receivers_[url]; }
  HookStatus status(std::size_t which = 0) const { return hooks_->report()[which]; }

  FakeChanges changes_;
  std::map<std::string, FakeReceiver> receivers_;
  FakeDisk disk_;
  std::unique_ptr<Signer> signer_ = hook_signer();
  Webhooks::Time clock_{std::chrono::seconds(1000)};
  std::int64_t posix_ = 1'796'000'000;
  std::uint64_t random_ = 0;
  bool stopping_ = false;
  std::vector<std::string> logged_;
  WebhookOptions options_;
  std::unique_ptr<Webhooks> hooks_;
};

}  // namespace dure::node
