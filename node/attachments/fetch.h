// SPDX-License-Identifier: Apache-2.0
// Fetches one attachment chunk by chunk, from whoever has it. Spec: PROTOCOL.md §23.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "attachments/attachment_list.h"
#include "dure/attachment.h"
#include "replication/ports.h"

namespace dure::node {

/// Where verified chunks go, in order. Threads: one.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  /// The list leads to the commitment. Returns how many chunks are there already, verified.
  virtual Result<std::uint64_t> begin(const ChunkList& list) = 0;
  virtual Status add(std::uint64_t index, std::string_view bytes) = 0;
  virtual Status finish() = 0;
};

struct AttachmentFetch {
  std::uint64_t size = 0;
  Hash commitment{};
  std::vector<std::string> urls;  // base URLs, the best first
  OpenSource open;
  std::stop_token stop;
  std::function<void(std::uint64_t bytes)> on_progress;  // all that is there now; may be empty
  /// A server that had it not, or sent something else. May be empty.
  std::function<void(const std::string& url, const Error& error)> on_failure;
};

/// Asks one server after the other and goes on where the one before stopped. Nothing reaches `sink`
/// that was not verified. Errors: the last server's, if none had the rest; the sink's; kUnavailable
/// (stopped, or nobody to ask).
Status fetch_attachment(const AttachmentFetch& fetch, ChunkSink& sink);

}  // namespace dure::node
