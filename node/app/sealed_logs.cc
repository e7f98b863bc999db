// SPDX-License-Identifier: Apache-2.0
#include "app/sealed_logs.h"

#include <algorithm>
#include <string_view>

#include "app/charter_peers.h"
#include "membership/charter_logs.h"
#include "replication/head_choice.h"

namespace dure::node {
namespace {

constexpr std::string_view kByCharter = "charter ";

/// Whether the first entries of `log` are the sealed history.
Result<bool> fits(LogReader& reader, LogId log, const LogEnd& end) {
  const auto stored = reader.stored(log);
  if (!stored) return stored.error();
  if (*stored < end.size) return false;
  const auto root = stored_root(reader, log, end.size);
  if (!root) return root.error();
  return *root == end.root;
}

/// A note of the last head, signed by the log, if anybody has ever shown it.
std::optional<std::string> note_of_end(const NodeParts& node, const std::string& origin,
                                       const LogEnd& end) {
  const auto heads = node.store->evidence().heads(origin);
  if (!heads) return std::nullopt;
  for (const SeenHead& head : *heads) {
    if (end.is(head.checkpoint)) return head.note;
  }
  return std::nullopt;
}

/// Others pull from here: they must be offered the head that counts.
Status serve_end(const NodeParts& node, const KnownLog& log, const LogEnd& end) {
  const auto served = node.store->reader().head(log.id);
  const auto parsed = served ? parse_note(*served) : Result<Note>(served.error());
  const auto head = parsed ? parse_checkpoint(parsed->text) : Result<Checkpoint>(parsed.error());
  if (head && end.is(*head)) return ok();
  const auto note = note_of_end(node, log.origin, end);
  return note ? node.store->histories().end_at(log.id, *note) : ok();
}

/// Nothing is withheld, suspected or undecided any more about what the charter has settled.
Status decide_forks(const NodeParts& node, const std::string& origin, std::uint64_t version) {
  for (const ForkedLog& log : node.forks->forked()) {
    if (log.origin != origin) continue;
    if (log.suspicion) {
      if (auto dismissed = node.forks->dismiss(origin); !dismissed) return dismissed;
    }
    const bool open = log.shown_until != kShowAll || (log.fork && log.decision.empty());
    if (!open) continue;
    const std::string decision = std::string(kByCharter) + std::to_string(version);
    if (auto decided = node.forks->decide(origin, decision); !decided) return decided;
    node.log.warning("forks.decided", {{"origin", origin}, {"decision", decision}});
  }
  return ok();
}

/// A later version may take a seal back; what it had settled is open again.
Status reopen_forks(const NodeParts& node, const Charter& charter) {
  for (const ForkedLog& log : node.forks->forked()) {
    if (!log.decision.starts_with(kByCharter) || seal_of(charter, log.origin) != nullptr) continue;
    if (auto opened = node.forks->decide(log.origin, ""); !opened) return opened;
  }
  return ok();
}

/// A history that was put aside before may be the right one after all.
Result<bool> take_back(const NodeParts& node, const std::string& origin, const LogEnd& end) {
  const auto asides = node.store->histories().aside(origin);
  if (!asides) return asides.error();
  for (const LogId aside : *asides) {
    const auto right = fits(node.store->reader(), aside, end);
    if (!right) return right.error();
    if (!*right) continue;
    if (auto back = node.store->histories().take_back(aside); !back) return back.error();
    node.log.warning("sealed.taken_back", {{"origin", origin}});
    node.indexer->fold_again(origin);
    return true;
  }
  return false;
}

Status put_aside(NodeParts& node, const KnownLog& log) {
  if (const auto anew = node.store->histories().set_aside(log.id); !anew) return anew.error();
  node.log.warning("sealed.put_aside", {{"origin", log.origin}});
  node.indexer->fold_again(log.origin);
  node.replicator->wake();
  return ok();
}

/// A process that ended right after putting a history aside may have left its entries in the
/// catalogue.
Status fold_again_once(NodeParts& node, const std::string& origin) {
  const auto asides = node.store->histories().aside(origin);
  if (!asides) return asides.error();
  if (!asides->empty() && node.refolded.insert(origin).second) node.indexer->fold_again(origin);
  return ok();
}

/// Whether the mirror is the history that was sealed, or one that was put aside before is. Another
/// history is put aside.
Result<bool> is_right(NodeParts& node, const KnownLog& log, const LogEnd& end) {
  LogReader& reader = node.store->reader();
  auto right = fits(reader, log.id, end);
  if (!right || *right) return right;
  auto back = take_back(node, log.origin, end);
  if (!back || *back) return back;
  const auto stored = reader.stored(log.id);
  if (!stored) return stored.error();
  if (*stored < end.size) return false;  // not all of it is here yet
  if (auto aside = put_aside(node, log); !aside) return std::move(aside).error();
  return false;
}

/// False as long as the mirror does not hold the sealed history.
Result<bool> settle_mirror(NodeParts& node, const KnownLog& log, const LogEnd& end) {
  auto right = is_right(node, log, end);
  if (!right || !*right) return right;
  const auto mirror = node.store->reader().log_by_origin(log.origin);  // may be another one now
  if (!mirror) return mirror.error();
  if (auto served = serve_end(node, *mirror, end); !served) return std::move(served).error();
  return true;
}

Status settle(NodeParts& node, const SealedLog& seal, std::uint64_t version) {
  const auto log = node.store->reader().log_by_origin(seal.origin);
  if (!log) return log.error().code == ErrorCode::kNotFound ? ok() : Status(log.error());
  if (auto folded = fold_again_once(node, seal.origin); !folded) return folded;
  if (!log->own) {
    const auto settled = settle_mirror(node, *log, {seal.size, seal.root});
    if (!settled) return settled.error();
    if (!*settled) return ok();
  }
  if (auto decided = decide_forks(node, seal.origin, version); !decided) return decided;
  node.indexer->wake();
  return ok();
}

}  // namespace

std::optional<LogEnd> sealed_end(const NodeParts& node, std::string_view origin) {
  const auto current = node.charter ? node.charter->current() : std::nullopt;
  return current ? end_of(current->charter, origin) : std::nullopt;
}

std::string record_line(const NodeParts& node, std::string_view origin) {
  const auto current = node.charter ? node.charter->current() : std::nullopt;
  return current ? line_of(current->charter, origin, node.own.origin) : std::string(origin);
}

void go_on_with_records(NodeParts& node) {
  const auto current = node.charter->current();
  if (!current) return;
  std::vector<EarlierLog> logs;
  bool here = true;
  for (const SealedLog* seal : continued_by(current->charter, node.own.origin)) {
    logs.push_back({seal->origin, seal->size, seal->root});
    here = here && sealed_here(node, *seal) == SealedHere::kComplete;
  }
  if (auto known = node.own_log->go_on_with(logs, here); !known)
    node.log.error("sealed.failed", error_fields(known.error()));
}

void settle_seals(NodeParts& node) {
  const auto current = node.charter->current();
  if (!current) return;
  const std::lock_guard one_at_a_time(node.sealing);
  const Charter& charter = current->charter;
  if (auto opened = reopen_forks(node, charter); !opened)
    node.log.error("sealed.failed", error_fields(opened.error()));
  for (const SealedLog& seal : charter.sealed) {
    if (auto settled = settle(node, seal, charter.version); !settled)
      node.log.error("sealed.failed", error_fields(settled.error()));
  }
  if (node.publisher) go_on_with_records(node);
}

void begin_sealed_anew(NodeParts& node, const PullJob& job, const PullReport& report) {
  if (!job.end || !report.contradiction) return;
  const std::lock_guard one_at_a_time(node.sealing);
  // Another pull, or the charter's adoption, may have done it meanwhile.
  const auto current = node.store->reader().log_by_origin(job.log.origin);
  if (!current || current->id != job.log.id) return;
  // The head that was pulled for is the one of the charter, so what is stored is something else.
  if (auto aside = put_aside(node, job.log); !aside)
    node.log.error("sealed.failed", error_fields(aside.error()));
}

SealedHere sealed_here(const NodeParts& node, const SealedLog& seal) {
  LogReader& reader = node.store->reader();
  const auto log = reader.log_by_origin(seal.origin);
  if (!log) return SealedHere::kUnknown;
  const auto right = fits(reader, log->id, {seal.size, seal.root});
  return right && *right ? SealedHere::kComplete : SealedHere::kMissing;
}

std::optional<Error> own_log_sealed(const NodeParts& node) {
  const auto current = node.charter->current();
  const SealedLog* seal = current ? seal_of(current->charter, node.own.origin) : nullptr;
  if (seal == nullptr) return std::nullopt;
  return Error{ErrorCode::kQuarantined,
               "the charter has sealed this log",
               "recovery.sealed",
               {{"size", std::to_string(seal->size)},
                {"reason", seal->reason},
                {"successor", seal->successor.empty() ? "-" : seal->successor}}};
}

}  // namespace dure::node
