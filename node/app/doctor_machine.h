// SPDX-License-Identifier: Apache-2.0
// What `dure doctor` sees of this machine: rights of files, disk, databases, the node's port and
// certificate file.
#pragma once

#include "app/data_folder.h"
#include "doctor/facts.h"

namespace dure::node {

/// The data folder, what lies in it, and the secret files that the settings name.
std::vector<FileFacts> look_at_files(const Settings& settings);
/// Writes a few blocks to a file without a name in the data folder.
DiskFacts look_at_disk(const DataFolder& folder);
/// Databases that a node opens; head.db only if no node runs. Each for a bounded time.
std::vector<DatabaseFacts> look_at_databases(const DataFolder& folder, bool node_runs);
/// Whether a stopped node could listen where it is to.
ListenFacts try_listening(const Settings& settings);
/// The certificate that the node itself shows; nothing if it speaks no TLS.
std::optional<CertificateFacts> look_at_certificate(const Settings& settings);

}  // namespace dure::node
