// SPDX-License-Identifier: Apache-2.0
// The catalogue as pages, API and command line ask it: search, one record with its history, its
// body, its proof.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "catalogue/query.h"
#include "catalogue/regions.h"
#include "catalogue/searching.h"
#include "dure/entry.h"
#include "membership/ports.h"
#include "replication/ports.h"

namespace dure::node {

inline constexpr std::size_t kMaxHistory = 200;  // revisions told of one record, the newest

/// Which logs have entries that are not shown; quick.
using WithheldLogs = std::function<std::vector<WithheldLog>()>;

/// What is known of an entry whose body was erased on demand.
struct ErasedView {
  std::string reason;             // a code, or empty if it is not known here
  std::uint64_t erase_index = 0;  // of the entry that demanded it
  std::string erase_origin = {};  // of its log, if that is a later one than the entry's
};
/// Nothing if the entry of `origin` at `index` was not erased.
using ErasedEntries =
    std::function<std::optional<ErasedView>(std::string_view origin, std::uint64_t index)>;

/// Heads of a log with cosignatures, as notes: under the first that covers an entry it is proven.
using ProofHeads = std::function<std::vector<std::string>(std::string_view origin)>;

struct ReferencesRequest {
  std::string id, origin;  // of the record; no origin: the only one that claims it
  std::string kind, type;  // of what names it; empty: any
  std::size_t limit = 20;  // 1..kMaxSearchLimit
  std::string cursor;      // ReferencePage::next_cursor of the page before
};

/// A record that another one names.
struct NamedRecord {
  EntryReference reference;
  std::optional<CatalogueItem> item;  // nothing: not known here, or not shown
};

struct ReferencesAnswer {
  CatalogueItem item;
  std::vector<NamedRecord> names;  // on the first page
  ReferencePage named_by;
};

struct RevisionView {
  std::uint64_t rev = 0;
  std::uint64_t index = 0;
  std::string type;  // "withdraw" for a withdrawal
  std::string time;  // of the leaf, informative
  bool has_body = false;
  std::optional<ErasedView> erased;
  std::string origin;  // of the log in which it stands: the record's, or one that this continues
  bool provable = false;
};

/// One revision of a record with everything that is known about it here.
struct RecordView {
  CatalogueItem item;  // the latest revision
  std::uint64_t latest_rev = 0;
  Leaf leaf;                        // of the revision that was asked for
  std::string origin;               // of the log in which it stands
  std::uint64_t index = 0;          // its position in that log
  std::optional<std::string> body;  // its exact bytes; absent: erased, or never came
  std::optional<ErasedView> erased;
  std::string publisher;  // Korean name of the government, or the origin if unknown
  std::uint64_t head_size =
      0;  // of the newest complete head here; the revision is provable if index < head_size
  std::vector<RevisionView> history;  // oldest first
  std::string newer_origin;  // of the log that goes on with a superseded record; empty: none
};

/// Joins catalogue, logs and peers. Keeps only what may be a second old: names and progress.
/// Threads: any.
class SearchService {
 public:
  /// `own` says who this node is (name of the own log); all references must outlive the service.
  SearchService(CatalogueStore& catalogue, LogReader& logs, PeerBook& peers, NodeCard own,
                const SynonymTable& synonyms = SynonymTable::built_in(),
                const RegionTable& regions = RegionTable::built_in(), ErasedEntries erased = {},
                WithheldLogs withheld = {}, ProofHeads proof_heads = {});

  /// Errors: kInvalid (limit, type, region, origin, problem or cursor: `args` has {parameter}),
  /// kTooLarge (words).
  Result<SearchAnswer> search(const SearchRequest& request);

  /// What the record names and what names it; a page of the latter. Errors: as record(), kInvalid
  /// (limit, kind, type, cursor: `args` has {parameter}).
  Result<ReferencesAnswer> references(const ReferencesRequest& request);

  /// All logs that claim `id`; of those that go on in one another the newest. Errors: kInvalid (not
  /// an id), kNotFound.
  Result<std::vector<CatalogueItem>> claims(std::string_view id);

  /// The record `id` of `origin` (empty: the only one that claims it) at revision `rev` (0: the
  /// latest). Revisions in the sealed logs that `origin` continues are its revisions too. A
  /// withdrawn record is answered, with item.withdrawn set. Errors: kInvalid, kNotFound
  /// (also no such revision), kConflict (several logs claim it and no origin is given).
  Result<RecordView> record(std::string_view id, std::string_view origin = {},
                            std::uint64_t rev = 0);

  /// The tlog-proof of that revision as text, under a head with a quorum if one covers it. Errors:
  /// as record(); kConflict if the head does not cover it yet; kGone if the body, and so the salt,
  /// was erased.
  Result<std::string> proof(std::string_view id, std::string_view origin = {},
                            std::uint64_t rev = 0);

  /// The government's Korean name behind an origin, or the origin itself.
  std::string publisher(std::string_view origin);
  /// Logs of which newer entries are not shown here, by origin.
  std::vector<WithheldLog> withheld() const;
  /// Exact; asks every log. What is withheld does not count. Errors: kStorage.
  Result<CatalogueProgress> progress();

 private:
  using Items = std::vector<CatalogueItem>;
  Result<Items> found(std::string_view id);
  static Result<CatalogueItem> pick(const Items& items, std::string_view origin);
  std::optional<CatalogueItem> resolve(const EntryReference& reference);
  Status name_problem(SearchRequest& request);
  std::vector<CountedProblem> known_problems(const std::vector<ProblemCount>& counts);
  Result<std::vector<RevisionView>> revisions(const Items& items, const CatalogueItem& item);
  Status show_revision(RecordView& view, std::uint64_t rev);

  CatalogueProgress recent_progress();

  CatalogueStore& catalogue_;
  LogReader& logs_;
  PeerBook& peers_;
  NodeCard own_;
  Searching searching_;
  const ErasedEntries erased_;
  const ProofHeads proof_heads_;
  const WithheldLogs withheld_;

  using Time = std::chrono::steady_clock::time_point;
  std::mutex mutex_;  // guards all below
  Time names_read_{}, progress_read_{};
  std::map<std::string, std::string, std::less<>> names_;
  CatalogueProgress progress_;
  std::uint64_t progress_version_ = 0;
};

}  // namespace dure::node
