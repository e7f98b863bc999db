// SPDX-License-Identifier: Apache-2.0
#include "http/routes/quality_reports.h"

namespace dure::node::http {
namespace {

constexpr std::size_t kPart = 200;
constexpr std::size_t kPartBytes = 2 << 20;  // of bodies in memory at a time
constexpr int kRest = 20;                    // times as long as counting took

}  // namespace

Result<QualityTally> QualityReports::of(const std::string& origin) {
  if (!options_.version) return count(origin);
  QualityTally tally;
  if (find(origin, options_.version(), tally)) return tally;
  const std::lock_guard counting(counting_);
  // Asked before anything is read: a report is never older than its version.
  const std::uint64_t version = options_.version();
  if (find(origin, version, tally)) return tally;  // somebody counted it meanwhile
  const auto begun = options_.clock();
  auto counted = count(origin);
  if (!counted) return counted;
  const auto now = options_.clock();
  const std::lock_guard lock(mutex_);
  kept_.insert_or_assign(origin, Kept{version, *counted});
  rest_until_ = now + kRest * (now - begun);
  return counted;
}

bool QualityReports::find(const std::string& origin, std::uint64_t version, QualityTally& tally) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(origin);
  if (found == kept_.end()) return false;
  if (found->second.version != version && options_.clock() >= rest_until_) return false;
  tally = found->second.tally;
  return true;
}

Result<QualityTally> QualityReports::count(const std::string& origin) {
  const auto book = CatalogueFactsBook::read(sources_, Request{});
  if (!book) return book.error();
  LinkStates links;
  if (options_.links)
    links = [&](std::string_view address) { return options_.links(origin, address); };
  QualityTally tally;
  ListQuery query;
  query.origin = origin;
  query.limit = kPart;
  do {
    const auto part = sources_.listing->part(query, kPartBytes);
    if (!part) return part.error();
    for (const ListedEntry& entry : part->entries)
      tally.add(published(entry), book->context(), links);
    query.after_id = part->after_id;
    query.after_origin = part->after_origin;
  } while (!query.after_id.empty());
  return tally;
}

}  // namespace dure::node::http
