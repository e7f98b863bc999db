// SPDX-License-Identifier: Apache-2.0
// What erasing needs from storage: a journal that no backup brings back, and the bodies.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "dure/erasure.h"
#include "replication/ports.h"

namespace dure::node {

enum class ErasureStage {
  kPlanned = 0,  // written down before the erase entry is appended to the own log; or while it is
                 // not known whether it binds
  kBinding = 1,  // the erase entry is verified: its target is never stored or served again
  kErased = 2,   // and nothing of it is left in the files
};

/// One erase entry, own or mirrored, and how far its target is erased here.
struct Erasure {
  std::string origin;  // of the log with the erase entry
  std::uint64_t erase_index = 0;
  std::string target_origin;  // of the sealed log with the target; empty: the same log
  std::uint64_t target = 0;
  Hash commitment{};       // of the target's leaf; zeros while that leaf is not here
  std::string reason;      // a code of erasure_reasons(), or empty if it is not known here
  std::uint64_t time = 0;  // when it was written down, POSIX seconds
  ErasureStage stage = ErasureStage::kBinding;
  std::string receipt;  // ours, once kErased

  bool of_sealed() const { return !target_origin.empty(); }
  const std::string& target_log() const { return of_sealed() ? target_origin : origin; }
};

/// Another node's receipt for an erasure that this node asked for.
struct PeerReceipt {
  std::string origin;
  std::uint64_t erase_index = 0;
  std::string peer;        // origin of the node that signed
  std::uint64_t time = 0;  // that it tells, POSIX seconds
  std::string note;
};

/// Kept with the head lock: no backup brings an older state back. Every write is durable when it
/// returns. Threads: any. Errors: kStorage (state unknown).
class ErasureJournal {
 public:
  virtual ~ErasureJournal() = default;
  /// By origin and erase_index.
  virtual Result<std::vector<Erasure>> erasures() = 0;
  /// Writes down new ones and replaces known ones, all or none.
  virtual Status put(std::span<const Erasure> erasures) = 0;
  /// Forgets a planned one whose entry was never appended. Binding ones stay for ever.
  virtual Status drop_planned(std::string_view origin, std::uint64_t erase_index) = 0;

  virtual Result<std::vector<PeerReceipt>> receipts() = 0;
  /// The first receipt of a peer for an erasure stays.
  virtual Status keep_receipt(const PeerReceipt& receipt) = 0;

  /// Whether every log was searched for erase entries since the journal was made.
  virtual Result<bool> is_complete() = 0;
  virtual Status set_complete() = 0;
  /// The state of the catalogue's file that was swept last.
  virtual Result<CatalogueMark> catalogue_mark() = 0;
  virtual Status set_catalogue_mark(const CatalogueMark& mark) = 0;
};

enum class Sweep {
  kSearch,   // rewrite the file only if a trace of what erase() took is found in it
  kRewrite,  // what was taken is not known any more: rewrite it
};

/// The bodies of all logs. Threads: any. Errors: kStorage.
class BodyStore {
 public:
  virtual ~BodyStore() = default;
  /// Those of `indexes` whose bodies are here.
  virtual Result<std::vector<std::uint64_t>> present(LogId log,
                                                     std::span<const std::uint64_t> indexes) = 0;
  /// Takes bodies, salts and what was indexed from them away, durably. Entries that are not here
  /// are passed over.
  virtual Status erase(LogId log, std::span<const std::uint64_t> indexes) = 0;
  /// Leaves no trace in the files of what was erased. Errors: also kUnavailable (a long read is
  /// under way; try again).
  virtual Status sweep(Sweep how) = 0;
};

}  // namespace dure::node
