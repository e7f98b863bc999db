// SPDX-License-Identifier: Apache-2.0
#include "catalogue/search_service.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "catalogue/proof_builder.h"
#include "catalogue/references.h"
#include "dure/note.h"

namespace dure::node {
namespace {

// How old names and progress in an answer may be: both cost a question per log.
constexpr std::chrono::seconds kRecent{1};

Error bad_parameter(std::string_view name, std::string detail) {
  return {ErrorCode::kInvalid, std::move(detail), {}, {{"parameter", std::string(name)}}};
}

Status check(const SearchRequest& request) {
  if (request.limit < 1 || request.limit > kMaxSearchLimit) {
    return bad_parameter("limit", "limit must be 1 to " + std::to_string(kMaxSearchLimit));
  }
  if (!request.type.empty() && !is_entry_type(request.type))
    return bad_parameter("type", "not an entry type");
  if (!request.region.empty() && !is_region_code(request.region)) {
    return bad_parameter("region", "a region is a code of five digits");
  }
  if (!request.origin.empty() && !is_origin(request.origin))
    return bad_parameter("origin", "not an origin");
  return ok();
}

std::uint64_t size_of_head(LogReader& logs, LogId log) {
  const auto note = logs.head(log);
  if (!note) return 0;
  const auto parsed = parse_note(*note);
  if (!parsed) return 0;
  const auto head = parse_checkpoint(parsed->text);
  return head ? head->size : 0;
}

/// Of one member's logs the earlier generation first: a longer number is a greater one.
bool by_member_and_generation(const CatalogueItem& a, const CatalogueItem& b) {
  const auto key = [](const CatalogueItem& item) {
    return std::tuple(std::string_view(item.origin).substr(0, item.origin.rfind('/')),
                      item.origin.size(), std::string_view(item.origin));
  };
  return key(a) < key(b);
}

Error unreadable_leaf() { return {ErrorCode::kStorage, "a stored leaf cannot be read; run fsck"}; }

/// The newest revisions in one log, oldest first, without what is known of erasures.
Result<std::vector<RevisionView>> revisions_in(CatalogueStore& catalogue, LogReader& logs,
                                               LogId log, const CatalogueItem& item) {
  auto positions = catalogue.history(item.origin, item.id);
  if (!positions) return std::move(positions).error();
  const std::uint64_t head_size = size_of_head(logs, log);
  // The newest ones tell most; a record revised more often than this shows the rest through the log
  // itself.
  const std::size_t skip = positions->size() > kMaxHistory ? positions->size() - kMaxHistory : 0;
  std::vector<RevisionView> views;
  for (const std::uint64_t index : std::span(*positions).subspan(skip)) {
    auto entry = logs.entry(log, index);
    if (!entry) return std::move(entry).error();
    const auto leaf = parse_leaf(entry->leaf);
    if (!leaf) return unreadable_leaf();
    views.push_back({leaf->rev, index, leaf->type, leaf->time, entry->salt.has_value(),
                     std::nullopt, item.origin, index < head_size});
  }
  return views;
}

Error not_found() { return {ErrorCode::kNotFound, "no record with this id"}; }

}  // namespace

SearchService::SearchService(CatalogueStore& catalogue, LogReader& logs, PeerBook& peers,
                             NodeCard own, const SynonymTable& synonyms, const RegionTable& regions,
                             ErasedEntries erased, WithheldLogs withheld, ProofHeads proof_heads)
    : catalogue_(catalogue),
      logs_(logs),
      peers_(peers),
      own_(std::move(own)),
      searching_(catalogue, synonyms, regions),
      erased_(std::move(erased)),
      proof_heads_(std::move(proof_heads)),
      withheld_(std::move(withheld)) {}

std::vector<WithheldLog> SearchService::withheld() const {
  return withheld_ ? withheld_() : std::vector<WithheldLog>();
}

Result<SearchAnswer> SearchService::search(const SearchRequest& request) {
  if (auto checked = check(request); !checked) return std::move(checked).error();
  SearchRequest named = request;
  if (auto done = name_problem(named); !done) return std::move(done).error();
  auto answer = searching_.search(named);
  if (!answer) return answer;
  answer->progress = recent_progress();
  if (answer->page.facets) answer->problems = known_problems(answer->page.facets->problems);
  return answer;
}

Result<SearchService::Items> SearchService::found(std::string_view id) {
  if (!is_entry_id(id)) return bad_parameter("id", "not an entry id");
  auto items = catalogue_.find(id);
  if (!items) return items;
  if (items->empty()) return not_found();
  std::sort(items->begin(), items->end(), by_member_and_generation);
  return items;
}

Result<SearchService::Items> SearchService::claims(std::string_view id) {
  auto items = found(id);
  if (items) std::erase_if(*items, [](const CatalogueItem& item) { return item.superseded; });
  return items;
}

Result<CatalogueItem> SearchService::pick(const Items& items, std::string_view origin) {
  const auto asked = [&](const CatalogueItem& item) {
    return origin.empty() ? !item.superseded : item.origin == origin;
  };
  const auto found = std::find_if(items.begin(), items.end(), asked);
  if (found == items.end()) return not_found();
  if (std::find_if(found + 1, items.end(), asked) != items.end())
    return Error{ErrorCode::kConflict, "several logs claim this id; say which origin is meant"};
  return *found;
}

Result<std::vector<RevisionView>> SearchService::revisions(const Items& items,
                                                           const CatalogueItem& item) {
  std::vector<RevisionView> views;
  for (const CatalogueItem& part : items) {
    if (part.line != item.line || by_member_and_generation(item, part)) continue;
    const auto log = logs_.log_by_origin(part.origin);
    if (!log) return log.error();
    auto more = revisions_in(catalogue_, logs_, log->id, part);
    if (!more) return more;
    views.insert(views.end(), more->begin(), more->end());
  }
  if (views.size() > kMaxHistory)
    views.erase(views.begin(), views.end() - static_cast<std::ptrdiff_t>(kMaxHistory));
  if (!erased_) return views;
  for (RevisionView& view : views) view.erased = erased_(view.origin, view.index);
  return views;
}

/// Fills in what is told of one revision.
Status SearchService::show_revision(RecordView& view, std::uint64_t rev) {
  view.origin = view.item.origin;
  view.index = view.item.index;
  if (rev != 0 && rev != view.latest_rev) {
    // Should two logs have given one number twice, the later log counts.
    const auto wanted = std::find_if(view.history.rbegin(), view.history.rend(),
                                     [&](const RevisionView& r) { return r.rev == rev; });
    if (wanted == view.history.rend())
      return Error{ErrorCode::kNotFound, "no such revision of this record"};
    view.origin = wanted->origin;
    view.index = wanted->index;
  }
  const auto log = logs_.log_by_origin(view.origin);
  if (!log) return log.error();
  auto entry = logs_.entry(log->id, view.index);
  if (!entry) return std::move(entry).error();
  auto leaf = parse_leaf(entry->leaf);
  if (!leaf) return unreadable_leaf();
  view.leaf = *std::move(leaf);
  if (entry->salt) view.body = std::move(entry->body);
  if (erased_) view.erased = erased_(view.origin, view.index);
  view.head_size = size_of_head(logs_, log->id);
  return ok();
}

Result<RecordView> SearchService::record(std::string_view id, std::string_view origin,
                                         std::uint64_t rev) {
  const auto items = found(id);
  if (!items) return items.error();
  auto item = pick(*items, origin);
  if (!item) return std::move(item).error();
  RecordView view;
  view.item = *std::move(item);
  view.latest_rev = view.item.rev;
  auto history = revisions(*items, view.item);
  if (!history) return std::move(history).error();
  view.history = *std::move(history);
  if (auto shown = show_revision(view, rev); !shown) return std::move(shown).error();
  view.publisher = publisher(view.item.origin);
  if (!view.item.superseded) return view;
  for (const CatalogueItem& newer : *items) {
    if (newer.line == view.item.line && !newer.superseded) view.newer_origin = newer.origin;
  }
  return view;
}

Result<std::string> SearchService::proof(std::string_view id, std::string_view origin,
                                         std::uint64_t rev) {
  auto view = record(id, origin, rev);
  if (!view) return std::move(view).error();
  auto log = logs_.log_by_origin(view->origin);
  if (!log) return std::move(log).error();
  const auto cosigned = proof_heads_ ? proof_heads_(view->origin) : std::vector<std::string>();
  return build_proof(logs_, log->id, view->index, cosigned);
}

std::string SearchService::publisher(std::string_view origin) {
  if (origin == own_.origin && !own_.name.empty()) return own_.name;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (names_read_ == Time() || now - names_read_ > kRecent) {
    if (const auto peers = peers_.peers(); peers) {
      names_.clear();
      for (const PeerEntry& peer : *peers) names_.emplace(peer.card.origin, peer.card.name);
    }
    names_read_ = now;
  }
  const auto found = names_.find(origin);
  return found == names_.end() || found->second.empty() ? std::string(origin) : found->second;
}

CatalogueProgress SearchService::recent_progress() {
  const std::uint64_t version = catalogue_.version();
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (progress_read_ != Time() && progress_version_ == version && now - progress_read_ < kRecent)
      return progress_;
  }
  const auto read = progress();
  const std::lock_guard lock(mutex_);
  if (read) {
    progress_ = *read;
    progress_version_ = version;
    progress_read_ = now;
  }
  return progress_;
}

Result<CatalogueProgress> SearchService::progress() {
  auto logs = logs_.logs();
  if (!logs) return std::move(logs).error();
  const auto held_back = withheld();
  CatalogueProgress sum;
  for (const KnownLog& log : *logs) {
    auto stored = logs_.stored(log.id);
    if (!stored) return std::move(stored).error();
    for (const WithheldLog& held : held_back) {
      if (held.origin == log.origin) stored = std::min(*stored, held.from);
    }
    auto indexed = catalogue_.position(log.origin);
    if (!indexed) return std::move(indexed).error();
    sum.stored += *stored;
    sum.indexed += std::min(*indexed, *stored);
  }
  return sum;
}

}  // namespace dure::node
