// SPDX-License-Identifier: Apache-2.0
// Cosigns the heads of other logs as long as their histories only grow. Spec: C2SP tlog-witness.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "dure/key.h"
#include "witnessing/ports.h"

namespace dure::node {

/// Whom a witness knows: origin → keys of the log.
using WitnessedLogs = std::map<std::string, std::vector<VerifierKey>, std::less<>>;

struct WitnessPorts {
  WitnessedHeads* heads = nullptr;
  const Signer* signer = nullptr;     // cosigns
  std::function<std::int64_t()> now;  // POSIX seconds
  /// A head with the log's signature that was not cosigned because it did not grow out of
  /// `recorded` (the note cosigned last; empty if none). May be empty.
  std::function<void(const std::string& note, const std::string& recorded,
                     const std::string& origin)>
      on_misfit = {};
  /// A head that was cosigned: its log announces it. Called before the answer; must be quick. May
  /// be empty.
  std::function<void(const std::string& origin, const std::string& note)> on_cosigned = {};
};

/// Threads: any. Requests for one log take turns; different logs share commits.
class Witness {
 public:
  /// Errors: kStorage.
  static Result<std::unique_ptr<Witness>> open(WitnessPorts ports);
  ~Witness();

  /// From now on these logs and no others. Logs that were cosigned before keep their state.
  void set_logs(const WitnessedLogs& logs);

  /// What add_checkpoint may answer besides an error.
  struct Outcome {
    std::string signature_line;  // ours; empty if the log is at another size
    std::uint64_t size = 0;      // of the newest head that we cosigned
  };
  /// The answer to the body of one add-checkpoint request. When it returns a signature, the new
  /// state is durable. Errors: kMalformed, kTooLarge, kNotFound (log), kBadSignature, kUnknownKey,
  /// kBadProof, kStorage.
  Result<Outcome> add_checkpoint(std::string_view body);

  /// The newest cosigned head, as a note. Errors: kNotFound. `hash` is origin_hash(origin).
  Result<std::string> checkpoint(std::string_view hash) const;

  const VerifierKey& verifier() const { return ports_.signer->verifier(); }

 private:
  struct Log;
  explicit Witness(WitnessPorts ports) : ports_(std::move(ports)) {}
  std::shared_ptr<Log> find(std::string_view origin) const;
  std::shared_ptr<Log> log_at(const std::string& origin);
  Status refresh(Log& log, const std::string& origin);
  Result<Outcome> take_turn(Log& log, const AddCheckpoint& request, Note note,
                            WitnessedHead& before);
  Result<Outcome> advance(Log& log, const AddCheckpoint& request, Note note);

  const WitnessPorts ports_;
  mutable std::shared_mutex mutex_;  // guards the two maps, not what they point to
  std::map<std::string, std::shared_ptr<Log>, std::less<>> logs_;     // by origin
  std::map<std::string, std::shared_ptr<Log>, std::less<>> by_hash_;  // by origin_hash(origin)
};

}  // namespace dure::node
