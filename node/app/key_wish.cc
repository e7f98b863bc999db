// SPDX-License-Identifier: Apache-2.0
#include "app/key_wish.h"

#include <algorithm>
#include <filesystem>

#include "app/own_charter.h"
#include "membership/charter_logs.h"

namespace dure::node {
namespace {

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool differs(const std::optional<VerifierKey>& named, const Signer& own) {
  return named && named->format() != own.verifier().format();
}

/// Whether the charter names this node with keys that it has no more: a new head lock has a new
/// witness key (PROTOCOL.md §24.5).
bool has_other_cosigners(const NodeParts& node, const Charter& charter) {
  const auto member =
      std::find_if(charter.members.begin(), charter.members.end(),
                   [&](const CharterMember& known) { return known.id == member_id(node.own); });
  if (member == charter.members.end()) return false;
  const auto keys = log_keys_of(charter, node.own.origin);
  const bool own_log = keys.size() == 1 && keys.front().format() == node.own.log_vkey;
  return own_log && (differs(member->witness, *node.witness_signer) ||
                     differs(member->mirror, *node.mirror_signer) ||
                     differs(member->request, *node.request_signer));
}

}  // namespace

std::optional<KeyStep> key_step_due(const NodeParts& node, const Charter& charter) {
  switch (node.key_phase) {
    case KeyPhase::kAsked: {
      const auto keys = log_keys_of(charter, node.own.origin);
      const bool named = keys.size() == 1 && keys.front().format() == node.own.log_vkey;
      return named ? KeyStep::kBegin : KeyStep::kReplace;
    }
    case KeyPhase::kWaiting:
      return KeyStep::kReplace;
    case KeyPhase::kBoth:
      if (exists(node.folder.finishing())) return KeyStep::kFinish;
      return std::nullopt;
    case KeyPhase::kSettled:
      if (has_other_cosigners(node, charter)) return KeyStep::kOthers;
      return std::nullopt;
    case KeyPhase::kReplaced:
      return std::nullopt;
  }
  return std::nullopt;
}

Result<SignedCharter> make_key_wish(const NodeParts& node, const SignedCharter& current,
                                    KeyStep step) {
  const bool asked = node.key_phase == KeyPhase::kAsked;
  const NodeKeys& keys = asked ? *node.coming_keys : *node.keys;
  std::unique_ptr<Signer> coming;
  if (asked) {
    auto log = keys.seed_log();
    if (!log) return std::move(log).error();
    coming = *std::move(log);
  }
  const auto witness = node.head_lock->witness_key_number();
  if (!witness) return witness.error();
  const auto named = member_keys(keys, asked ? *coming : *node.signer, *witness);
  if (!named) return named.error();
  auto next = version_changing_keys(current, member_id(node.own), step, *named);
  if (!next) return std::move(next).error();
  SignedCharter wish{*next, {format_charter(*next), {}}};
  for (const Signer* signer :
       {static_cast<const Signer*>(node.signer.get()), static_cast<const Signer*>(coming.get())}) {
    if (signer == nullptr) continue;
    auto line = sign_note(wish.note.text, *signer);
    if (!line) return std::move(line).error();
    wish.note.signatures.push_back(*std::move(line));
  }
  return wish;
}

}  // namespace dure::node
