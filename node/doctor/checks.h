// SPDX-License-Identifier: Apache-2.0
// The checks of `dure doctor`, one function each: from facts to findings, without a look at the
// world.
#pragma once

#include "doctor/facts.h"
#include "doctor/finding.h"

namespace dure::node {

// machine_checks.cc
Findings check_files(const std::vector<FileFacts>& files);
Findings check_disk(const DiskFacts& disk);
Findings check_databases(const std::vector<DatabaseFacts>& databases);

// node_checks.cc
Findings check_node(const NodeFacts& node);
Findings check_head(const NodeFacts& node);
Findings check_charter(const NodeFacts& node);
Findings check_finality(const NodeFacts& node);
/// A missed one is a warning, three are an error.
Findings check_backups(const NodeFacts& node);
/// `version` and `libraries`: of the program that asks.
Findings check_versions(const NodeFacts& node, const std::string& version,
                        const std::string& libraries);

// address_checks.cc
Findings check_listening(const ListenFacts& listening);
/// `check`: "certificate-file" or "public-certificate".
Findings check_certificate(const std::string& check, const CertificateFacts& certificate,
                           std::int64_t now);
Findings check_own_url(const PublicFacts& address, const NodeFacts& node, std::int64_t now);
Findings check_front(const PublicFacts& address);

// peer_checks.cc
Findings check_clock(const std::vector<PeerFacts>& peers);
Findings check_peers(const std::vector<PeerFacts>& peers, const NodeFacts& node);

}  // namespace dure::node
