// SPDX-License-Identifier: Apache-2.0
#include "replication/puller.h"

#include <algorithm>

#include "replication/bounds.h"
#include "replication/fetch_tiles.h"
#include "replication/head_choice.h"
#include "replication/location_pool.h"
#include "replication/pull_stream.h"

namespace dure::node {
namespace {

Error inconsistent(const std::string& url) {
  return Error{ErrorCode::kInconsistent,
               "two heads of this log contradict each other; the second was shown by " + url,
               "replication.contradiction",
               {{"url", url}}};
}

/// One pull of one log. Threads: one.
class Pull {
 public:
  Pull(const PullJob& job, const OpenSource& open, MirrorStore& store, LogReader& reader,
       const PullOptions& options, std::stop_token stop)
      : job_(job),
        store_(store),
        reader_(reader),
        options_(options),
        stop_(std::move(stop)),
        workers_(std::max<std::size_t>(options.connections, 1)),
        pool_(job.locations, open, workers_) {}

  PullReport run() {
    report_.origin = job_.log.origin;
    if (auto done = pull(); !done) report_.error = std::move(done).error();
    if (const auto state = store_.mirror(job_.log.id)) report_.to = state->stored;
    report_.wire_bytes = pool_.wire_bytes();
    return std::move(report_);
  }

 private:
  Status pull();
  Status pull_heads(const MirrorState& state, const std::vector<VerifiedHead>& heads);
  Status confirm_rest(const std::vector<VerifiedHead>& heads);
  Status pull_head(const MirrorState& state, const VerifiedHead& head);
  Status pull_entries(const TreePlan& tree, const VerifiedHead& head);
  bool has_complete_head(const MirrorState& state) const;
  Result<TreePlan> plan(const MirrorState& state, const VerifiedHead& head);
  Result<TreeBase> base(const MirrorState& state);
  Status finish(const VerifiedHead& head);
  std::vector<OfferedHead> offered_heads();
  Status accuse(const Contradiction& contradiction);
  Status accuse_head(const MirrorState& state, const VerifiedHead& head);

  const PullJob& job_;
  MirrorStore& store_;
  LogReader& reader_;
  const PullOptions& options_;
  const std::stop_token stop_;
  const std::size_t workers_;
  LocationPool pool_;
  PullReport report_;
};

/// The first location that answers tells the newest head it has; the others are asked only if it
/// does not.
std::vector<OfferedHead> Pull::offered_heads() {
  if (!job_.heads.empty()) return job_.heads;
  for (const std::size_t location : pool_.usable(0)) {
    auto source = pool_.source(0, location);
    auto note = source ? TileFetcher(**source, pool_.location(location).prefix, pool_).checkpoint()
                       : Result<std::string>(std::move(source).error());
    if (!note) {
      pool_.failed(location, note.error());
      continue;
    }
    const auto head = open_checkpoint(*note, job_.log.origin, job_.keys);
    if (head) return {{std::move(*note), pool_.location(location).url}};
    pool_.failed(location, head.error());
  }
  return {};
}

Status Pull::accuse(const Contradiction& contradiction) {
  report_.contradiction = contradiction;
  return inconsistent(contradiction.url);
}

/// `head` contradicts what is stored: its tree does not grow out of ours.
Status Pull::accuse_head(const MirrorState& state, const VerifiedHead& head) {
  const auto& known = state.pending_head ? state.pending_head : state.head;
  return accuse(
      {known.value_or(std::string()), head.note, head.url.empty() ? report_.source : head.url});
}

Status Pull::pull() {
  const auto state = store_.mirror(job_.log.id);
  if (!state) return state.error();
  report_.from = state->stored;
  const auto offered = offered_heads();
  const auto choice = choose_heads(job_, offered, *state, reader_);
  if (!choice) return choice.error();
  for (const auto& head : choice->heads) {
    if (!head.url.empty()) report_.heads.push_back(head);
  }
  if (choice->contradiction) return accuse(*choice->contradiction);
  if (!choice->heads.empty()) report_.head_size = choice->heads.front().checkpoint.size;
  if (auto pulled = pull_heads(*state, choice->heads); !pulled) return pulled;
  if (auto confirmed = confirm_rest(choice->heads); !confirmed) return confirmed;
  if (offered.empty()) return pool_.last_error();
  const bool all_refused = choice->refused && (choice->heads.empty() || offered.size() == 1);
  return all_refused ? Status(*choice->refused) : ok();
}

/// Tries the largest head first; a smaller one only if nothing of the larger one could be had.
Status Pull::pull_heads(const MirrorState& state, const std::vector<VerifiedHead>& heads) {
  Status last = ok();
  for (const auto& head : heads) {
    const bool failed_above = !last && head.checkpoint.size <= state.stored;
    if (failed_above || head.checkpoint.size < state.stored) break;
    last = pull_head(state, head);
    if (last || last.error().code == ErrorCode::kInconsistent ||
        last.error().code == ErrorCode::kStorage)
      break;
    const auto now = store_.mirror(job_.log.id);
    if (!now || now->stored != state.stored) break;
  }
  return last;
}

/// Heads between the old and the new size could not be judged before the data were here.
Status Pull::confirm_rest(const std::vector<VerifiedHead>& heads) {
  const auto state = store_.mirror(job_.log.id);
  if (!state) return state.error();
  const auto contradiction = confirm_heads(
      heads, state->stored, state->head.value_or(std::string()), job_.log.id, reader_);
  if (!contradiction) return contradiction.error();
  return *contradiction ? accuse(**contradiction) : ok();
}

Result<TreeBase> Pull::base(const MirrorState& state) {
  TreeBase base{state.range, 0};
  const auto width = static_cast<unsigned>(state.stored % kTileWidth);
  if (width == 0) return base;
  const auto bytes =
      reader_.tile(job_.log.id, {TileKind::kEntries, 0, state.stored / kTileWidth, width});
  if (!bytes) return bytes.error();
  base.edge_bytes = bytes->size();
  return base;
}

Result<TreePlan> Pull::plan(const MirrorState& state, const VerifiedHead& head) {
  const auto from = base(state);
  if (!from) return from.error();
  for (const std::size_t location : pool_.usable(0)) {
    auto plan = verify_tree(pool_, location, workers_, *from, head.checkpoint);
    if (plan) {
      report_.source = pool_.location(location).url;
      pool_.succeeded(location);
      return plan;
    }
    if (plan.error().code == ErrorCode::kInconsistent) {
      report_.source = pool_.location(location).url;
      return plan;
    }
    pool_.failed(location, plan.error());
    if (stop_.stop_requested()) break;
  }
  return pool_.last_error();
}

Status Pull::finish(const VerifiedHead& head) { return store_.complete(job_.log.id, head.note); }

/// Whether the head that is served already covers everything that is stored.
bool Pull::has_complete_head(const MirrorState& state) const {
  if (!state.head) return false;
  const auto served = open_checkpoint(*state.head, job_.log.origin, job_.keys);
  return served && served->checkpoint.size == state.stored;
}

Status Pull::pull_head(const MirrorState& state, const VerifiedHead& head) {
  if (head.checkpoint.size == state.stored) return has_complete_head(state) ? ok() : finish(head);
  const auto tree = plan(state, head);
  if (!tree) {
    if (tree.error().code == ErrorCode::kInconsistent) return accuse_head(state, head);
    return tree.error();
  }
  if (!state.pending_head || *state.pending_head != head.note) {
    if (auto begun = store_.begin(job_.log.id, head.note); !begun) return begun;
  }
  return pull_entries(*tree, head);
}

Status Pull::pull_entries(const TreePlan& tree, const VerifiedHead& head) {
  EncodingChoice encoding(count_items(tree) >= options_.measure_from_bundles);
  BundleFetcher fetcher(pool_, head.checkpoint.size, encoding, options_.clock);
  auto outcome = PullStream(tree, fetcher, store_, job_.log.id, options_, stop_).run();
  report_.entries += outcome.entries;
  report_.absent += outcome.absent;
  if (outcome.error) return std::move(*outcome.error);
  return finish(head);
}

}  // namespace

LogLocation origin_location(std::string url) { return {std::move(url), "/log", true}; }

LogLocation mirror_location(std::string url, std::string_view origin) {
  return {std::move(url), "/mirror/" + origin_hash(origin), false};
}

PullReport pull_log(const PullJob& job, const OpenSource& open, MirrorStore& store,
                    LogReader& reader, const PullOptions& options, std::stop_token stop) {
  return Pull(job, open, store, reader, options, std::move(stop)).run();
}

}  // namespace dure::node
