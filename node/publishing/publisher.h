// SPDX-License-Identifier: Apache-2.0
// Turns submissions into entries of the own log, each covered by a durable signed head before it is
// acknowledged.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/entry.h"
#include "dure/erasure.h"
#include "dure/key.h"
#include "publishing/ports.h"
#include "publishing/recovery.h"

namespace dure::node {

/// What somebody wants to publish; the body has been validated.
struct Submission {
  std::string type;
  std::optional<std::string> id;              // given: a revision of that record
  std::string body;                           // exact bytes, UTF-8, at most kMaxBodyBytes
  std::string source;                         // "<scheme>:<value>" of an imported record, or empty
  std::optional<std::uint64_t> expected_rev;  // refuse unless this is the newest revision
  std::optional<std::uint64_t> target;        // of an `erase` entry: the index that it erases
  std::optional<SealedEntry> sealed;          // of an `erase-sealed` entry: what it erases
  EntryClass entry_class = EntryClass::kPublic;  // a withdrawal takes over its record's
  bool of_this_log = false;  // says something of this log only: earlier generations do not matter
};

struct Receipt {
  std::string id;
  std::uint64_t rev = 0;
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of a durable signed head that covers `index`
  bool unchanged =
      false;  // the imported record was there already with the same body; nothing was added
  std::string origin = {};      // of the sealed log where it was there; empty: the own log
  std::string state = "local";  // on this node's disk and signed
};

/// The publisher's surroundings. Everything pointed to must outlive it.
struct PublisherPorts {
  std::string origin;
  OwnLog* log = nullptr;
  HeadLock* head_lock = nullptr;
  const Signer* signer = nullptr;     // the log key
  std::function<std::int64_t()> now;  // POSIX seconds
  std::function<void(std::span<std::uint8_t>)>
      random;  // unpredictable bytes; called from any thread
  /// This head is durable and public. Called for the one that is found at the start and for each
  /// new one, from the thread that signs: it must be quick. May be empty.
  std::function<void(const SignedCheckpoint&)> on_head = {};
  /// True: no thread is started; whoever publishes or resumes does its work. For one caller at a
  /// time that wants the same run twice.
  bool in_callers_thread = false;
  const Signer* second = nullptr;  // signs heads, too, while one log key replaces the other
};

inline constexpr std::size_t kMaxGroupEntries = 20'000;  // of one publish_all
inline constexpr std::size_t kMaxGroupBytes = std::size_t{64} << 20;

/// Threads: any.
class Publisher {
 public:
  /// Starts the publishing thread (unless the ports say otherwise), which first signs a head if
  /// leaves are ahead of it (or there is none yet).
  static std::unique_ptr<Publisher> start(PublisherPorts ports, const Recovered& recovered);
  /// Finishes what was accepted; later submissions are refused.
  ~Publisher();

  /// Returns once the entry is durable and covered by a durable signed head.
  ///
  /// Errors: kInvalid, kTooLarge, kNotFound (no such record), kGone (withdrawn), kConflict
  /// (revision, type, source, class), kStorage (ask again: it may or may not have been kept),
  /// kQuarantined, kUnavailable (closing).
  Result<Receipt> publish(Submission submission);
  /// All or none, in one commit, as consecutive entries. If one is refused, the others answer
  /// kRefused
  /// (`publishing.group-refused`). Errors: kTooLarge over kMaxGroupEntries or kMaxGroupBytes.
  std::vector<Result<Receipt>> publish_all(std::vector<Submission> submissions);
  /// Publishes a tombstone; the record stays readable in history.
  Result<Receipt> withdraw(std::string id, std::string_view reason);

  /// Publishes one erase entry for each of `targets`, then for each of `sealed`, which stand in
  /// logs that this one goes on with, all or none. `reason` is one of erasure_reasons(). Errors:
  /// also kInvalid (a target that is not in the log).
  std::vector<Result<Receipt>> erase(std::span<const std::uint64_t> targets,
                                     std::span<const SealedEntry> sealed, std::string_view reason);

  /// From now on nothing is signed, because of `reason`.
  void stop_signing(const Error& reason);
  /// Ends a quarantine that `recovered` found when the publisher was started, now that the own log
  /// has been healed. One that came up later stays.
  void resume(const Recovered& recovered);

  /// Why nothing is signed; empty in normal operation.
  std::optional<Error> quarantine() const;
  /// Size of the newest durable signed head.
  std::uint64_t signed_size() const;

 private:
  class Impl;
  explicit Publisher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dure::node
