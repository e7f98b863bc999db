// SPDX-License-Identifier: Apache-2.0
// Asks the addresses in the own entries, one at a time, and keeps one notice on each entry in which
// some are dead.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "links/dead_notice.h"
#include "links/link_rules.h"
#include "links/ports.h"

namespace dure::node {

struct CheckerOptions {
  LinkRules rules;
  std::int64_t pause = 10;  // seconds between two questions to one host
};

struct CheckerReport {
  LinkCounts counts;
  std::uint64_t notices = 0;        // that stand now
  std::optional<Error> last_error;  // of the last step
};

/// Threads: step() one; report() any.
class LinkChecker {
 public:
  LinkChecker(LinkPorts ports, CheckerOptions options)
      : ports_(std::move(ports)), options_(options) {}

  /// Does one thing: reads the own entries anew, publishes and withdraws notices, or asks one
  /// address. Returns how long nothing will be to do. What fails is tried again by a later step.
  std::chrono::seconds step(const std::stop_token& stop);
  /// Errors: kStorage.
  Result<CheckerReport> report() const;

 private:
  using Notices = std::vector<const DeadNotice*>;
  Result<std::chrono::seconds> try_step(const std::stop_token& stop);
  Status read_entries(std::uint64_t pass);
  Status settle();
  Status settle_entry(const std::string& entry, const std::vector<KnownLink>& dead,
                      const Notices& standing);
  Status end_those_over(const Notices& notices);
  Result<bool> is_over(const DeadNotice& notice);
  Status give_up(const Notices& notices);
  Result<std::optional<KnownLink>> next_to_ask(std::int64_t now, std::int64_t& rest);
  Status ask(const KnownLink& before, const std::stop_token& stop);
  bool may_ask(const std::string& host, std::int64_t now, std::int64_t& rest);

  const LinkPorts ports_;
  const CheckerOptions options_;
  std::optional<std::uint64_t> read_version_;  // of the own entries that were read last
  std::vector<DeadNotice> notices_;            // that stood there
  bool unsettled_ = true;
  std::int64_t heard_at_ = 0;                                  // when anybody answered
  std::map<std::string, std::int64_t, std::less<>> asked_at_;  // by host, the last few
  mutable std::mutex mutex_;                                   // guards what follows
  std::uint64_t standing_ = 0;
  std::optional<Error> last_error_;
};

}  // namespace dure::node
