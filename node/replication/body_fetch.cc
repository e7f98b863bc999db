// SPDX-License-Identifier: Apache-2.0
#include "replication/body_fetch.h"

#include <algorithm>

#include "replication/members.h"

namespace dure::node {
namespace {

/// Takes over the bodies for the entries from number `done` on, each against its commitment.
Status accept_bodies(const std::vector<std::optional<BodyView>>& bodies, const ProvenLeaves& proven,
                     std::size_t done, std::vector<MirroredEntry>& entries) {
  const std::size_t count = std::min(bodies.size(), entries.size() - done);
  for (std::size_t i = 0; i < count; ++i) {
    auto& entry = entries[done + i];
    if (!bodies[i] || entry.salt) continue;
    // SPEC: PROTOCOL.md 7.2: nobody may be told here what is for members.
    if (is_members_only(proven.leaves[done + i])) continue;
    auto accepted =
        accept_body(entry, *bodies[i], proven.commitments[done + i], proven.sizes[done + i]);
    if (accepted) continue;
    return Error{accepted.error().code, "body of entry " + std::to_string(proven.first + done + i) +
                                            ": " + accepted.error().detail};
  }
  return ok();
}

}  // namespace

Status fetch_bodies(TileFetcher& fetcher, const ProvenLeaves& proven, unsigned width, bool compress,
                    std::vector<MirroredEntry>& entries) {
  const auto begin = static_cast<unsigned>(proven.first % kTileWidth);
  const auto bundle = proven.first / kTileWidth;
  std::size_t done = 0;
  while (done < entries.size()) {
    const auto from = begin + static_cast<unsigned>(done);
    auto fetched = fetcher.bodies(bundle, width, from, compress);
    if (!fetched) return std::move(fetched).error();
    const auto bodies = split_body_bundle(fetched->bytes, fetched->width - from);
    if (!bodies) return bodies.error();
    if (bodies->empty()) return Error{ErrorCode::kMalformed, "body bundle: no entry in the answer"};
    if (auto accepted = accept_bodies(*bodies, proven, done, entries); !accepted) return accepted;
    done += std::min(bodies->size(), entries.size() - done);
  }
  return ok();
}

std::size_t count_absent(const ProvenLeaves& proven, const std::vector<MirroredEntry>& entries) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].salt && !is_members_only(proven.leaves[i])) ++count;
  }
  return count;
}

}  // namespace dure::node
