// SPDX-License-Identifier: Apache-2.0
// How peers are reached: the HTTP client with this node's settings.
#pragma once

#include <stop_token>

#include "peer/http_source.h"
#include "replication/ports.h"
#include "settings/settings.h"

namespace dure::node {

/// Opens connections to peers; `compression` on or off overrides what replication asks for, auto
/// leaves it to it.
OpenSource make_source_opener(const Settings& settings, std::stop_token stop);
/// The same with short time limits, for questions asked before a node starts.
OpenSource make_quick_opener(const Settings& settings, std::stop_token stop);
/// The same, for requests that are signed with `signing`.
OpenSource make_signing_opener(const Settings& settings, std::stop_token stop,
                               RequestSigning signing);
/// Errors: kStorage if peer.ca_file is set and holds no readable certificates.
Status check_authorities(const Settings& settings);

}  // namespace dure::node
