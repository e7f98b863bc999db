// SPDX-License-Identifier: Apache-2.0
#include "app/fork_parts.h"

#include <utility>

#include "app/charter_peers.h"
#include "app/own_log_watch.h"
#include "app/sealed_logs.h"

namespace dure::node {
namespace {

/// Those of the charter or of a peer, or of a log that the witness was told to know.
std::vector<VerifierKey> known_keys(NodeParts& node, std::string_view origin) {
  std::vector<VerifierKey> keys = log_keys(node, origin);
  const auto extra = node.extra_logs.find(origin);
  if (extra != node.extra_logs.end())
    keys.insert(keys.end(), extra->second.begin(), extra->second.end());
  return keys;
}

void log_fork(NodeParts& node, const KeptFork& kept, const Fork& fork) {
  node.log.error(
      "forks.proven",
      {{"origin", kept.origin}, {"proof", kept.name}, {"agreed", std::to_string(fork.agreed)}});
  if (node.indexer) node.indexer->wake();
}

}  // namespace

Status open_forks(NodeParts& node, std::function<std::int64_t()> unix_seconds) {
  ForkWatchOptions options;
  options.own_origin = node.own.origin;
  options.keys = [&node](std::string_view origin) { return known_keys(node, origin); };
  options.unix_seconds = std::move(unix_seconds);
  options.end_of = [&node](std::string_view origin) { return sealed_end(node, origin); };
  options.on_fork = [&node](const KeptFork& kept, const Fork& fork) { log_fork(node, kept, fork); };
  // Two nodes with one key fork their log with every further signature.
  options.on_twin = [&node](Twin, const std::string& note, const std::string& url) {
    if (node.own_log_watch) node.own_log_watch->judge(url, note);
  };
  options.on_error = [&log = node.log](const Error& error) {
    log.error("forks.not_kept", error_fields(error));
  };
  const OpenSource open = [&node](const std::string& url) { return node.open_source(url); };
  auto watch = ForkWatch::open(node.store->evidence(), node.store->reader(), open, options);
  if (!watch) return std::move(watch).error();
  node.forks = *std::move(watch);
  return ok();
}

void connect_forks(NodeParts& node, ReplicatorOptions& options) {
  ForkWatch& forks = *node.forks;
  options.own_origin = node.own.origin;
  options.frozen = [&forks](std::string_view origin) { return forks.frozen(origin); };
  options.on_head = [&forks](const std::string& note, const std::string& origin,
                             const std::string& url) { forks.saw(note, origin, url); };
  options.end_of = [&node](std::string_view origin) { return sealed_end(node, origin); };
  options.on_judged = [&forks, &node](const PullJob& job, const PullReport& report) {
    forks.pulled(job, report);
    begin_sealed_anew(node, job, report);
    if (job.end && report.entries > 0) settle_seals(node);
  };
  options.exchange = [&forks](const std::string& url, Source& source) {
    return forks.exchange(url, source);
  };
  options.after_round = [&forks](const std::vector<std::string>& urls) { forks.search(urls); };
}

std::function<void(const std::string&, const std::string&, const std::string&)> watch_misfits(
    NodeParts& node) {
  return [&forks = *node.forks](const std::string& note, const std::string& recorded,
                                const std::string& origin) {
    // The recorded one first: a log that is only witnessed has nothing else to be compared with.
    if (!recorded.empty()) forks.saw(recorded, origin, {});
    forks.saw(note, origin, {});
  };
}

Status dismiss_dropped_peers(NodeParts& node) {
  for (const ForkedLog& log : node.forks->forked()) {
    if (!log.suspicion || !known_keys(node, log.origin).empty()) continue;
    if (auto dismissed = node.forks->dismiss(log.origin); !dismissed) return dismissed;
  }
  return ok();
}

std::vector<WithheldLog> withheld_logs(const ForkWatch& forks) {
  std::vector<WithheldLog> withheld;
  for (const ForkedLog& log : forks.forked()) {
    if (log.shown_until != kShowAll) withheld.push_back({log.origin, log.shown_until, log.proof});
  }
  return withheld;
}

}  // namespace dure::node
