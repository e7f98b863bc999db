// SPDX-License-Identifier: Apache-2.0
#include "witnessing/witness.h"

#include <algorithm>
#include <mutex>

namespace dure::node {

/// One log's keys and what was cosigned of it.
struct Witness::Log {
  mutable std::mutex mutex;       // guards the rest; held while the next head is being made durable
  std::vector<VerifierKey> keys;  // none: not witnessed (any more)
  WitnessedHead head;
  bool known = true;  // false after a write whose outcome is not known: read again first
};

Result<std::unique_ptr<Witness>> Witness::open(WitnessPorts ports) {
  std::unique_ptr<Witness> witness(new Witness(std::move(ports)));
  auto heads = witness->ports_.heads->all();
  if (!heads) return std::move(heads).error();
  for (WitnessedHead& head : *heads) {
    const auto log = witness->log_at(head.origin);
    log->head = std::move(head);
  }
  return witness;
}

Witness::~Witness() = default;

/// Makes the log if it is new. The caller holds no lock.
std::shared_ptr<Witness::Log> Witness::log_at(const std::string& origin) {
  const std::unique_lock lock(mutex_);
  auto& log = logs_[origin];
  if (!log) {
    log = std::make_shared<Log>();
    log->head.origin = origin;
    by_hash_[origin_hash(origin)] = log;
  }
  return log;
}

std::shared_ptr<Witness::Log> Witness::find(std::string_view origin) const {
  const std::shared_lock lock(mutex_);
  const auto found = logs_.find(origin);
  return found == logs_.end() ? nullptr : found->second;
}

void Witness::set_logs(const WitnessedLogs& logs) {
  std::vector<std::pair<std::string, std::shared_ptr<Log>>> before;
  {
    const std::shared_lock lock(mutex_);
    before.assign(logs_.begin(), logs_.end());
  }
  for (const auto& [origin, log] : before) {
    if (logs.contains(origin)) continue;
    const std::lock_guard lock(log->mutex);
    log->keys.clear();
  }
  for (const auto& [origin, keys] : logs) {
    const auto log = log_at(origin);
    const std::lock_guard lock(log->mutex);
    log->keys = keys;
  }
}

Result<Witness::Outcome> Witness::add_checkpoint(std::string_view body) {
  const auto request = parse_add_checkpoint(body);
  if (!request) return request.error();
  const auto log = find(request->checkpoint.origin);
  const Error unknown{ErrorCode::kNotFound, "this witness does not know the log " +
                                                printable(request->checkpoint.origin)};
  if (log == nullptr) return unknown;
  std::vector<VerifierKey> keys;
  {
    const std::lock_guard lock(log->mutex);
    keys = log->keys;
  }
  if (keys.empty()) return unknown;
  // Before its turn: verifying takes as long as everything else here.
  const auto note = authenticate(*request, keys);
  if (!note) return note.error();
  WitnessedHead before;
  auto outcome = take_turn(*log, *request, *note, before);
  const Checkpoint& shown = request->checkpoint;
  const bool known = shown.size == before.tree.size && shown.root == before.tree.root;
  if (outcome && !outcome->signature_line.empty() && ports_.on_cosigned)
    ports_.on_cosigned(shown.origin, format_note(*note));
  const bool refused =
      outcome ? outcome->signature_line.empty() : outcome.error().code == ErrorCode::kBadProof;
  if (refused && !known && ports_.on_misfit)
    ports_.on_misfit(format_note(*note), before.note, shown.origin);
  return outcome;
}

/// Waits until no other request for the log is at work. `before`: what was recorded then.
Result<Witness::Outcome> Witness::take_turn(Log& log, const AddCheckpoint& request, Note note,
                                            WitnessedHead& before) {
  const std::lock_guard lock(log.mutex);
  if (!log.known) {
    if (auto read = refresh(log, request.checkpoint.origin); !read) return std::move(read).error();
  }
  if (ports_.on_misfit) before = log.head;
  return advance(log, request, std::move(note));
}

Status Witness::refresh(Log& log, const std::string& origin) {
  auto heads = ports_.heads->all();
  if (!heads) return std::move(heads).error();
  const auto found = std::find_if(heads->begin(), heads->end(),
                                  [&](const WitnessedHead& head) { return head.origin == origin; });
  log.head = found == heads->end() ? WitnessedHead{origin, {}, 0, {}} : std::move(*found);
  log.known = true;
  return ok();
}

/// One compare-and-swap of the log's head. The caller holds the log's mutex.
Result<Witness::Outcome> Witness::advance(Log& log, const AddCheckpoint& request, Note note) {
  const auto grown = check_growth(request, log.head.tree);
  if (!grown && grown.error().code == ErrorCode::kConflict) return Outcome{{}, log.head.tree.size};
  if (!grown) return grown.error();
  // A clock that was set back must not make an older statement look newer.
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(ports_.now(), 1));
  const std::uint64_t time = std::max(now, log.head.time);
  const auto line = cosign(note.text, *ports_.signer, time);
  if (!line) return line.error();
  note.signatures.push_back(*line);
  const Checkpoint& tree = request.checkpoint;
  WitnessedHead next{tree.origin, {tree.size, tree.root}, time, format_note(note)};
  if (auto kept = ports_.heads->replace(log.head, next); !kept) {
    log.known = false;
    return std::move(kept).error();
  }
  log.head = std::move(next);
  return Outcome{format_signature(*line), log.head.tree.size};
}

Result<std::string> Witness::checkpoint(std::string_view hash) const {
  std::shared_ptr<Log> log;
  {
    const std::shared_lock lock(mutex_);
    const auto found = by_hash_.find(hash);
    if (found != by_hash_.end()) log = found->second;
  }
  if (log != nullptr) {
    const std::lock_guard lock(log->mutex);
    if (!log->head.note.empty()) return log->head.note;
  }
  return Error{ErrorCode::kNotFound, "this witness has not cosigned a log with this hash"};
}

}  // namespace dure::node
