// SPDX-License-Identifier: Apache-2.0
// The audit log, what was done in the console: each line holds the hash of the one before, so that
// nobody takes one out or changes it unseen. It names accounts and says nothing else of people.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

inline constexpr std::string_view kCommandLine = "-";  // instead of an account

/// Who did what to what.
struct Act {
  std::string account;  // or kCommandLine
  std::string act;      // "sign-in", "draft.approve", …
  std::string subject;  // an account, the number of a draft, a record; may be empty
  std::string note;     // e.g. the reason; may be empty
  std::int64_t time = 0;
};

struct AuditLine {
  std::uint64_t number = 0;  // 1, 2, …
  Act act;
  Hash hash{};
};

/// SHA-256("dure-audit/1\n" ‖ before[32] ‖ u64be(number) ‖ u64be(time) ‖ for account, act, subject
/// and note u32be(length) ‖ bytes). `before` of the first line is zero.
Hash audit_hash(const Hash& before, std::uint64_t number, const Act& act);

/// Lines that follow one another, the first after `before`. Errors: kBadProof, naming the line.
Status check_audit(const Hash& before, std::uint64_t first, std::span<const AuditLine> lines);

/// One line of the exported log: JSON with number, time, account, act, subject, note and hash.
std::string format_audit_line(const AuditLine& line);

}  // namespace dure::node
