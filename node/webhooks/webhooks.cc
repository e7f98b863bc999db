// SPDX-License-Identifier: Apache-2.0
#include "webhooks/webhooks.h"

#include <algorithm>
#include <utility>

#include "webhooks/answers.h"
#include "webhooks/message.h"

namespace dure::node {
namespace {

using std::chrono::milliseconds;

// What is folded in quick succession is told together.
constexpr milliseconds kGather{200};
constexpr std::uint64_t kBehindAll = UINT32_MAX;

}  // namespace

std::string_view hook_state_name(HookState state) {
  switch (state) {
    case HookState::kIdle:
      return "idle";
    case HookState::kSending:
      return "sending";
    case HookState::kRetrying:
      return "retrying";
    case HookState::kStopped:
      return "stopped";
  }
  return "";
}

struct Webhooks::Batch {
  ChangePlace from;
  std::vector<HookChange> changes;
  bool more = false;
};

struct Webhooks::Hook {
  explicit Hook(std::string given) : url(std::move(given)) {}

  HookStatus status(const Result<ChangePlace>& end, Time now) const;  // the caller holds mutex_

  const std::string url;
  // Of whoever serves it.
  std::unique_ptr<HookCarrier> carrier;
  std::optional<std::uint64_t> until;  // the last number that was sent and not acknowledged
  // Guarded by mutex_.
  std::optional<ChangePlace> place;
  std::uint64_t empty_until = 0;  // nothing is told under the numbers behind `place` up to here
  Backoff backoff;
  bool stopped = false;
  Time failing_from{};
  std::int64_t failing_since = 0, last_success = 0;
  std::uint64_t posts = 0, failures = 0, changes = 0;
  std::optional<Error> error;
};

Webhooks::Webhooks(std::vector<std::string> urls, WebhookPorts ports, WebhookOptions options)
    : ports_(std::move(ports)), options_(options) {
  for (std::string& url : urls) hooks_.push_back(std::make_unique<Hook>(std::move(url)));
}
Webhooks::~Webhooks() = default;

void Webhooks::look_up() {
  if (!hooks_.empty()) (void)load();
}

/// The text that was read. Errors: kStorage, kMalformed, kTooLarge: then all is told again.
Result<std::string> Webhooks::load() {
  auto text = ports_.load();
  const auto places = text ? parse_hook_places(*text) : Result<HookPlaces>(text.error());
  const std::lock_guard lock(mutex_);
  for (const auto& hook : hooks_) {
    if (!places) {
      // Nothing is lost by telling all again, but much by telling nothing.
      hook->place = ChangePlace{};
      hook->error = places.error();
      continue;
    }
    const auto known = places->find(hook->url);
    if (known != places->end()) hook->place = known->second;
  }
  if (!places) return places.error();
  return text;
}

void Webhooks::begin() {
  // Without hooks too: the places of those that were taken out are to be forgotten.
  const auto before = load();
  if (!before && !hooks_.empty() && ports_.on_failure)
    ports_.on_failure(hooks_.front()->url, before.error());
  for (const auto& hook : hooks_) {
    if (place_of(*hook)) continue;
    if (auto begun = begin_at_end(*hook); !begun) set_error(*hook, begun.error());
  }
  {
    const std::lock_guard lock(mutex_);
    unkept_ = !before || *before != places_text();
  }
  keep_places();
}

Status Webhooks::begin_at_end(Hook& hook) {
  const auto end = present_end();
  if (!end) return end.error();
  const std::lock_guard lock(mutex_);
  hook.place = *end;
  unkept_ = true;
  return ok();
}

Result<ChangePlace> Webhooks::present_end() const {
  const auto found = ports_.changes(kBehindAll, 1);
  if (!found) return found.error();
  return ChangePlace{found->epoch, found->newest};
}

void Webhooks::wake() {
  const std::lock_guard lock(mutex_);
  ++news_;
  changed_.notify_all();
}

void Webhooks::resume() {
  const std::lock_guard lock(mutex_);
  for (const auto& hook : hooks_) {
    hook->stopped = false;
    hook->backoff.succeeded();
    hook->failing_since = 0;
  }
  ++news_;
  changed_.notify_all();
}

void Webhooks::work(std::size_t which, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    const std::uint64_t seen = news_;
    lock.unlock();
    const auto due = serve(which);
    lock.lock();
    const auto other = [&] { return news_ != seen; };
    if (due) {
      changed_.wait_until(lock, stop, *due, other);
    } else {
      changed_.wait(lock, stop, other);
    }
    if (other()) changed_.wait_for(lock, stop, kGather, [] { return false; });
  }
}

std::optional<Webhooks::Time> Webhooks::serve(std::size_t which) {
  Hook& hook = *hooks_[which];
  keep_places();
  {
    const std::lock_guard lock(mutex_);
    const Time now = ports_.clock();
    if (hook.stopped) return std::nullopt;
    if (!hook.backoff.ready(now)) return now + hook.backoff.remaining(now);
  }
  const auto batch = next_batch(hook);
  if (!batch) {
    set_error(hook, batch.error());
    return ports_.clock() + options_.look;
  }
  if (!*batch) {
    hook.carrier.reset();  // a way that is not used for long may be closed without a word
    return ports_.clock() + options_.look;
  }
  auto delivered = deliver(hook, **batch);
  if (!delivered) return failed(hook, std::move(delivered).error());
  arrived(hook, **batch);
  keep_places();
  return ports_.clock();
}

/// What is to be told next, read anew for every attempt, so that what was erased meanwhile is not
/// sent; nothing if all is told.
Result<std::optional<Webhooks::Batch>> Webhooks::next_batch(Hook& hook) {
  if (!place_of(hook)) {
    if (auto begun = begin_at_end(hook); !begun) return begun.error();
  }
  ChangePlace from = *place_of(hook);
  auto found = ports_.changes(from.number, options_.batch_changes);
  if (!found) return found.error();
  if (found->epoch != from.epoch || from.number > found->newest) {
    // Another catalogue, whose numbers say nothing about the old ones: everything is told again.
    from = {found->epoch, 0};
    hook.until.reset();
    found = ports_.changes(0, options_.batch_changes);
    if (!found) return found.error();
    if (found->epoch != from.epoch)
      return Error{ErrorCode::kUnavailable, "the catalogue is being made anew"};
  }
  const bool nothing = found->changes.empty();
  {
    // The place stays where the last message ended, so that the next one begins there.
    const std::lock_guard lock(mutex_);
    hook.place = from;
    hook.empty_until = nothing ? found->newest : 0;
    if (nothing && hook.backoff.failures() == 0) hook.error.reset();
  }
  if (nothing) return std::optional<Batch>();
  Batch batch{from, std::move(found->changes), found->more};
  cut(hook, batch);
  return std::optional(std::move(batch));
}

/// To what was sent before without an answer, so that the receiver knows it again; and to size.
void Webhooks::cut(const Hook& hook, Batch& batch) const {
  auto& changes = batch.changes;
  const auto sent = std::find_if(changes.begin(), changes.end(), [&](const HookChange& change) {
    return hook.until && change.number > *hook.until;
  });
  auto end = sent == changes.begin() ? changes.end() : sent;
  std::size_t bytes = 0;
  for (auto change = changes.begin(); change != end; ++change) {
    bytes += change->json.size();
    if (bytes > options_.batch_bytes && change != changes.begin()) end = change;
    if (bytes > options_.batch_bytes) break;
  }
  batch.more = batch.more || end != changes.end();
  changes.erase(end, changes.end());
}

Status Webhooks::deliver(Hook& hook, const Batch& batch) {
  hook.until = batch.changes.back().number;
  const auto post = make_hook_post(hook_body(ports_.origin, batch.from, batch.changes),
                                   ports_.now(), *ports_.signer);
  if (!post) return post.error();
  if (!hook.carrier) {
    auto opened = ports_.open(hook.url);
    if (!opened) return std::move(opened).error();
    hook.carrier = *std::move(opened);
  }
  const auto answer = hook.carrier->post(*post);
  if (answer) return judge_hook_answer(*answer, options_.longest_wait);
  hook.carrier.reset();
  return hook_unreachable(answer.error());
}

void Webhooks::arrived(Hook& hook, const Batch& batch) {
  hook.until.reset();
  const std::lock_guard lock(mutex_);
  hook.place->number = batch.changes.back().number;
  hook.backoff.succeeded();
  hook.failing_since = 0;
  hook.last_success = ports_.now();
  ++hook.posts;
  hook.changes += batch.changes.size();
  hook.error.reset();
  unkept_ = true;
}

std::optional<Webhooks::Time> Webhooks::failed(Hook& hook, Error error) {
  if (ports_.stopping && ports_.stopping()) return std::nullopt;
  bool told = false;
  std::optional<Time> due;
  {
    const std::lock_guard lock(mutex_);
    const Time now = ports_.clock();
    ++hook.failures;
    told = hook.failing_since == 0;
    if (told) {
      hook.failing_since = ports_.now();
      hook.failing_from = now;
    }
    hook.backoff.failed(error, now, options_.backoff, ports_.random());
    hook.stopped = error.code == ErrorCode::kGone || now - hook.failing_from >= options_.patience;
    told = told || hook.stopped;
    if (!hook.stopped) due = now + hook.backoff.remaining(now);
  }
  if (told && ports_.on_failure) ports_.on_failure(hook.url, error);
  const std::lock_guard lock(mutex_);
  hook.error = std::move(error);
  return due;
}

std::optional<ChangePlace> Webhooks::place_of(const Hook& hook) const {
  const std::lock_guard lock(mutex_);
  return hook.place;
}

void Webhooks::set_error(Hook& hook, const Error& error) {
  const std::lock_guard lock(mutex_);
  hook.error = error;
}

std::string Webhooks::places_text() const {
  HookPlaces places;
  for (const auto& hook : hooks_) {
    if (hook->place) places.emplace(hook->url, *hook->place);
  }
  return format_hook_places(places);
}

/// Places that are not kept are told again after a crash: that is at least once too.
void Webhooks::keep_places() {
  const std::lock_guard one(keeping_);
  std::unique_lock lock(mutex_);
  if (!std::exchange(unkept_, false)) return;
  const std::string text = places_text();
  lock.unlock();
  auto kept = ports_.keep(text);
  lock.lock();
  keep_error_.reset();
  if (kept) return;
  unkept_ = true;
  keep_error_ = std::move(kept).error();
}

/// `end`: the present one, if it is known.
HookStatus Webhooks::Hook::status(const Result<ChangePlace>& end, Time now) const {
  HookStatus status;
  status.url = url;
  status.place = place;
  if (end && place) {
    const auto told = std::max(place->number, empty_until);
    const bool same = place->epoch == end->epoch && told <= end->number;
    status.behind = end->number - (same ? told : 0);
  }
  if (status.behind > 0) status.state = HookState::kSending;
  if (backoff.failures() > 0) status.state = HookState::kRetrying;
  if (stopped) status.state = HookState::kStopped;
  status.posts = posts;
  status.failures = failures;
  status.changes = changes;
  status.last_success = last_success;
  status.failing_since = failing_since;
  if (!stopped) status.retry_in = backoff.remaining(now);
  status.error = error;
  return status;
}

std::vector<HookStatus> Webhooks::report() const {
  std::vector<HookStatus> report;
  if (hooks_.empty()) return report;
  const auto end = present_end();
  const std::lock_guard lock(mutex_);
  for (const auto& hook : hooks_) {
    report.push_back(hook->status(end, ports_.clock()));
    if (!report.back().error) report.back().error = keep_error_;
  }
  return report;
}

}  // namespace dure::node
