// SPDX-License-Identifier: Apache-2.0
// Asks witnesses beside the charter's, which the operator named, for cosignatures of the own log's
// heads. Nothing waits for them and they make nothing final. Spec: PROTOCOL.md §24.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "dure/merkle.h"
#include "replication/backoff.h"
#include "replication/ports.h"
#include "witnessing/asking.h"
#include "witnessing/head_tally.h"
#include "witnessing/ports.h"

namespace dure::node {

struct IndependentWitness {
  std::string name;  // the operator's
  VerifierKey key;
  std::string url;  // what stands before /add-checkpoint
};

struct IndependentPorts : AskingPorts {
  IndependentHeads* heads = nullptr;
  /// What they may be asked about now: a head of `least` entries or more.
  std::function<std::optional<SignedCheckpoint>(std::uint64_t least)> head;
  std::function<std::uint64_t()> newest_size;  // of the newest signed head
  /// A note of the own log with the cosignatures of the charter's witnesses.
  std::function<std::string(std::string note)> with_cosignatures;
};

struct IndependentOptions {
  std::chrono::milliseconds refresh{900'000};  // an idle log is cosigned again so often
  std::chrono::milliseconds patience{5'000};   // then a newer head takes an unfinished one's place
  std::chrono::milliseconds look{1'000};       // for a head, while there is a newer one
  BackoffOptions backoff{std::chrono::milliseconds{1'000}, std::chrono::milliseconds{300'000}};
};

struct IndependentStatus {
  std::string name, url;
  std::uint64_t size = 0, time = 0;  // its newest cosignature; POSIX seconds; 0: none yet
  std::optional<Error> error;        // why its last answer did not count
};

/// Threads: any.
class IndependentWitnesses {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Errors: kStorage.
  static Result<std::unique_ptr<IndependentWitnesses>> open(
      std::vector<IndependentWitness> witnesses, IndependentPorts ports,
      IndependentOptions options = {});
  ~IndependentWitnesses();

  std::size_t count() const { return seats_.size(); }
  /// There may be another head to ask about. Returns at once.
  void wake();
  /// Asks whoever is due until `stop`. With count() threads nobody waits for another.
  void work(const std::stop_token& stop);
  /// Somebody who is to be asked now and is given to nobody else until ask() returns.
  std::optional<std::size_t> take();
  void ask(std::size_t which);
  /// When take() may have somebody again if nothing happens before; nothing: never.
  std::optional<Time> next_due() const;

  std::vector<IndependentStatus> report() const;
  /// The newest head that was cosigned, with all cosignatures known when it was stored.
  std::optional<std::string> note() const;
  /// `note` with their cosignatures of exactly this head.
  std::string with_cosignatures(std::string note) const;

 private:
  struct Seat;
  struct Job;

  IndependentWitnesses(std::vector<IndependentWitness> witnesses, IndependentPorts ports,
                       IndependentOptions options);
  Status load();
  void remember(const SignedCheckpoint& head);
  void wait_for_news(const std::stop_token& stop, std::unique_lock<std::mutex>& lock);

  // The caller holds mutex_.
  bool is_due(const Seat& seat, Time now) const;
  bool all_settled() const;
  void choose_head(Time now);
  std::optional<std::size_t> due_seat(Time now);
  std::optional<Time> next_due_locked(Time now) const;
  void changed();

  std::optional<Job> begin(Seat& seat);
  Result<Cosignature> cosignature_of(const Job& job);
  std::optional<Error> judge_size(const Job& job, std::uint64_t asked, std::uint64_t told);
  Status check_time(const Job& job, const Cosignature& cosignature) const;
  void show_evidence(const Job& job);
  void note_granted(const Job& job, const Cosignature& cosignature);
  void note_failure(const Job& job, const Error& error);
  std::optional<std::string> note_to_keep() const;
  Status keep(const Job& job, const Cosignature* cosignature);

  const IndependentPorts ports_;
  const IndependentOptions options_;

  std::mutex storing_;  // one stores at a time

  mutable std::mutex mutex_;  // guards what follows; never held across I/O
  std::condition_variable_any changed_;
  std::uint64_t epoch_ = 0;  // counts what may give a waiting thread something to do
  std::vector<std::unique_ptr<Seat>> seats_;
  // One head at a time, as for the charter's: else no two would cosign the same one on a busy log.
  std::optional<HeadTally> asked_;
  Time asked_since_{};
  std::uint64_t least_ = 0;          // no smaller head is asked about
  std::optional<std::string> kept_;  // stored; nothing else is shown
  std::string kept_text_;
  std::size_t kept_count_ = 0;
};

}  // namespace dure::node
