// SPDX-License-Identifier: Apache-2.0
// What replication needs: somebody to fetch from, and a place for verified entries.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/commitment.h"
#include "dure/merkle.h"
#include "dure/result.h"
#include "dure/tile.h"

namespace dure::node {

/// A number that names a known log inside one database. Never leaves the process.
using LogId = std::int64_t;

/// A log this node knows: the own one or a peer's.
struct KnownLog {
  LogId id = 0;
  std::string origin;
  bool own = false;
};

struct FetchRequest {
  std::string path;               // absolute, e.g. "/log/checkpoint"
  std::size_t max_bytes = 0;      // of the decoded answer; more is an error
  std::uint64_t range_from = 0;   // >0: `Range: bytes=<from>-`, the answer holds only that part
  std::string etag = {};          // not empty: If-None-Match
  bool compress = false;          // ask for gzip
  std::uint64_t range_count = 0;  // >0: only so many bytes, `Range: bytes=<from>-<last>`
  std::optional<std::string> post = {};  // a text to POST instead of asking with GET
  bool take_conflict = false;            // a 409 is an answer with a body, not an error
  bool sign = false;                     // with the member's request key (PROTOCOL.md §20)
};

struct FetchResponse {
  bool not_modified = false;
  bool partial = false;   // 206: the range was honoured
  bool conflict = false;  // 409
  std::string body;       // decoded
  std::string etag;
  std::uint64_t wire_bytes = 0;  // head and body as received
  std::int64_t date = 0;         // the peer's clock in POSIX seconds; 0: it did not say
};

/// Fetches from one peer (or from a transfer file with the same paths). Threads: one caller at a
/// time. Errors: kUnavailable (no connection, time-out, 429, 5xx), kNotFound (404), kTooLarge,
/// kMalformed.
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<FetchResponse> fetch(const FetchRequest& request) = 0;
};
/// Opens one more connection to the peer at `base_url`.
using OpenSource = std::function<Result<std::unique_ptr<Source>>(const std::string& base_url)>;

/// One verified entry of a mirrored log.
struct MirroredEntry {
  std::string leaf;
  std::optional<Salt> salt;  // absent with the body: erased or not for us
  std::string body;
};

/// Consecutive verified entries from a bundle, starting at `first` (never crossing a bundle).
struct VerifiedBundle {
  std::uint64_t first = 0;
  std::vector<MirroredEntry> entries;
  std::vector<Hash> leaf_hashes =
      {};  // of `entries`, if whoever verified them kept them; else empty
};

/// How far a mirror is.
struct MirrorState {
  std::uint64_t stored = 0;                 // entries durable and verified, without gap
  CompactRange range;                       // right edge of those
  std::optional<std::string> head;          // newest head of which everything is stored
  std::optional<std::string> pending_head;  // newest verified head, maybe ahead of the data
};

/// Durable mirrors. Threads: any.
class MirrorStore {
 public:
  virtual ~MirrorStore() = default;
  virtual Result<MirrorState> mirror(LogId log) = 0;
  /// Notes that `head` was verified to extend what is stored, before its data is fetched.
  virtual Status begin(LogId log, std::string_view head) = 0;
  /// Stores the next entries. Returns at once; `done` is called from the writer thread after the
  /// commit that holds them. Blocks while too much is waiting. Bundles must come in order. One
  /// transaction never splits a bundle; several waiting bundles share one.
  virtual void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) = 0;
  /// Makes `head` the mirror's served head. Errors: kInconsistent unless the stored range has its
  /// size and root.
  virtual Status complete(LogId log, std::string_view head) = 0;
};

/// Read side of every log here, own and mirrored. Threads: any.
class LogReader {
 public:
  virtual ~LogReader() = default;
  virtual Result<std::vector<KnownLog>> logs() = 0;
  virtual Result<KnownLog> log_by_origin(std::string_view origin) = 0;
  /// Newest head whose data is all here, as a note. Errors: kNotFound before the first.
  virtual Result<std::string> head(LogId log) = 0;
  /// The number of entries readable here (may be ahead of head() while a pull is under way).
  virtual Result<std::uint64_t> stored(LogId log) = 0;
  /// Contents of a tile whose first `width` entries exist; `from` skips entries (kBodies:
  /// `?from=`). kBodies stops after a whole entry once `soft_limit` bytes are reached. Members-only
  /// bodies are absent.
  virtual Result<Bytes> tile(LogId log, const TilePath& tile, std::size_t from = 0,
                             std::size_t soft_limit = SIZE_MAX) = 0;
  virtual Result<MirroredEntry> entry(LogId log, std::uint64_t index) = 0;
  /// Calls `each` for entries [first, first + count) in order until it returns false.
  virtual Status scan(LogId log, std::uint64_t first, std::uint64_t count,
                      const std::function<bool(std::uint64_t index, std::string_view leaf,
                                               std::optional<BodyView> body)>& each) = 0;
  /// Hash of the perfect subtree (level, index), for proofs.
  virtual Result<Hash> node(LogId log, unsigned level, std::uint64_t index) = 0;
};

}  // namespace dure::node
