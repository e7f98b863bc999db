// SPDX-License-Identifier: Apache-2.0
#include "attachments/mirroring.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "dure/entry.h"

namespace dure::node {
namespace {

// Of one log: one that lists what nobody has must not keep the others' from being fetched.
constexpr std::size_t kMostWanted = 1000;
constexpr std::uint64_t kBlock = 256;  // entries looked at between two looks at what waits

template <class Wanted>
bool is_full(const Wanted& wanted, const std::string& origin) {
  std::size_t count = 0;
  for (auto at = wanted.lower_bound({AttachmentOwner{origin, 0}, Hash{}});
       at != wanted.end() && at->first.first.origin == origin; ++at) {
    if (++count == kMostWanted) return true;
  }
  return false;
}

}  // namespace

Result<std::uint64_t> StoreSink::begin(const ChunkList& list) {
  if (auto begun = store_.begin_fetch(commitment_, list, owner_); !begun) return begun.error();
  return store_.fetched(commitment_);
}

Status StoreSink::add(std::uint64_t index, std::string_view bytes) {
  return store_.add_chunk(commitment_, index, bytes);
}

Status StoreSink::finish() { return store_.finish_fetch(commitment_); }

Mirroring::Mirroring(MirroringPorts ports) : ports_(std::move(ports)) { read_memory(); }

// "<largest> <budget>\n", then "<origin> <entries>\n" for each log.
void Mirroring::read_memory() {
  written_ = ports_.memory.load();
  std::string_view text = written_;
  const auto policy =
      std::to_string(ports_.policy.largest) + ' ' + std::to_string(ports_.policy.budget) + '\n';
  // Under another policy other attachments are wanted: everything is looked at again.
  if (!text.starts_with(policy)) return;
  text.remove_prefix(policy.size());
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto space = line.rfind(' ');
    if (space != std::string_view::npos) {
      const auto entries = parse_decimal(line.substr(space + 1));
      if (entries) searched_[std::string(line.substr(0, space))] = *entries;
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

/// Only up to the first entry that still waits: after a restart the rest is looked at again.
Status Mirroring::write_memory() {
  std::string text =
      std::to_string(ports_.policy.largest) + ' ' + std::to_string(ports_.policy.budget) + '\n';
  {
    const std::lock_guard lock(mutex_);
    auto settled = searched_;
    for (const auto& [key, wanted] : wanted_) {
      auto& until = settled[key.first.origin];
      until = std::min(until, key.first.index);
    }
    for (const auto& [origin, entries] : settled)
      text += origin + ' ' + std::to_string(entries) + '\n';
  }
  if (text == written_) return ok();
  if (auto saved = ports_.memory.save(text); !saved) return saved;
  written_ = std::move(text);
  return ok();
}

Status Mirroring::run_once(const std::stop_token& stop) {
  const std::lock_guard running(run_mutex_);
  search_again_if_room();
  if (auto searched = search(stop); !searched) return searched;
  for (const Key& key : due()) {
    if (stop.stop_requested()) break;
    serve(key, stop);
  }
  return write_memory();
}

MirroringState Mirroring::state() const {
  const std::lock_guard lock(mutex_);
  return {wanted_.size(), over_budget_};
}

void Mirroring::search_again_if_room() {
  const auto here = ports_.store->totals().mirrored_bytes;
  const std::lock_guard lock(mutex_);
  if (over_budget_ == 0 || here >= full_at_) return;
  over_budget_ = 0;
  searched_.clear();
}

Status Mirroring::search(const std::stop_token& stop) {
  const auto logs = ports_.logs->logs();
  if (!logs) return logs.error();
  for (const auto& log : *logs) {
    if (auto searched = search_log(log, stop); !searched) return searched;
  }
  return ok();
}

Status Mirroring::search_log(const KnownLog& log, const std::stop_token& stop) {
  const auto stored = ports_.logs->stored(log.id);
  if (!stored) return stored.error();
  while (!stop.stop_requested()) {
    std::uint64_t first = 0;
    {
      const std::lock_guard lock(mutex_);
      first = searched_[log.origin];
      if (is_full(wanted_, log.origin)) return ok();
    }
    if (first >= *stored) return ok();
    const auto count = std::min(kBlock, *stored - first);
    auto scanned = ports_.logs->scan(
        log.id, first, count,
        [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
          if (body) take(log, index, leaf, body->body);
          return true;
        });
    if (!scanned) return scanned;
    const std::lock_guard lock(mutex_);
    searched_[log.origin] = first + count;
  }
  return ok();
}

void Mirroring::take(const KnownLog& log, std::uint64_t index, std::string_view bytes,
                     std::string_view body) {
  const bool own = log.origin == ports_.own_origin;
  if (!own && ports_.policy.largest == 0) return;
  for (auto& ref : attachments_in(body)) {
    if (!own && ref.size > ports_.policy.largest) continue;
    const auto leaf = parse_leaf(bytes);
    if (!leaf || leaf->entry_class != EntryClass::kPublic) return;
    const Key key{{log.origin, index}, ref.commitment};
    const std::lock_guard lock(mutex_);
    wanted_.emplace(key, Wanted{std::move(ref), leaf->id, leaf->time, {}});
  }
}

/// What failed least often first, of that the newest: where there is not room for all, the oldest
/// go without.
std::vector<Mirroring::Key> Mirroring::due() const {
  struct Ready {
    unsigned failures = 0;
    std::string time;
    Key key;
  };
  const auto now = ports_.clock();
  std::vector<Ready> ready;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, wanted] : wanted_) {
      if (wanted.backoff.ready(now)) ready.push_back({wanted.backoff.failures(), wanted.time, key});
    }
  }
  std::sort(ready.begin(), ready.end(), [](const Ready& a, const Ready& b) {
    return std::tie(a.failures, b.time, b.key) < std::tie(b.failures, a.time, a.key);
  });
  std::vector<Key> keys;
  keys.reserve(ready.size());
  for (auto& item : ready) keys.push_back(std::move(item.key));
  return keys;
}

void Mirroring::serve(const Key& key, const std::stop_token& stop) {
  Wanted wanted;
  {
    const std::lock_guard lock(mutex_);
    const auto found = wanted_.find(key);
    if (found == wanted_.end()) return;
    wanted = found->second;
  }
  if (is_settled(key.first, wanted)) return settle(key);
  const auto fetched = fetch(key.first, wanted, stop);
  if (fetched && ports_.on_fetched) ports_.on_fetched(wanted.ref, key.first);
  if (fetched || fetched.error().code == ErrorCode::kGone) return settle(key);
  const std::lock_guard lock(mutex_);
  const auto found = wanted_.find(key);
  if (found != wanted_.end())
    found->second.backoff.failed(fetched.error(), ports_.clock(), ports_.backoff, ports_.random());
}

/// Whether there is nothing to fetch: it is here, was erased, is out of date, or finds no room.
bool Mirroring::is_settled(const AttachmentOwner& owner, const Wanted& wanted) {
  const auto held = ports_.store->find(wanted.ref.commitment);
  if (held && held->whole) {
    const auto owned = ports_.store->add_owner(wanted.ref.commitment, owner);
    ports_.store->settle_owner(owner);
    return owned || owned.error().code == ErrorCode::kGone;
  }
  // The body is gone if the entry was erased after it was found.
  const auto log = ports_.logs->log_by_origin(owner.origin);
  const auto entry =
      log ? ports_.logs->entry(log->id, owner.index) : Result<MirroredEntry>(log.error());
  if (entry && !entry->salt) return true;
  if (owner.origin == ports_.own_origin) return false;
  if (ports_.is_superseded(owner, wanted.id)) return true;
  const auto here = ports_.store->totals().mirrored_bytes;
  if (held || here + wanted.ref.size <= ports_.policy.budget) return false;
  const std::lock_guard lock(mutex_);
  ++over_budget_;
  full_at_ = here;
  return true;
}

Status Mirroring::fetch(const AttachmentOwner& owner, const Wanted& wanted,
                        const std::stop_token& stop) {
  AttachmentFetch fetch;
  fetch.size = wanted.ref.size;
  fetch.commitment = wanted.ref.commitment;
  fetch.urls = urls_for(owner.origin);
  fetch.open = ports_.open;
  fetch.stop = stop;
  fetch.on_failure = ports_.on_failure;
  StoreSink sink(*ports_.store, wanted.ref.commitment, owner);
  return fetch_attachment(fetch, sink);
}

/// The publisher first, then the mirrors, each time beginning at another one.
std::vector<std::string> Mirroring::urls_for(const std::string& origin) const {
  std::vector<std::string> first, others;
  for (const auto& peer : ports_.peers())
    (peer.origin == origin ? first : others).push_back(peer.url);
  if (!others.empty()) {
    const auto begin = static_cast<std::ptrdiff_t>(ports_.random() % others.size());
    std::rotate(others.begin(), others.begin() + begin, others.end());
  }
  first.insert(first.end(), others.begin(), others.end());
  return first;
}

void Mirroring::settle(const Key& key) {
  const std::lock_guard lock(mutex_);
  wanted_.erase(key);
}

}  // namespace dure::node
