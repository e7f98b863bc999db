// SPDX-License-Identifier: Apache-2.0
// Asks the witnesses and mirrors that the charter assigns to the own log for cosignatures of its
// newest head, and knows which head is final. Spec: PROTOCOL.md §19.
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

#include "dure/charter.h"
#include "dure/merkle.h"
#include "dure/quorum.h"
#include "replication/backoff.h"
#include "replication/ports.h"
#include "witnessing/asking.h"
#include "witnessing/head_tally.h"
#include "witnessing/ports.h"

namespace dure::node {

struct CosigningPorts : AskingPorts {
  FinalHeads* heads = nullptr;
  std::function<void(std::uint64_t size)> on_final = {};  // may be empty
};

struct CosigningOptions {
  std::chrono::milliseconds refresh{900'000};  // an idle log is cosigned again so often
  std::chrono::milliseconds patience{2'000};   // then a newer head takes an unfinished one's place
  std::chrono::milliseconds wait_beside{5'000};   // for a final head, before others get another
  std::chrono::milliseconds first_look{12};       // at a mirror, after it heard of the head
  std::chrono::milliseconds longest_look{2'000};  // between two looks; they double
  BackoffOptions backoff{std::chrono::milliseconds{1'000}, std::chrono::milliseconds{60'000}};
};

/// What is known of one member that is asked.
struct CosignerStatus {
  std::string member;
  std::string url;  // empty: it takes no connections, so nobody asks it
  bool witness = false;
  bool mirror = false;
  std::uint64_t size = 0, time = 0;  // its newest cosignature as a witness; POSIX seconds
  std::uint64_t mirrored_size = 0, mirrored_time = 0;  // and as a mirror
  std::optional<Error> error;                          // why its last answer did not count
};

struct FinalityReport {
  Quorum quorum;
  std::size_t mirrors = 0;       // members that are asked as mirrors
  std::uint64_t size = 0;        // of the newest signed head
  std::uint64_t final_size = 0;  // of the newest final one
  std::optional<Error> error;    // the newest final head cannot be stored
  std::vector<CosignerStatus> cosigners;
};

/// Threads: any.
class Cosigning {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Errors: kStorage.
  static Result<std::unique_ptr<Cosigning>> open(CosigningPorts ports,
                                                 CosigningOptions options = {});
  ~Cosigning();

  /// From now on the witnesses that this charter assigns are asked, and those of them that mirror
  /// (other members that do, if none of them does).
  void follow(const Charter& charter);
  /// A head of the own log is durable and public. Returns at once.
  void head_signed(const SignedCheckpoint& head);

  /// Asks whoever is due until `stop`. Several threads at once ask different members.
  void work(const std::stop_token& stop);
  /// A member that is to be asked now; nobody else is given it until ask(member) returns.
  std::optional<std::string> take();
  /// One exchange with the member that take() gave.
  void ask(const std::string& member);
  /// When take() may have somebody again if nothing happens before; nothing: never.
  std::optional<Time> next_due() const;

  /// Whether a final head covers `size` entries; waits for it at most `longest`.
  bool wait_final(std::uint64_t size, std::chrono::milliseconds longest,
                  const std::stop_token& stop = {});
  std::uint64_t final_size() const;
  FinalityReport report() const;
  /// `note` with the cosignatures collected for exactly this head of the own log.
  std::string with_cosignatures(std::string note) const;
  /// The newest head of the own log that has the quorum of its witnesses, with cosignatures.
  std::optional<std::string> quorum_head() const;
  /// The head that witnesses beside the charter's are asked about, with the log's signature only:
  /// the newest final one or, if nothing became final for a while or can, the newest; of `least`
  /// entries or more.
  std::optional<SignedCheckpoint> head_beside(std::uint64_t least) const;
  /// Whether `note`, whose cosignatures verified once, has the quorum of the witnesses.
  bool has_quorum(std::string_view note) const;
  /// Of the newest signed head.
  std::uint64_t newest_size() const;
  /// Never falls; changes with quorum_head().
  std::uint64_t changes() const;

 private:
  struct Seat;
  struct Job;
  using SeatPointer = std::shared_ptr<Seat>;

  Cosigning(CosigningPorts ports, CosigningOptions options);
  Status load();
  void work_once(const std::stop_token& stop, std::unique_lock<std::mutex>& lock);

  // The caller holds mutex_.
  SeatPointer find(const std::string& member) const;
  bool witness_due(const Seat& seat, Time now) const;
  bool mirror_due(const Seat& seat, Time now) const;
  std::string with_cosigners(std::string note) const;
  bool candidate_is_final() const;
  bool newest_is_final() const;
  bool mirror_wanted() const;
  bool choose_candidate(Time now);
  void begin_candidate(Time now);
  std::optional<SeatPointer> due_seat(Time now);
  std::optional<Time> earliest(const Seat& seat, Time now) const;
  std::optional<Time> next_due_locked(Time now) const;
  void changed();

  void ask_seat(const SeatPointer& seat);
  std::optional<Job> begin(const SeatPointer& seat);
  Source* source_of(Seat& seat, Status& opened);
  Result<Cosignature> cosignature_of(const Job& job);
  std::optional<Error> judge_size(const Job& job, std::uint64_t asked, std::uint64_t told);
  Status check_time(const Job& job, const Cosignature& cosignature) const;
  void show_evidence(const Job& job);
  void note_witness(const Job& job, Result<Cosignature> answer);
  Result<MirrorAnswer> mirror_of(const Job& job);
  void note_mirror(const Job& job, Result<MirrorAnswer> answer);
  void tell_failure(const Job& job, const Error& error) const;
  void settle();

  const CosigningPorts ports_;
  const CosigningOptions options_;

  std::mutex storing_;  // one stores at a time

  mutable std::mutex mutex_;  // guards what follows; never held across I/O
  std::condition_variable_any changed_;
  std::uint64_t epoch_ = 0;  // counts what may give a waiting thread something to do
  std::vector<SeatPointer> seats_;
  std::vector<WitnessSeat> witnesses_;
  std::size_t mirrors_ = 0;
  std::optional<SignedCheckpoint> newest_;
  Time behind_since_{};  // since when the newest final head is not the newest one
  // The head that is asked about. A newer one waits until it is final: if every witness were always
  // asked about the newest, a busy log would never have enough of them for any one head.
  std::optional<HeadTally> candidate_;
  Time candidate_since_{};
  std::optional<SignedCheckpoint> final_;
  std::string final_note_;
  std::optional<Error> store_error_;
  std::uint64_t changes_ = 0;
};

}  // namespace dure::node
