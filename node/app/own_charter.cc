// SPDX-License-Identifier: Apache-2.0
#include "app/own_charter.h"

#include <algorithm>
#include <filesystem>

#include "app/seed_file.h"
#include "membership/charter_changes.h"

namespace dure::node {
namespace {

Result<std::unique_ptr<Signer>> own_steward(const NodeParts& node) {
  return load_charter_signer(node.folder.charter_key(), member_id(node.own) + "/charter",
                             node.passphrases);
}

Result<SignedCharter> sign_alone(const NodeParts& node, const Charter& charter) {
  SignedCharter made{charter, {format_charter(charter), {}}};
  if (auto signed_now = sign_as_steward(node, made); !signed_now) return signed_now.error();
  return made;
}

/// Of the suite of the node's other keys, and sealed if they are.
Status make_steward_key(const NodeParts& node, const std::string& path) {
  const auto seed = load_key_file(node.folder.seed());
  if (!seed) return seed.error();
  if (!seed->sealed) return create_seed_file(path, seed->suite);
  if (node.passphrases.remembered() == nullptr) {
    auto asked = node.passphrases.of(path);
    if (!asked) return asked.error();
    node.passphrases.remember(*std::move(asked));
  }
  return create_seed_file(path, seed->suite, node.passphrases.remembered());
}

}  // namespace

std::string member_id(const NodeCard& card) {
  return card.origin.substr(0, card.origin.rfind('/'));
}

Result<CharterMember> own_member(const NodeParts& node) {
  const auto witness_key = node.head_lock->witness_key_number();
  if (!witness_key) return witness_key.error();
  auto keys = member_keys(*node.keys, *node.signer, *witness_key);
  if (!keys) return std::move(keys).error();
  return member_of(node.own, *keys);
}

Status sign_as_steward(const NodeParts& node, SignedCharter& charter) {
  auto steward = own_steward(node);
  if (!steward) return std::move(steward).error();
  auto line = sign_note(charter.note.text, **steward);
  if (!line) return std::move(line).error();
  charter.note.signatures.push_back(*std::move(line));
  return ok();
}

bool names_this_node(const Charter& charter, const NodeParts& node) {
  return std::any_of(charter.members.begin(), charter.members.end(), [&](const auto& member) {
    return std::any_of(member.logs.begin(), member.logs.end(),
                       [&](const MemberLog& log) { return log.key.format() == node.own.log_vkey; });
  });
}

Status found_alone(NodeParts& node) {
  const std::string path = node.folder.charter_key();
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) {
    if (auto made = make_steward_key(node, path); !made) return made;
  }
  auto steward = own_steward(node);
  if (!steward) return std::move(steward).error();
  auto member = own_member(node);
  if (!member) return std::move(member).error();
  auto founding = sign_alone(node, founding_charter(*member, (*steward)->verifier(), node.now()));
  if (!founding) return std::move(founding).error();
  return node.charter->found(*founding);
}

Status follow_settings(NodeParts& node) {
  const auto current = node.charter->current();
  auto member = own_member(node);
  if (!member) return std::move(member).error();
  const auto& members = current->charter.members;
  const auto own = std::find_if(members.begin(), members.end(),
                                [&](const auto& known) { return known.id == member->id; });
  Charter next = next_version(*current);
  if (own == members.end()) return ok();
  CharterMember& changed = next.members[static_cast<std::size_t>(own - members.begin())];
  changed = *member;
  changed.logs = own->logs;  // its keys change by `dure key rotate` only
  const bool same = own->url == member->url && own->name == member->name;
  if (same) return ok();
  const LogFields fields = {{"charter_url", own->url}, {"url", member->url}};
  if (members.size() > 1) {
    node.log.warning("charter.differs_from_settings", fields);
    return ok();
  }
  auto renewed = sign_alone(node, next);
  if (!renewed) {
    node.log.warning("charter.differs_from_settings", error_fields(renewed.error()));
    return ok();
  }
  auto offered = node.charter->offer(format_signed_charter(*renewed));
  return offered ? ok() : Status(std::move(offered).error());
}

}  // namespace dure::node
