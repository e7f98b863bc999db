// SPDX-License-Identifier: Apache-2.0
// What is kept of logs that may have told two histories: heads, suspicions, fork proofs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/result.h"

namespace dure::node {

enum class Standing {
  kOpen = 0,         // not compared with its log yet
  kFits = 1,         // a prefix of what is stored
  kContradicts = 2,  // cannot be true together with what is stored, or with another head
};

/// A head with a valid signature by its log.
struct SeenHead {
  Checkpoint checkpoint;
  std::string note;
  std::string shown_by;         // URL of whoever showed it; empty: it came to our witness
  std::int64_t first_seen = 0;  // POSIX seconds
  Standing standing = Standing::kOpen;
};

inline constexpr std::size_t kMaxFittingHeads = 32;  // of each log; older ones may go
inline constexpr std::size_t kMaxOpenHeads = 1024;   // of each log; further ones are not kept

/// Two signed heads of one log that cannot both be true. The log is not followed meanwhile.
struct Suspicion {
  std::string origin;
  std::string known;     // a note that fits what we hold; may be empty
  std::string offered;   // the one that does not
  std::string shown_by;  // URL
  std::int64_t since = 0;
};

/// A fork proof that was verified.
struct KeptFork {
  std::string name;  // hex(SHA-256(file))
  std::string origin;
  std::string file;
  std::int64_t since = 0;
  std::string decision;  // why nothing is withheld any more; empty: undecided
};

/// Durable evidence. Every write is durable when it returns, and may have happened if it fails.
/// Threads: any.
class EvidenceStore {
 public:
  virtual ~EvidenceStore() = default;

  /// Adds heads; one that is known keeps its note and time and gets the new standing, unless it
  /// contradicts already. Then drops all but the newest fitting ones, and open ones over the bound.
  /// A head that contradicts is never dropped.
  virtual Status keep(std::span<const SeenHead> heads) = 0;
  /// By size and root.
  virtual Result<std::vector<SeenHead>> heads(std::string_view origin) = 0;

  /// One for each log: the first stays.
  virtual Status suspect(const Suspicion& suspicion) = 0;
  /// The log may be followed again; its heads and proofs stay.
  virtual Status dismiss(std::string_view origin) = 0;
  virtual Result<std::vector<Suspicion>> suspicions() = 0;

  /// Adds `fork` and drops the fork named `instead_of` (if it is not empty), both or neither.
  virtual Status keep_fork(const KeptFork& fork, std::string_view instead_of) = 0;
  /// Writes down why the entries of `origin` are shown again.
  virtual Status decide(std::string_view origin, std::string_view decision) = 0;
  /// By name.
  virtual Result<std::vector<KeptFork>> forks() = 0;
};

}  // namespace dure::node
