// SPDX-License-Identifier: Apache-2.0
// Which addresses belong to the public Internet, so that nobody can make this node ask its own
// network.
#pragma once

#include <sys/socket.h>

namespace dure::node {

/// False for this machine, private and shared networks, link-local, multicast, documentation, and
/// IPv6 forms that lead to an IPv4 address which is not public; also for what is neither.
bool is_public_address(const sockaddr& address);

}  // namespace dure::node
