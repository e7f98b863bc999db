// SPDX-License-Identifier: Apache-2.0
// Offline transfer between network zones: logs in one ustar file, laid out as they are served.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "replication/puller.h"

namespace dure::node {

/// Takes the next bytes of the file. Errors end the export.
using TransferSink = std::function<Status(std::string_view bytes)>;

struct ExportReport {
  std::string origin;
  std::uint64_t size = 0;   // entries
  std::uint64_t bytes = 0;  // of the file, for this log
};

/// Writes `logs` (own or mirrored) at their newest complete head, always the same bytes for the
/// same logs: members are `<hex sha256(origin)>/origin`, `/checkpoint`, `/tile/…`,
/// `/tile/entries/…`, `/bodies/…`. Errors: kNotFound (a log without a head), the reader's, the
/// sink's.
Result<std::vector<ExportReport>> export_logs(const std::vector<KnownLog>& logs, LogReader& reader,
                                              const TransferSink& sink);

/// The job that pulls `log` out of an opened transfer file (peer/transfer_file.h) by the very code
/// that pulls from a peer.
PullJob transfer_job(KnownLog log, std::vector<VerifierKey> keys);

}  // namespace dure::node
