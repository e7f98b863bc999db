// SPDX-License-Identifier: Apache-2.0
#include "replication/members_fetch.h"

#include <algorithm>

#include "replication/bounds.h"
#include "replication/bundle_verify.h"

namespace dure::node {
namespace {

using Indexes = std::vector<std::uint64_t>;

/// What is missing of one bundle: [first, end) with those in it.
struct Gap {
  std::uint64_t first = 0, end = 0;
  Indexes indexes;
};

std::vector<Gap> gaps_of(const Indexes& missing) {
  std::vector<Gap> gaps;
  for (const std::uint64_t index : missing) {
    if (gaps.empty() || gaps.back().first / kTileWidth != index / kTileWidth)
      gaps.push_back({index, index, {}});
    gaps.back().end = index + 1;
    gaps.back().indexes.push_back(index);
  }
  return gaps;
}

/// Asks one place for one log's bodies. Threads: one.
class MembersFetch {
 public:
  MembersFetch(const MembersJob& job, LogReader& logs, MembersStore& store, Source& source)
      : job_(job),
        logs_(logs),
        store_(store),
        source_(source),
        hash_(origin_hash(job.log.origin)) {}

  /// A place may not have the log, or not as far as this one: that is no fault.
  Status fetch(const Gap& gap) {
    for (std::uint64_t at = gap.first; at < gap.end;) {
      FetchRequest request;
      request.path = members_bodies_path(hash_, at, gap.end);
      request.max_bytes = max_body_bundle_bytes(gap.end - at);
      request.sign = true;
      const auto answer = source_.fetch(request);
      if (!answer)
        return answer.error().code == ErrorCode::kNotFound ? ok() : Status(answer.error());
      const auto bodies = split_body_bundle(answer->body, gap.end - at);
      if (!bodies) return bodies.error();
      if (bodies->empty()) return Error{ErrorCode::kMalformed, "body bundle: no entry in it"};
      if (auto taken = take(gap, at, *bodies); !taken) return taken;
      at += bodies->size();
    }
    return ok();
  }

 private:
  Status take(const Gap& gap, std::uint64_t first,
              const std::vector<std::optional<BodyView>>& bodies) {
    std::vector<ArrivedBody> arrived;
    for (const std::uint64_t index : gap.indexes) {
      if (index < first || index >= first + bodies.size() || !bodies[index - first]) continue;
      auto body = check(index, *bodies[index - first]);
      if (!body) return std::move(body).error();
      arrived.push_back(*std::move(body));
    }
    return arrived.empty() ? ok() : store_.store(job_.log.id, std::move(arrived), {});
  }

  Result<ArrivedBody> check(std::uint64_t index, const BodyView& body) {
    const auto stored = logs_.entry(job_.log.id, index);
    if (!stored) return stored.error();
    const auto leaf = parse_leaf(stored->leaf);
    if (!leaf) return leaf.error();
    MirroredEntry entry;
    auto accepted = accept_body(entry, body, leaf->commitment, leaf->size);
    if (accepted) return ArrivedBody{index, *entry.salt, std::move(entry.body)};
    return Error{accepted.error().code,
                 "body of entry " + std::to_string(index) + ": " + accepted.error().detail};
  }

  const MembersJob& job_;
  LogReader& logs_;
  MembersStore& store_;
  Source& source_;
  const std::string hash_;
};

// Asks one node for everything that is missing.
Status fetch_from(const Result<std::unique_ptr<Source>>& source, const MembersJob& job,
                  const Indexes& missing, LogReader& logs, MembersStore& store,
                  const std::stop_token& stop) {
  if (!source) return source.error();
  for (const Gap& gap : gaps_of(missing)) {
    if (stop.stop_requested()) break;
    if (auto fetched = MembersFetch(job, logs, store, **source).fetch(gap); !fetched)
      return fetched;
  }
  return ok();
}

}  // namespace

std::string members_bodies_path(std::string_view origin_hash, std::uint64_t first,
                                std::uint64_t end) {
  const std::uint64_t bundle = first / kTileWidth;
  const TilePath tile{TileKind::kBodies, 0, bundle,
                      static_cast<unsigned>(end - bundle * kTileWidth)};
  std::string path = "/federation/bodies/" + std::string(origin_hash) +
                     format_tile_path(tile).substr(std::string_view("bodies").size());
  if (first % kTileWidth != 0) path += "?from=" + std::to_string(first % kTileWidth);
  return path;
}

MembersReport fetch_members_bodies(const MembersJob& job, const OpenSource& open, LogReader& logs,
                                   MembersStore& store, const std::stop_token& stop) {
  MembersReport report;
  report.origin = job.log.origin;
  auto missing = store.missing(job.log.id, 0, kMembersAtOnce);
  const std::size_t before = missing ? missing->size() : 0;
  for (const std::string& url : job.urls) {
    if (!missing || missing->empty() || stop.stop_requested()) break;
    auto asked = fetch_from(open(url), job, *missing, logs, store, stop);
    if (!asked) report.error = std::move(asked).error();
    const auto last = missing->back();
    missing = store.missing(job.log.id, 0, kMembersAtOnce);
    if (missing) std::erase_if(*missing, [last](std::uint64_t index) { return index > last; });
  }
  if (!missing) {
    report.error = missing.error();
    return report;
  }
  report.missing = missing->size();
  report.arrived = before - std::min(before, report.missing);
  return report;
}

}  // namespace dure::node
