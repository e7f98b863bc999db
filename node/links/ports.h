// SPDX-License-Identifier: Apache-2.0
// What checking links needs: somebody who asks an address, a durable memory, and the own entries.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

enum class LinkFinding {
  kAnswers,  // 2xx
  kUnclear,  // somebody answers, and does not say whether the page is there: 401, 403, 429, …
  kGone,     // 404, 410, 5xx, or redirects without end
  kSilent,   // nobody answers: no such name, no connection, no proof of who it is, too late
  kRefused   // this node does not ask it: a private address, or no address at all
};

struct LinkAnswer {
  LinkFinding finding = LinkFinding::kSilent;
  int status = 0;                 // HTTP; 0: no answer
  std::uint64_t retry_after = 0;  // seconds that the host asked to be left alone
};

/// What is known of one address.
struct KnownLink {
  std::string url;
  std::int64_t checked_at = 0;  // POSIX seconds; 0: never
  std::int64_t next_at = 0;     // not asked before
  LinkFinding finding = LinkFinding::kRefused;
  int status = 0;
  std::uint64_t failures = 0;   // in a row, each on a day of its own
  std::int64_t dead_since = 0;  // when it was found dead; 0: it is not
  int dead_status = 0;          // what it answered then
  friend bool operator==(const KnownLink&, const KnownLink&) = default;
};

/// The addresses in one own entry.
struct EntryLinks {
  std::string id;
  std::vector<std::string> urls;  // each once
};

struct LinkCounts {
  std::uint64_t links = 0, checked = 0, dead = 0;
  std::int64_t last_checked = 0;  // POSIX seconds; 0: never
};

/// A dead address in an entry.
struct DeadLink {
  std::string id;  // of the entry
  KnownLink state;
};

/// Durable when a call returns. Threads: any.
class LinkBook {
 public:
  virtual ~LinkBook() = default;
  /// Says where addresses stand; `pass` names one reading of all entries. Errors: kStorage.
  virtual Status keep(std::uint64_t pass, const std::vector<EntryLinks>& entries) = 0;
  /// Forgets what this reading did not find, without a trace in the file. Errors: kStorage.
  virtual Status forget_but(std::uint64_t pass) = 0;
  /// The addresses to ask at `now`, the longest due first.
  virtual Result<std::vector<KnownLink>> due(std::int64_t now, std::size_t most) = 0;
  /// When the next one is due; nothing: there is none.
  virtual Result<std::optional<std::int64_t>> next_due() = 0;
  /// Errors: kNotFound (no entry has it any more), kStorage.
  virtual Status record(const KnownLink& state) = 0;
  virtual Result<std::optional<KnownLink>> find(std::string_view url) = 0;
  /// All of them, by entry and address.
  virtual Result<std::vector<DeadLink>> dead() = 0;
  /// Whether `url` stands in entry `id`.
  virtual Result<bool> stands_in(std::string_view id, std::string_view url) = 0;
  virtual Result<LinkCounts> counts() = 0;
  /// Grows with everything that is written.
  virtual std::uint64_t changes() = 0;
};

/// One of this node's own entries that anybody may read, in its newest revision.
struct OwnEntry {
  std::string id, type;
  std::string body;
};

struct LinkPorts {
  LinkBook* book = nullptr;
  /// Asks an address once, for a minute at most.
  std::function<LinkAnswer(const std::string& url, const std::stop_token& stop)> ask;
  /// Grows whenever own_entries could answer otherwise. Nothing: what was published last cannot be
  /// seen there yet. Errors: kStorage.
  std::function<Result<std::optional<std::uint64_t>>()> version;
  /// Errors: kStorage, those of `visit`.
  std::function<Status(const std::function<Status(const OwnEntry&)>& visit)> own_entries;
  /// The newest body of an own entry. Errors: kNotFound (withdrawn or erased), kStorage.
  std::function<Result<std::string>(const std::string& id)> body_of;
  /// Publishes a notice, or a revision of the notice `id`. Errors: those of publishing.
  std::function<Status(const std::optional<std::string>& id, const std::string& body)> publish;
  std::function<Status(const std::string& id)> withdraw;
  std::function<std::int64_t()> now;  // POSIX seconds
  std::string origin;                 // of the own log
};

}  // namespace dure::node
