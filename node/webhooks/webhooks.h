// SPDX-License-Identifier: Apache-2.0
// Tells the operator's own systems what changed in the catalogue: in order, at least once, each at
// its own pace (docs/adr/0030).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "replication/backoff.h"
#include "webhooks/places_file.h"
#include "webhooks/ports.h"

namespace dure::node {

struct WebhookOptions {
  std::size_t batch_changes = 100;
  std::size_t batch_bytes = 256 * 1024;  // of changes; a single larger one goes alone
  BackoffOptions backoff{std::chrono::milliseconds{5'000}, std::chrono::milliseconds{3'600'000}};
  std::chrono::seconds longest_wait{24 * 3600};  // of what a receiver may ask for
  std::chrono::seconds patience{3 * 24 * 3600};  // of failures in a row, then it is stopped
  std::chrono::milliseconds look{15'000};        // for what nobody told of
};

enum class HookState {
  kIdle,      // everything is told
  kSending,   // there is more to tell, and nothing is wrong
  kRetrying,  // the last attempt failed
  kStopped,   // nothing is tried any more
};
/// "idle", "sending", "retrying", "stopped".
std::string_view hook_state_name(HookState state);

struct HookStatus {
  std::string url;
  HookState state = HookState::kIdle;
  std::optional<ChangePlace> place;  // nothing: it has not begun yet
  std::uint64_t behind = 0;          // numbers up to the newest change, at most so many changes
  std::uint64_t posts = 0, failures = 0, changes = 0;  // since the start
  std::int64_t last_success = 0, failing_since = 0;    // POSIX seconds; 0: never, not failing
  std::chrono::milliseconds retry_in{0};
  std::optional<Error> error;  // of the last attempt, or that its place could not be kept
};

/// Threads: any.
class Webhooks {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Webhooks(std::vector<std::string> urls, WebhookPorts ports, WebhookOptions options = {});
  ~Webhooks();
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  std::size_t count() const { return hooks_.size(); }
  /// Reads how far each got, changing nothing: for a look at a node that does not run.
  void look_up();
  /// The same, and lets each that is new begin at the present end of the changes. To be called
  /// once, before anything can change. What fails here is tried again by the threads.
  void begin();
  /// There may be something to tell. Returns at once.
  void wake();
  /// Takes up again what was stopped or waits.
  void resume();
  /// Serves one hook until `stop`.
  void work(std::size_t which, const std::stop_token& stop);
  /// Does what is due for one hook, one post at most. Returns when to call again unless wake() or
  /// resume() was called before; nothing: only then. Threads: for one hook one at a time.
  std::optional<Time> serve(std::size_t which);

  std::vector<HookStatus> report() const;

 private:
  struct Hook;
  struct Batch;

  Result<std::string> load();
  Status begin_at_end(Hook& hook);
  Result<ChangePlace> present_end() const;
  Result<std::optional<Batch>> next_batch(Hook& hook);
  void cut(const Hook& hook, Batch& batch) const;
  Status deliver(Hook& hook, const Batch& batch);
  void arrived(Hook& hook, const Batch& batch);
  std::optional<Time> failed(Hook& hook, Error error);
  std::optional<ChangePlace> place_of(const Hook& hook) const;
  void set_error(Hook& hook, const Error& error);
  std::string places_text() const;  // the caller holds mutex_
  void keep_places();

  const WebhookPorts ports_;
  const WebhookOptions options_;

  std::mutex keeping_;  // one keeps at a time

  mutable std::mutex mutex_;  // guards what follows; never held across I/O
  std::condition_variable_any changed_;
  std::uint64_t news_ = 0;  // counts what may give a waiting thread something to do
  bool unkept_ = false;     // places moved since they were kept
  std::optional<Error> keep_error_;
  std::vector<std::unique_ptr<Hook>> hooks_;
};

}  // namespace dure::node
