// SPDX-License-Identifier: Apache-2.0
// The bodies of proven leaves: fetched piece by piece, each checked against its leaf's commitment.
#pragma once

#include <vector>

#include "replication/bundle_verify.h"
#include "replication/fetch_tiles.h"

namespace dure::node {

/// Fetches the bodies of `proven` into `entries` (same length). `width` is that of the bundle in
/// the tree pulled. Entries that already have a body keep it; what the location does not have stays
/// absent. Errors: the fetcher's; kMalformed; kBadCommitment;
/// kInvalid (accept_body).
Status fetch_bodies(TileFetcher& fetcher, const ProvenLeaves& proven, unsigned width, bool compress,
                    std::vector<MirroredEntry>& entries);

/// Entries without a body that should have one here: members-only ones travel apart (members.h).
std::size_t count_absent(const ProvenLeaves& proven, const std::vector<MirroredEntry>& entries);

}  // namespace dure::node
