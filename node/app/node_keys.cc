// SPDX-License-Identifier: Apache-2.0
#include "app/node_keys.h"

#include <utility>

#include "dure/erasure.h"
#include "token/token_signer.h"

namespace dure::node {
namespace {

Result<std::unique_ptr<Signer>> open_token(const Settings& settings) {
  TokenKey key{settings.pkcs11_module, settings.log_key, {}};
  if (!settings.pin_file.empty()) {
    const auto line = read_secret_line(settings.pin_file);
    if (!line) return line.error();
    key.pin = line->text();
  }
  return open_token_signer(settings.origin, std::move(key));
}

}  // namespace

Status check_token(const Settings& settings) {
  if (settings.log_key.empty()) return ok();
  const auto opened = open_token(settings);
  return opened ? ok() : Status(opened.error());
}

NodeKeys::NodeKeys(const Settings& settings, Seed seed)
    : settings_(settings),
      member_(settings.origin.substr(0, settings.origin.rfind('/'))),
      seed_(std::move(seed)) {}

Result<NodeKeys> NodeKeys::open(const Settings& settings, const std::string& seed_path,
                                const PassphraseSource& passphrases) {
  auto seed = read_seed_file(seed_path, passphrases);
  if (!seed) return std::move(seed).error();
  return NodeKeys(settings, *std::move(seed));
}

Result<std::unique_ptr<Signer>> NodeKeys::log() const {
  return settings_.log_key.empty() ? seed_log() : open_token(settings_);
}

Result<std::unique_ptr<Signer>> NodeKeys::seed_log() const {
  return make_sub_signer(seed_, SubKey::kLog, settings_.origin);
}

Result<std::unique_ptr<Signer>> NodeKeys::witness(std::uint64_t key_number) const {
  return make_sub_signer(seed_, SubKey{key_number}, member_ + "/witness");
}

Result<std::unique_ptr<Signer>> NodeKeys::mirror() const {
  return make_sub_signer(seed_, SubKey::kMirror, member_ + "/mirror");
}

Result<std::unique_ptr<Signer>> NodeKeys::request() const {
  return make_sub_signer(seed_, SubKey::kRequest, request_key_name(settings_.origin));
}

Result<std::unique_ptr<Signer>> NodeKeys::webhook() const {
  return make_ed25519_signer(member_ + "/webhook", KeyType::kEd25519,
                             derive_sub_key(seed_.bytes, SubKey::kWebhook));
}

Result<MemberKeys> member_keys(const NodeKeys& keys, const Signer& log,
                               std::uint64_t witness_key_number) {
  const auto witness = keys.witness(witness_key_number), mirror = keys.mirror(),
             request = keys.request();
  for (const auto* made : {&witness, &mirror, &request}) {
    if (!*made) return made->error();
  }
  return MemberKeys{log.verifier(), (*witness)->verifier(), (*mirror)->verifier(),
                    (*request)->verifier()};
}

Result<std::unique_ptr<Signer>> load_charter_signer(const std::string& path,
                                                    const std::string& name,
                                                    const PassphraseSource& passphrases) {
  const auto seed = read_seed_file(path, passphrases);
  if (!seed) return seed.error();
  return make_signer(name, note_key_type(seed->suite), seed->bytes);
}

}  // namespace dure::node
