// SPDX-License-Identifier: Apache-2.0
// One batch of changes as a signed message. Spec: Standard Webhooks 1.0.0.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "catalogue/change_place.h"
#include "dure/key.h"
#include "webhooks/ports.h"

namespace dure::node {

/// {"type":"catalogue.changes","timestamp":…,"data":{"node","from","since","anew","changes"}}:
/// what changed behind `from`, up to and with the last of `changes`. Shape: the same bytes for the
/// same arguments; `changes` is not empty.
std::string hook_body(std::string_view origin, const ChangePlace& from,
                      std::span<const HookChange> changes);
/// The same for the same body and for no other, so that a receiver that drops what it has seen
/// drops nothing else.
std::string hook_id(std::string_view body);
/// With id and signature. Errors: those of the signer.
Result<HookPost> make_hook_post(std::string body, std::int64_t now, const Signer& signer);
/// "whpk_…": how receivers are given the key that verifies.
std::string hook_key_text(const VerifierKey& key);

}  // namespace dure::node
