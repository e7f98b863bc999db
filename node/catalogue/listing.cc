// SPDX-License-Identifier: Apache-2.0
#include "catalogue/listing.h"

#include <algorithm>
#include <map>
#include <utility>

namespace dure::node {
namespace {

/// Logs by name; one answer asks for few of them, again and again.
class LogNames {
 public:
  explicit LogNames(LogReader& logs) : logs_(logs) {}
  Result<LogId> find(const std::string& origin) {
    const auto known = ids_.find(origin);
    if (known != ids_.end()) return known->second;
    const auto log = logs_.log_by_origin(origin);
    if (!log) return log.error();
    ids_.emplace(origin, log->id);
    return log->id;
  }

 private:
  LogReader& logs_;
  std::map<std::string, LogId> ids_;
};

Result<std::optional<ListedEntry>> read_entry(LogReader& logs, LogNames& names,
                                              const CatalogueItem& item) {
  const auto log = names.find(item.origin);
  if (!log) return log.error();
  auto entry = logs.entry(*log, item.index);
  if (!entry && entry.error().code != ErrorCode::kNotFound) return std::move(entry).error();
  if (!entry || !entry->salt) return std::optional<ListedEntry>();
  auto leaf = parse_leaf(entry->leaf);
  if (!leaf) return std::optional<ListedEntry>();
  return std::optional(ListedEntry{item, *std::move(leaf), std::move(entry->body)});
}

Result<std::string> leaf_time(LogReader& logs, LogId log, std::uint64_t index) {
  auto entry = logs.entry(log, index);
  if (!entry) return std::move(entry).error();
  const auto leaf = parse_leaf(entry->leaf);
  return leaf ? leaf->time : std::string();
}

}  // namespace

Result<ListedPart> Listing::part(const ListQuery& query, std::size_t most_bytes) {
  auto list = catalogue_.list(query);
  if (!list) return std::move(list).error();
  ListedPart part;
  LogNames names(logs_);
  std::size_t bytes = 0;
  bool more = list->more;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const CatalogueItem& item = list->items[i];
    auto entry = read_entry(logs_, names, item);
    if (!entry) return std::move(entry).error();
    part.after_id = item.id;
    part.after_origin = item.origin;
    if (!*entry) continue;
    bytes += (*entry)->body.size();
    part.entries.push_back(**std::move(entry));
    if (bytes < most_bytes) continue;
    more = more || i + 1 < list->items.size();
    break;
  }
  if (!more) part.after_id = part.after_origin = {};
  return part;
}

Result<std::optional<ListedEntry>> Listing::entry(const CatalogueItem& item) {
  LogNames names(logs_);
  return read_entry(logs_, names, item);
}

Result<ListedChanges> Listing::changes(std::uint64_t after, std::size_t limit) {
  auto list = catalogue_.changes(after, limit);
  if (!list) return std::move(list).error();
  ListedChanges changes{{}, list->more, list->epoch, list->newest};
  LogNames names(logs_);
  for (ChangeList::Change& change : list->changes) {
    ListedChange listed{change.number, std::move(change.item), {}, {}};
    const auto log = names.find(listed.item.origin);
    if (!log) return log.error();
    auto time = leaf_time(logs_, *log, listed.item.index);
    if (!time) return std::move(time).error();
    listed.time = *std::move(time);
    if (erased_ && listed.item.withdrawn)
      listed.erased = erased_(listed.item.origin, listed.item.index);
    changes.changes.push_back(std::move(listed));
  }
  return changes;
}

Result<CatalogueTimes> Listing::times() {
  auto logs = logs_.logs();
  if (!logs) return std::move(logs).error();
  CatalogueTimes times;
  for (const KnownLog& log : *logs) {
    const auto stored = logs_.stored(log.id);
    if (!stored) return stored.error();
    if (*stored == 0) continue;
    const auto first = leaf_time(logs_, log.id, 0), last = leaf_time(logs_, log.id, *stored - 1);
    if (!first || !last) return first ? last.error() : first.error();
    if (times.first.empty() || *first < times.first) times.first = *first;
    times.last = std::max(times.last, *last);
  }
  return times;
}

}  // namespace dure::node
