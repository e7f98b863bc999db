// SPDX-License-Identifier: Apache-2.0
// The project's own vectors, for other implementers of PROTOCOL.md.
#pragma once

#include <nlohmann/json.hpp>

namespace dure::testing {

nlohmann::ordered_json leaf_vectors();
nlohmann::ordered_json commitment_vectors();
nlohmann::ordered_json body_bundle_vectors();
nlohmann::ordered_json proof_vectors();
nlohmann::ordered_json policy_vectors();
nlohmann::ordered_json request_vectors();

}  // namespace dure::testing
