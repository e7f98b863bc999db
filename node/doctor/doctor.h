// SPDX-License-Identifier: Apache-2.0
// `dure doctor`: looks at everything that usually is wrong with a node, and says what to do.
#pragma once

#include <functional>

#include "doctor/facts.h"
#include "doctor/finding.h"

namespace dure::node {

/// Where the facts come from. Each ends within a bounded time.
struct DoctorPorts {
  std::string version;                // of this program
  std::string libraries;              // "SQLite 3.40.1, OpenSSL 3.0.15"
  std::function<std::int64_t()> now;  // POSIX seconds
  std::function<std::vector<FileFacts>()> files;
  std::function<DiskFacts()> disk;
  std::function<NodeFacts()> node;
  std::function<std::vector<DatabaseFacts>()> databases;  // asked before `node`
  std::function<ListenFacts(const NodeFacts&)> listening;
  std::function<std::optional<CertificateFacts>()> certificate;  // nothing: none is set
  std::function<PublicFacts(const NodeFacts&)> own_url;
  std::function<std::vector<PeerFacts>(const NodeFacts&)> peers;
};

/// What is quickly known of the node itself, for somebody who waits for a page: nobody is asked
/// over the network, no database is read from end to end. Needs files, disk, node, certificate and
/// now.
Findings look_over(const DoctorPorts& ports);
/// Every finding, in the order in which people should read them.
Findings examine(const DoctorPorts& ports);

}  // namespace dure::node
