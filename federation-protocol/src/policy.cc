// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-policy: evaluating and writing. Reading is in policy_parser.cc.
#include "dure/policy.h"

#include <algorithm>
#include <set>

namespace dure {
namespace {

std::string with_url(const std::string& url) { return url.empty() ? "\n" : " " + url + "\n"; }

/// Names of the policy's witnesses whose cosignature on `note` verifies.
Result<std::vector<std::string>> find_cosigners(const Note& note, const Policy& policy) {
  std::vector<std::string> cosigners;
  for (const PolicyWitness& witness : policy.witnesses) {
    const auto verified = verify_note(note, {&witness.key, 1});
    if (verified) {
      cosigners.push_back(witness.name);
    } else if (verified.error().code != ErrorCode::kUnknownKey) {
      return verified.error();
    }
  }
  return cosigners;
}

}  // namespace

std::string format_policy(const Policy& policy) {
  std::string out;
  for (const PolicyLog& log : policy.logs) out += "log " + log.key.format() + with_url(log.url);
  for (const PolicyWitness& witness : policy.witnesses) {
    out += "witness " + witness.name + " " + witness.key.format() + with_url(witness.url);
  }
  for (const PolicyGroup& group : policy.groups) {
    out += "group " + group.name + " " + std::to_string(group.threshold);
    for (const std::string& member : group.members) out += " " + member;
    out += "\n";
  }
  return out + "quorum " + policy.quorum + "\n";
}

bool meets_quorum(const Policy& policy, const std::vector<std::string>& cosigned) {
  if (policy.quorum == "none") return true;
  std::set<std::string_view> met;
  for (const PolicyWitness& witness : policy.witnesses) {
    if (std::find(cosigned.begin(), cosigned.end(), witness.name) != cosigned.end())
      met.insert(witness.name);
  }
  // Groups name earlier ones only, so one pass in order decides them all.
  for (const PolicyGroup& group : policy.groups) {
    const std::set<std::string_view> members(group.members.begin(), group.members.end());
    const auto count = std::count_if(members.begin(), members.end(),
                                     [&](auto name) { return met.count(name) > 0; });
    if (group.threshold > 0 && static_cast<std::size_t>(count) >= group.threshold)
      met.insert(group.name);
  }
  return met.count(policy.quorum) > 0;
}

Result<PolicyVerdict> verify_checkpoint(std::string_view note, const Policy& policy) {
  if (note.size() > kMaxCheckpointBytes)
    return Error{ErrorCode::kTooLarge, "checkpoint: over 64 KiB"};
  const auto parsed = parse_note(note);
  if (!parsed) return parsed.error();
  const auto checkpoint = parse_checkpoint(parsed->text);
  if (!checkpoint) return checkpoint.error();

  // SPEC: tlog-policy: the key's name is the log's origin, so a log vouches for its own origin
  // only.
  std::vector<VerifierKey> log_keys;
  for (const PolicyLog& log : policy.logs) {
    if (log.key.name() == checkpoint->origin) log_keys.push_back(log.key);
  }
  auto head = open_checkpoint(note, checkpoint->origin, log_keys);
  if (!head) return std::move(head).error();

  auto cosigners = find_cosigners(head->note, policy);
  if (!cosigners) return std::move(cosigners).error();
  if (!meets_quorum(policy, *cosigners)) {
    return Error{ErrorCode::kRefused,
                 "the cosignatures do not meet the quorum " + printable(policy.quorum)};
  }
  return PolicyVerdict{*std::move(head), *std::move(cosigners)};
}

}  // namespace dure
