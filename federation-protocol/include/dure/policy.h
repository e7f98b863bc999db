// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-policy: which logs and which quorum of witnesses a verifier trusts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/key.h"

namespace dure {

inline constexpr std::size_t kMaxPolicyBytes = 1 << 20;

struct PolicyLog {
  VerifierKey key;
  std::string url;  // may be empty
};

struct PolicyWitness {
  std::string name;
  VerifierKey key;
  std::string url;
};

struct PolicyGroup {
  std::string name;
  std::size_t threshold = 0;
  std::vector<std::string> members;  // names of witnesses or earlier groups
};

struct Policy {
  std::vector<PolicyLog> logs;
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;
  std::string quorum = "none";
};

/// Errors: kMalformed with the line's number, kTooLarge, kUnsupported (key type).
Result<Policy> parse_policy(std::string_view text);
/// The plain spelling; parse_policy(format_policy(p)) gives p again.
std::string format_policy(const Policy& policy);

/// True if the witnesses whose names are in `cosigned` meet the policy's quorum.
bool meets_quorum(const Policy& policy, const std::vector<std::string>& cosigned);

/// A checkpoint that a policy accepts.
struct PolicyVerdict {
  SignedCheckpoint head;
  std::vector<std::string> cosigners;  // names of the policy's witnesses whose cosignature verified
};

/// Verifies the log signature and the quorum of a checkpoint note.
/// Errors: as open_checkpoint, and kRefused if the quorum is not met.
Result<PolicyVerdict> verify_checkpoint(std::string_view note, const Policy& policy);

}  // namespace dure
