// SPDX-License-Identifier: Apache-2.0
// /federation/heads: every head a node holds the data of, so that staying current means asking a
// few peers, not all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

struct AnnouncedHead {
  std::string origin;
  std::string checkpoint;  // a note
};

/// {"heads":[{"origin":…,"checkpoint":…},…]}, sorted by origin.
std::string format_heads(std::vector<AnnouncedHead> heads);
/// Members of a later version are ignored. Nothing is verified but form: sorted, no origin twice,
/// at most kMaxHeads, each note ≤ kMaxCheckpointBytes. Errors: kMalformed, kTooLarge.
/// format_heads(parse_heads(x)) parses to the same.
Result<std::vector<AnnouncedHead>> parse_heads(std::string_view json);

}  // namespace dure::node
