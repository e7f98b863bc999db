// SPDX-License-Identifier: Apache-2.0
#include "replication/replicator.h"

#include <algorithm>
#include <random>
#include <utility>

#include "dure/checkpoint.h"
#include "replication/bounds.h"
#include "replication/heads.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

std::uint64_t system_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

PullReport failed_report(const Error& error) {
  PullReport report;
  report.error = error;
  return report;
}

/// Whether `note` is about that head; its signatures are somebody else's business.
bool shows(const std::string& note, const LogEnd& end) {
  const auto parsed = parse_note(note);
  const auto head = parsed ? parse_checkpoint(parsed->text) : Result<Checkpoint>(parsed.error());
  return head && end.is(*head);
}

void add_offer(std::vector<OfferedHead>& offers, const std::string& note, const std::string& url) {
  const auto same = [&](const OfferedHead& offer) { return offer.note == note; };
  if (std::none_of(offers.begin(), offers.end(), same)) offers.push_back({note, url});
}

/// Where `other` serves the log: its own one, or a mirror.
LogLocation location_of(const ReplicationPeer& other, const std::string& origin) {
  return other.origin == origin ? origin_location(other.url) : mirror_location(other.url, origin);
}

}  // namespace

Replicator::Replicator(PeerList peers, OpenSource open, MirrorStore& store, LogReader& reader,
                       ReplicatorOptions options)
    : peers_(std::move(peers)),
      open_(std::move(open)),
      store_(store),
      reader_(reader),
      options_(std::move(options)),
      random_state_(options_.random ? 0 : system_seed()) {}

/// Must hold mutex_. SplitMix64 if the options bring no generator: only spreads load, keeps no
/// secret.
std::uint64_t Replicator::random() {
  if (options_.random) return options_.random();
  std::uint64_t z = (random_state_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

std::int64_t Replicator::now_seconds() const {
  return options_.unix_seconds ? options_.unix_seconds() : 0;
}

void Replicator::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    round(stop);
    std::chrono::milliseconds pause = options_.interval;
    {
      const std::lock_guard lock(mutex_);
      const auto half = static_cast<std::uint64_t>(pause.count()) / 2;
      pause += std::chrono::milliseconds{static_cast<std::int64_t>(random() % (half + 1)) -
                                         pause.count() / 4};
    }
    std::unique_lock lock(wake_mutex_);
    wake_signal_.wait_for(lock, stop, pause, [this] { return woken_; });
    woken_ = false;
  }
}

void Replicator::wake() {
  const std::lock_guard lock(wake_mutex_);
  woken_ = true;
  wake_signal_.notify_all();
}

std::vector<PullReport> Replicator::round(const std::stop_token& stop) {
  return run_round(Scope::kSome, stop);
}

std::vector<PullReport> Replicator::pull_once(const std::stop_token& stop) {
  return run_round(Scope::kAll, stop);
}

std::vector<PullReport> Replicator::run_round(Scope scope, const std::stop_token& stop) {
  const std::lock_guard one_at_a_time(round_mutex_);
  const auto all = peers_();
  if (!all) return {failed_report(all.error())};
  forget_removed(*all);

  const auto asked = choose(*all, scope);
  run_parallel(asked.size(), options_.parallel_heads, [&](std::size_t index, std::size_t) {
    if (!stop.stop_requested()) ask_heads(asked[index]);
  });

  show_frozen(*all);
  std::vector<PullJob> jobs;
  for (const auto& peer : *all) {
    auto job = make_job(peer, *all, scope);
    if (!job) job = make_last_step(peer);
    if (job) jobs.push_back(std::move(*job));
  }
  std::vector<PullReport> reports(jobs.size());
  run_parallel(jobs.size(), options_.parallel_logs, [&](std::size_t index, std::size_t) {
    reports[index].origin = jobs[index].log.origin;
    if (auto report = pull(jobs[index], stop)) reports[index] = *std::move(report);
  });
  if (!stop.stop_requested()) end_round(*all);
  if (scope == Scope::kAll) add_unreached(*all, reports);
  return reports;
}

/// Nothing if this log is being pulled just now, or `stop` said so.
std::optional<PullReport> Replicator::pull(const PullJob& job, const std::stop_token& stop) {
  if (stop.stop_requested() || !claim(job.log.origin)) return std::nullopt;
  auto report = pull_log(job, open_, store_, reader_, options_.pull, stop);
  note(job, report);
  release(job.log.origin);
  if (options_.on_judged) options_.on_judged(job, report);
  if (options_.on_pull) options_.on_pull(report);
  return report;
}

void Replicator::end_round(const std::vector<ReplicationPeer>& all) const {
  if (!options_.after_round) return;
  std::vector<std::string> urls;
  urls.reserve(all.size());
  for (const auto& peer : all) urls.push_back(peer.url);
  options_.after_round(urls);
}

/// A log that nobody told us about still gets a line for the person who asked.
void Replicator::add_unreached(const std::vector<ReplicationPeer>& all,
                               std::vector<PullReport>& reports) {
  for (const auto& peer : all) {
    const auto same = [&](const PullReport& report) { return report.origin == peer.origin; };
    if (std::any_of(reports.begin(), reports.end(), same)) continue;
    PullReport report;
    report.origin = peer.origin;
    if (const auto state = store_.mirror(peer.log))
      report.from = report.to = report.head_size = state->stored;
    const std::lock_guard lock(mutex_);
    report.error = peer_states_[peer.origin].last_error;
    if (const auto& log = log_states_[peer.origin]; log.contradiction) {
      report.error = log.last_error;
      report.contradiction = log.contradiction;
    }
    reports.push_back(std::move(report));
  }
}

std::vector<ReplicationPeer> Replicator::choose(std::vector<ReplicationPeer> peers, Scope scope) {
  std::erase_if(peers,
                [](const auto& peer) { return peer.url.empty(); });  // only others can ask it
  if (scope == Scope::kAll) return peers;
  const auto now = options_.clock();
  const std::lock_guard lock(mutex_);
  std::erase_if(peers,
                [&](const auto& peer) { return !peer_states_[peer.origin].backoff.ready(now); });
  for (std::size_t i = peers.size(); i > 1; --i) std::swap(peers[i - 1], peers[random() % i]);
  if (peers.size() > options_.peers_per_round) peers.resize(options_.peers_per_round);
  return peers;
}

void Replicator::ask_heads(const ReplicationPeer& peer) {
  Status asked = ok();
  if (auto source = open_(peer.url)) {
    asked = update_heads(peer, **source);
    const bool speaks_tiles_only = !asked && asked.error().code == ErrorCode::kNotFound;
    if (speaks_tiles_only) asked = update_checkpoint(peer, **source);
    if (asked && !speaks_tiles_only && options_.exchange) {
      auto exchanged = options_.exchange(peer.url, **source);
      // A node of an earlier version has no such list.
      if (!exchanged && exchanged.error().code != ErrorCode::kNotFound)
        asked = std::move(exchanged);
    }
  } else {
    asked = std::move(source).error();
  }
  const auto now = options_.clock();
  const auto seconds = now_seconds();
  const std::lock_guard lock(mutex_);
  auto& state = peer_states_[peer.origin];
  if (asked) {
    state.backoff.succeeded();
    state.last_error.reset();
    state.last_success = seconds;
  } else {
    state.backoff.failed(asked.error(), now, options_.backoff, random());
    state.last_error = asked.error();
  }
}

Status Replicator::update_heads(const ReplicationPeer& peer, Source& source) {
  FetchRequest request{.path = "/federation/heads", .max_bytes = kMaxHeadsBytes};
  request.compress = true;
  {
    const std::lock_guard lock(mutex_);
    request.etag = peer_states_[peer.origin].etag;
  }
  const auto response = source.fetch(request);
  if (!response) return response.error();
  if (response->not_modified) {
    if (options_.on_heads) options_.on_heads(peer.url, {});
    return ok();
  }
  auto heads = parse_heads(response->body);
  if (!heads) return std::move(heads).error();
  if (options_.on_heads) options_.on_heads(peer.url, *heads);
  const auto own_head = take_heads(peer, *std::move(heads), response->etag);
  if (own_head && options_.on_head) options_.on_head(*own_head, options_.own_origin, peer.url);
  return ok();
}

/// Remembers what the peer announced. Returns the head of our own log, if it is another one than
/// before.
std::optional<std::string> Replicator::take_heads(const ReplicationPeer& peer,
                                                  std::vector<AnnouncedHead> heads,
                                                  std::string etag) {
  std::optional<std::string> own_head;
  const std::lock_guard lock(mutex_);
  auto& state = peer_states_[peer.origin];
  state.etag = std::move(etag);
  const auto before = std::exchange(state.heads, {});
  for (auto& head : heads) {
    if (head.origin == options_.own_origin && head.checkpoint != state.own_head)
      own_head = state.own_head = head.checkpoint;
    // Heads of logs that we do not follow are nobody's business here, and would only cost memory.
    if (followed_.count(head.origin) == 0) continue;
    AnnouncedNote note{std::move(head.checkpoint)};
    const auto old = before.find(head.origin);
    if (old != before.end() && old->second.note == note.note) note = old->second;
    state.heads.emplace(std::move(head.origin), std::move(note));
  }
  return own_head;
}

/// For a log that is served as plain tiles, without our /federation part.
Status Replicator::update_checkpoint(const ReplicationPeer& peer, Source& source) {
  const auto response = source.fetch({.path = "/log/checkpoint", .max_bytes = kMaxCheckpointBytes});
  if (!response) return response.error();
  const std::lock_guard lock(mutex_);
  auto& known = peer_states_[peer.origin].heads[peer.origin];
  if (known.note != response->body) known = {response->body};
  return ok();
}

/// The origin comes first, then the mirrors in random order. Must hold mutex_.
void Replicator::order_locations(std::vector<LogLocation>& locations) {
  for (std::size_t i = locations.size(); i > 1; --i)
    std::swap(locations[i - 1], locations[random() % i]);
  std::stable_partition(locations.begin(), locations.end(),
                        [](const auto& location) { return location.is_origin; });
}

std::optional<LogEnd> Replicator::end_of(const std::string& origin) const {
  return options_.end_of ? options_.end_of(origin) : std::nullopt;
}

/// Must hold mutex_.
bool Replicator::is_frozen(const std::string& origin) const {
  if (end_of(origin)) return false;  // people have decided what is followed
  const auto log = log_states_.find(origin);
  if (log != log_states_.end() && log->second.contradiction) return true;
  return options_.frozen && options_.frozen(origin);
}

/// No pull looks at the heads of a log that is not followed, but each is evidence.
void Replicator::show_frozen(const std::vector<ReplicationPeer>& all) {
  if (!options_.on_head) return;
  std::vector<ShownHead> shown;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& log : all) {
      if (!is_frozen(log.origin)) continue;
      for (const auto& peer : all) {
        auto& heads = peer_states_[peer.origin].heads;
        const auto head = heads.find(log.origin);
        if (head == heads.end() || std::exchange(head->second.shown, true)) continue;
        shown.push_back({head->second.note, log.origin, peer.url});
      }
    }
  }
  for (const auto& head : shown) options_.on_head(head.note, head.origin, head.url);
}

/// A job if somebody announces a head that no pull has judged. Peers that are backing off are left
/// out while there are others.
std::optional<PullJob> Replicator::make_job(const ReplicationPeer& peer,
                                            const std::vector<ReplicationPeer>& all, Scope scope) {
  const auto now = options_.clock();
  PullJob job{KnownLog{peer.log, peer.origin, false}, peer.keys, {}, {}, end_of(peer.origin)};
  std::vector<LogLocation> resting;
  const std::lock_guard lock(mutex_);
  // SPEC: PROTOCOL.md 4.3: of a forked log neither branch is followed further.
  if (is_frozen(peer.origin)) return std::nullopt;
  if (scope == Scope::kSome && !log_states_[peer.origin].backoff.ready(now)) return std::nullopt;
  for (const auto& other : all) {
    const auto& told = peer_states_[other.origin];
    const auto head = told.heads.find(peer.origin);
    if (head == told.heads.end()) continue;
    auto location = location_of(other, peer.origin);
    (told.backoff.ready(now) ? job.locations : resting).push_back(std::move(location));
    const bool wanted = !job.end || shows(head->second.note, *job.end);
    if (wanted && !head->second.judged) add_offer(job.heads, head->second.note, other.url);
  }
  if (job.heads.empty()) return std::nullopt;
  if (job.locations.empty()) job.locations = std::move(resting);
  order_locations(job.locations);
  return job;
}

}  // namespace dure::node
