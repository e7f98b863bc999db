// SPDX-License-Identifier: Apache-2.0
// Says of other logs' heads: I hold the leaves and every public body up to here. Spec: C2SP
// tlog-mirror, PROTOCOL.md §19.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "dure/key.h"
#include "replication/ports.h"
#include "witnessing/ports.h"

namespace dure::node {

/// Everything pointed to must outlive the cosigner.
struct MirrorCosignerPorts {
  MirroredHeads* heads = nullptr;
  LogReader* logs = nullptr;
  const Signer* signer = nullptr;     // KeyType::kCosignatureV1, named `<member>/mirror`
  std::function<std::int64_t()> now;  // POSIX seconds
  /// Was the body of this entry erased on demand? An absent body needs a reason.
  std::function<bool(std::string_view origin, std::uint64_t index)> erased;
};

/// Threads: any. Heads of one log take turns; different logs share commits.
class MirrorCosigner {
 public:
  /// What is stored here may be older than what was cosigned (a backup was put back): then it is
  /// looked through again from there. Errors: kStorage.
  static Result<std::unique_ptr<MirrorCosigner>> open(MirrorCosignerPorts ports);
  ~MirrorCosigner();

  /// Everything under `head`, a verified note of the log `log`, is durable here. Cosigns it unless
  /// a body is missing without a reason, or an earlier cosignature says otherwise.
  ///
  /// Errors: kNotFound (a body is missing), kInconsistent (contradicts an earlier cosignature),
  /// kStorage. None of them concerns the mirror itself.
  Status completed(LogId log, std::string_view head);

  /// `note` with our cosignature, if that exact head was cosigned; else as it was.
  std::string with_cosignature(std::string note) const;

  const VerifierKey& verifier() const { return ports_.signer->verifier(); }

 private:
  struct Log;
  explicit MirrorCosigner(MirrorCosignerPorts ports) : ports_(std::move(ports)) {}
  std::shared_ptr<Log> log_at(const std::string& origin);
  Status reset_to_stored(MirroredHead head);
  Status look_for_bodies(Log& log, LogId id, std::uint64_t size);
  Status check_growth(const MirroredHead& before, LogId id, const Checkpoint& next);
  Status sign(Log& log, const Checkpoint& head, Note note);

  const MirrorCosignerPorts ports_;
  mutable std::mutex mutex_;  // guards the map, not what it points to
  std::map<std::string, std::shared_ptr<Log>, std::less<>> logs_;  // by origin
};

}  // namespace dure::node
