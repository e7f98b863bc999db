// SPDX-License-Identifier: Apache-2.0
// Makes backups when they are due, checks each by reading it back, and lets outdated ones go.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backup/ports.h"
#include "backup/recipient.h"
#include "backup/schedule.h"

namespace dure::node {

struct BackupPlan {
  std::string origin;
  std::int64_t every = 86'400;  // seconds
  KeepRule keep;
  std::optional<BackupRecipient> recipient;  // nothing: anybody can read them
};

struct FinishedBackup {
  std::string name;
  std::int64_t time = 0;  // POSIX seconds
  std::uint64_t bytes = 0;
};

struct BackupReport {
  std::optional<FinishedBackup> newest;  // that is not from the future
  std::uint64_t count = 0, bytes = 0;    // of all finished ones
  std::int64_t since = 0;                // when this was first looked at; POSIX seconds
  std::optional<Error> last_error;       // of the last attempt, or why the folder cannot be read
  std::int64_t failed_at = 0;            // when that attempt was; POSIX seconds; 0: it did not fail
};

/// Threads: any; one backup at a time.
class BackupKeeper {
 public:
  BackupKeeper(BackupPorts ports, BackupPlan plan);

  /// Makes a backup if one is due. Returns after how long to call again, at most a minute: the
  /// clock may be set, and somebody may take files away.
  std::chrono::seconds step();
  /// Makes one now. Errors: kConflict (one is being made), kStorage, kInvalid (recipient), those of
  /// the contents. An outdated one that cannot be removed fails nothing; report() tells it.
  Result<FinishedBackup> make();
  /// Looks at the folder. Errors: kStorage.
  Result<std::vector<FinishedBackup>> list() const;
  /// What was known at the last look; looks if there was none.
  BackupReport report();
  const BackupPlan& plan() const { return plan_; }

 private:
  struct Written;
  Result<FinishedBackup> make_alone();
  Result<Written> write(NewBackup& file, BackupContents& contents) const;
  /// The bytes of the file.
  Result<std::uint64_t> check(NewBackup& file, const Written& written) const;
  void let_go(std::int64_t made);
  Status look();
  std::int64_t rest() const;
  void failed(const Error& error);
  void stayed(const Error& error);

  const BackupPorts ports_;
  const BackupPlan plan_;
  std::mutex making_;         // held while a backup is made
  mutable std::mutex mutex_;  // guards what follows
  BackupReport report_;
  std::vector<std::int64_t> times_;  // of finished ones, at the last look
  std::optional<Error> look_error_;  // why that look saw nothing
  bool looked_ = false;
};

}  // namespace dure::node
