// SPDX-License-Identifier: Apache-2.0
#include "app/own_keys.h"

#include <algorithm>
#include <filesystem>

#include "app/charter_peers.h"
#include "app/node_parts.h"
#include "membership/charter_logs.h"

namespace dure::node {
namespace {

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool contains(const std::vector<VerifierKey>& keys, const std::optional<VerifierKey>& key) {
  return key && std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& known) {
           return known.format() == key->format();
         });
}

void add(std::vector<VerifierKey>& keys, const VerifierKey& key) {
  if (!contains(keys, key)) keys.push_back(key);
}

std::vector<VerifierKey> chartered(const NodeParts& node, std::string_view origin) {
  const auto current = node.charter ? node.charter->current() : std::nullopt;
  return current ? log_keys_of(current->charter, origin) : std::vector<VerifierKey>();
}

struct Opened {
  std::unique_ptr<NodeKeys> keys;
  std::unique_ptr<Signer> log;
};

Status open_seed(const NodeParts& node, const std::string& path, bool is_new, Opened& out) {
  if (!exists(path)) return ok();
  auto keys = NodeKeys::open(node.settings, path, node.passphrases);
  if (!keys) return std::move(keys).error();
  out.keys = std::make_unique<NodeKeys>(*std::move(keys));
  auto log = is_new ? out.keys->seed_log() : out.keys->log();
  if (!log) return std::move(log).error();
  out.log = *std::move(log);
  return ok();
}

Error no_seed(const NodeParts& node) {
  return Error{ErrorCode::kStorage,
               node.folder.seed() + " is missing",
               "errors.seed_missing",
               {{"path", node.folder.path}, {"detail", node.folder.seed()}}};
}

}  // namespace

std::string_view key_phase_name(KeyPhase phase) {
  switch (phase) {
    case KeyPhase::kSettled:
      return "settled";
    case KeyPhase::kAsked:
      return "asked";
    case KeyPhase::kBoth:
      return "both";
    case KeyPhase::kReplaced:
      return "replaced";
    case KeyPhase::kWaiting:
      return "waiting";
  }
  return "settled";
}

KeyPhase key_phase(const SeedKeys& seeds, const std::vector<VerifierKey>& chartered) {
  if (!seeds.coming) return KeyPhase::kSettled;
  if (!contains(chartered, seeds.coming))
    return seeds.present ? KeyPhase::kAsked : KeyPhase::kWaiting;
  return contains(chartered, seeds.present) ? KeyPhase::kBoth : KeyPhase::kReplaced;
}

Result<OwnKeys> open_own_keys(const NodeParts& node) {
  Opened present, coming;
  if (auto opened = open_seed(node, node.folder.seed(), /*is_new=*/false, present); !opened)
    return std::move(opened).error();
  if (auto opened = open_seed(node, node.folder.new_seed(), /*is_new=*/true, coming); !opened)
    return std::move(opened).error();
  if (!present.keys && !coming.keys) return no_seed(node);
  OwnKeys own;
  if (present.log) own.seeds.present = present.log->verifier();
  if (coming.log) own.seeds.coming = coming.log->verifier();
  own.phase = key_phase(own.seeds, chartered(node, node.settings.origin));
  if (own.phase == KeyPhase::kSettled || own.phase == KeyPhase::kAsked) {
    own.keys = std::move(present.keys);
    own.log = std::move(present.log);
    own.coming = std::move(coming.keys);
    return own;
  }
  own.keys = std::move(coming.keys);
  own.log = std::move(coming.log);
  if (own.phase == KeyPhase::kBoth) own.second = std::move(present.log);
  return own;
}

std::vector<VerifierKey> own_log_keys(const NodeParts& node) {
  auto keys = chartered(node, node.settings.origin);
  if (keys.empty()) {  // nobody says which of them counts
    for (const auto& key : {node.seeds.present, node.seeds.coming}) {
      if (key) add(keys, *key);
    }
  }
  if (node.signer) add(keys, node.signer->verifier());
  if (node.second_signer) add(keys, node.second_signer->verifier());
  return keys;
}

std::vector<VerifierKey> log_keys_ever(const NodeParts& node, std::string_view origin) {
  std::vector<VerifierKey> keys =
      origin == node.settings.origin ? own_log_keys(node) : log_keys(node, origin);
  if (!node.charter) return keys;
  for (const VerifierKey& key : node.charter->keys_ever(origin)) add(keys, key);
  return keys;
}

std::optional<Error> key_not_named(const NodeParts& node) {
  if (node.key_phase != KeyPhase::kWaiting) return std::nullopt;
  return Error{ErrorCode::kQuarantined,
               "the key of this log is lost, and the charter does not name the new one yet",
               "recovery.key-waits",
               {{"fingerprint", node.signer->verifier().fingerprint()}}};
}

}  // namespace dure::node
