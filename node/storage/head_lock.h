// SPDX-License-Identifier: Apache-2.0
// head.db: the head lock. Made once by `init`, never created again, never part of a backup.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "erasing/ports.h"
#include "membership/charter_store.h"
#include "publishing/ports.h"
#include "storage/quick_check.h"
#include "witnessing/ports.h"

namespace dure::node {

/// One file decides which heads were ever signed, of the own log and as a witness or mirror of
/// others, and which charter counts.
class HeadLockFile : public HeadLock,
                     public WitnessedHeads,
                     public CharterStore,
                     public MirroredHeads,
                     public FinalHeads,
                     public IndependentHeads {
 public:
  /// What was erased, in the same file for the same reason.
  virtual ErasureJournal& erasures() = 0;
  /// Which of the seed's witness keys goes with the witnessed heads in this file. Errors: kStorage.
  virtual Result<std::uint64_t> witness_key_number() = 0;
  /// Lets go of `head`, the last of a log that is sealed: another generation begins without one.
  /// Errors: kConflict (it holds another), kStorage.
  virtual Status forget_head(std::string_view head) = 0;
  /// Looks over the file's structure for at most `longest`. Errors: kStorage.
  virtual Result<QuickCheck> look_over(std::chrono::milliseconds longest) = 0;
};

/// The witness key of a head lock made by `init`. One made later, after a loss, takes another: what
/// was cosigned under the first is not known any more.
inline constexpr std::uint64_t kFirstWitnessKey = 2;

/// Makes an empty head lock. Errors: kConflict if the file exists; kStorage.
Status create_head_lock(const std::string& path, std::uint64_t witness_key = kFirstWitnessKey);

/// Opens an existing head lock and holds it exclusively. A file of an earlier version is brought up
/// to date.
///
/// Errors: kStorage (`storage.head-lock-missing` if there is no file: it is never made here),
/// kUnsupported (newer version). Threads: any.
Result<std::unique_ptr<HeadLockFile>> open_head_lock(const std::string& path);

}  // namespace dure::node
