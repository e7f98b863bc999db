// SPDX-License-Identifier: Apache-2.0
// Pulls one log: verifies a newer head, then fetches, verifies and stores what is new, bundle by
// bundle.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "dure/checkpoint.h"
#include "replication/log_end.h"
#include "replication/ports.h"

namespace dure::node {

using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

/// Where a log can be fetched: a node's base URL, and the path of the log there ("/log" or
/// "/mirror/<hash>").
struct LogLocation {
  std::string url;
  std::string prefix;
  bool is_origin = false;  // the log's own node: what it says is absent is not asked for elsewhere
};

/// The log's place at `url`: "/log" at its own node, "/mirror/<hash>" elsewhere.
LogLocation origin_location(std::string url);
LogLocation mirror_location(std::string url, std::string_view origin);

/// A head somebody shows, not verified yet.
struct OfferedHead {
  std::string note;
  std::string url;  // who showed it
};

struct PullJob {
  KnownLog log;
  std::vector<VerifierKey> keys;
  std::vector<LogLocation> locations;  // best first
  std::vector<OfferedHead> heads;      // empty: ask the locations for their checkpoints
  std::optional<LogEnd> end = {};      // sealed: this head, and no other, is pulled
};

struct PullOptions {
  std::size_t connections =
      4;  // fetching and verifying at the same time; 0: in the caller's thread
  std::size_t window_bytes = 8 << 20;       // verified, waiting for their turn to be stored
  std::uint64_t measure_from_bundles = 64;  // longer pulls measure gzip against identity
  SteadyClock clock = [] { return std::chrono::steady_clock::now(); };
};

/// Two heads, both signed by the log, that cannot both be true. Kept verbatim: it is evidence.
struct Contradiction {
  std::string known;    // the note we hold
  std::string offered;  // the note that contradicts it
  std::string url;      // who showed it
};

/// A head with a valid signature by the log.
struct VerifiedHead {
  Checkpoint checkpoint;
  std::string note;
  std::string url;  // who showed it; empty: we hold it
};

struct PullReport {
  std::string origin;
  std::uint64_t from = 0;       // entries stored before
  std::uint64_t to = 0;         // entries stored now
  std::uint64_t head_size = 0;  // size of the newest verified head
  std::uint64_t entries = 0;    // stored by this pull
  std::uint64_t absent = 0;     // of those, without a body
  std::uint64_t wire_bytes = 0;
  std::string source;  // URL of the location that gave the verified tree
  std::optional<Error> error = {};
  std::optional<Contradiction> contradiction = {};
  std::vector<VerifiedHead> heads = {};  // shown to us and signed by the log, whatever came of them
};

/// Pulls until the newest offered head that can be verified is complete. Never stores a byte that
/// is not proven to belong under a head signed by one of the job's keys. Can be repeated after any
/// failure: it goes on at the first entry that is not stored.
///
/// Errors (in the report): kInconsistent with the evidence, kBadProof / kMalformed / kBadCommitment
/// (every location gave wrong data), kUnavailable, kNotFound, kBadSignature, kUnknownKey, kStorage.
/// Threads: any, but one pull per log at a time. Starts and joins up to `connections` threads.
PullReport pull_log(const PullJob& job, const OpenSource& open, MirrorStore& store,
                    LogReader& reader, const PullOptions& options = {}, std::stop_token stop = {});

}  // namespace dure::node
