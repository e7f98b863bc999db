// SPDX-License-Identifier: Apache-2.0
// The part of the fork watch that talks to peers: their proofs, and tiles to make our own from.
#include <algorithm>
#include <utility>

#include "replication/fork_search.h"
#include "replication/fork_watch.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxUseless = 4096;  // names remembered for each peer
constexpr std::size_t kMaxAccusers = 8;
constexpr std::size_t kMaxLocations = 16;
constexpr std::chrono::seconds kFirstPause{30};
constexpr std::chrono::seconds kLongestPause{3600};

/// Every node serves its own log as a mirror too; a plain tile server does not.
void add_places(std::vector<LogLocation>& places, const std::string& url, std::string_view origin) {
  if (url.empty()) return;
  for (const auto& place : {mirror_location(url, origin), origin_location(url)}) {
    const bool there = std::any_of(places.begin(), places.end(), [&](const LogLocation& other) {
      return other.url == place.url && other.prefix == place.prefix;
    });
    if (!there && places.size() < kMaxLocations) places.push_back(place);
  }
}

}  // namespace

Status ForkWatch::exchange(const std::string& url, Source& source) {
  FetchRequest request{.path = "/federation/forks", .max_bytes = kMaxForkListBytes};
  request.compress = true;
  {
    const std::lock_guard lock(mutex_);
    request.etag = lists_[url].etag;
  }
  const auto response = source.fetch(request);
  if (!response) return response.error();
  if (response->not_modified) return ok();
  const auto listed = parse_fork_list(response->body);
  if (!listed) return listed.error();
  std::size_t fetched = 0;
  std::map<std::string, bool, std::less<>> known_logs;  // looking up keys is not free
  for (const ListedFork& fork : *listed) {
    const auto [log, is_new] = known_logs.try_emplace(fork.origin, false);
    if (is_new) log->second = !options_.keys(fork.origin).empty();
    if (!log->second || !is_news(fork, url)) continue;
    // The rest comes with the next rounds: without the tag the list is read again.
    if (fetched++ == kMaxForkFetches) return ok();
    if (auto taken = fetch_fork(fork, url, source); !taken) return taken;
  }
  const std::lock_guard lock(mutex_);
  lists_[url].etag = response->etag;
  return ok();
}

bool ForkWatch::is_news(const ListedFork& listed, const std::string& url) {
  const std::lock_guard lock(mutex_);
  return forks_.count(listed.name) == 0 && lists_[url].useless.count(listed.name) == 0;
}

/// Errors: those after which this peer need not be asked for more now.
Status ForkWatch::fetch_fork(const ListedFork& listed, const std::string& url, Source& source) {
  const auto response =
      source.fetch({.path = "/federation/forks/" + listed.name, .max_bytes = kMaxForkProofBytes});
  if (!response && response.error().code == ErrorCode::kUnavailable) return response.error();
  bool useful = false;
  if (response && fork_name(response->body) == listed.name) {
    const auto proof = parse_fork_proof(response->body);
    auto adopted = proof ? adopt(*proof, url) : Result<bool>(proof.error());
    if (!adopted && adopted.error().code == ErrorCode::kStorage) return adopted.error();
    useful = adopted && *adopted;
  }
  if (useful) return ok();
  const std::lock_guard lock(mutex_);
  auto& useless = lists_[url].useless;
  if (useless.size() < kMaxUseless) useless.insert(listed.name);
  return ok();
}

/// Heads to hold against the offered one, best first: those whose trees are likely to be here.
std::vector<std::string> ForkWatch::accusers(const Suspicion& suspicion) const {
  std::vector<std::string> notes;
  const auto add = [&](const std::string& note) {
    const bool useful = !note.empty() && note != suspicion.offered;
    if (useful && std::find(notes.begin(), notes.end(), note) == notes.end() &&
        notes.size() < kMaxAccusers)
      notes.push_back(note);
  };
  add(suspicion.known);
  if (const auto log = reader_.log_by_origin(suspicion.origin)) {
    if (const auto head = reader_.head(log->id)) add(*head);
  }
  if (const auto heads = store_.heads(suspicion.origin)) {
    for (auto head = heads->rbegin(); head != heads->rend(); ++head) {
      if (head->standing == Standing::kFits) add(head->note);
    }
  }
  return notes;
}

void ForkWatch::prove(const Suspicion& suspicion, std::vector<LogLocation> locations) {
  ForkSearch search;
  search.origin = suspicion.origin;
  search.keys = options_.keys(suspicion.origin);
  search.known = accusers(suspicion);
  search.offered = suspicion.offered;
  if (const auto log = reader_.log_by_origin(suspicion.origin)) search.log = log->id;
  add_places(search.locations, suspicion.shown_by, suspicion.origin);
  for (auto& location : locations) search.locations.push_back(std::move(location));
  // Nothing to say if it fails: the suspicion stands, and another round tries again.
  if (const auto proof = search_fork(search, reader_, open_))
    (void)adopt(*proof, suspicion.shown_by);
}

/// The suspicion of `origin` if it is unproven, or its place unknown, and it is time to try.
std::optional<Suspicion> ForkWatch::due(const std::string& origin) {
  const auto now = options_.clock();
  const std::lock_guard lock(mutex_);
  const auto suspicion = suspicions_.find(origin);
  if (suspicion == suspicions_.end()) return std::nullopt;
  const bool placed = std::any_of(forks_.begin(), forks_.end(), [&](const auto& fork) {
    return fork.second.kept.origin == origin && fork.second.placed;
  });
  Attempt& attempt = attempts_[origin];
  if (placed || now < attempt.next) return std::nullopt;
  attempt.pause = std::clamp(attempt.pause * 2, kFirstPause, kLongestPause);
  attempt.next = now + attempt.pause;
  return suspicion->second;
}

void ForkWatch::search(const std::vector<std::string>& urls) {
  std::vector<std::string> origins;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [origin, suspicion] : suspicions_) origins.push_back(origin);
  }
  for (const std::string& origin : origins) {
    const auto suspicion = due(origin);
    if (!suspicion) continue;
    std::vector<LogLocation> places;
    add_places(places, suspicion->shown_by, origin);
    for (const std::string& url : urls) add_places(places, url, origin);
    prove(*suspicion, std::move(places));
  }
}

}  // namespace dure::node
