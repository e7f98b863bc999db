// SPDX-License-Identifier: Apache-2.0
#include "replication/head_choice.h"

#include <algorithm>

namespace dure::node {
namespace {

const std::string& newest_known(const MirrorState& state) {
  static const std::string kNone;
  if (state.pending_head) return *state.pending_head;
  return state.head ? *state.head : kNone;
}

/// Largest first; of one tree, the head that we hold first.
bool comes_before(const VerifiedHead& a, const VerifiedHead& b) {
  if (a.checkpoint.size != b.checkpoint.size) return a.checkpoint.size > b.checkpoint.size;
  return a.url.empty() && !b.url.empty();
}

void add_offered(const PullJob& job, const OfferedHead& offer, HeadChoice& choice) {
  auto head = open_checkpoint(offer.note, job.log.origin, job.keys);
  if (head) {
    choice.heads.push_back({std::move(head->checkpoint), offer.note, offer.url});
  } else {
    choice.refused = Error{head.error().code, offer.url + ": checkpoint: " + head.error().detail};
  }
}

std::optional<Contradiction> merge_equal(std::vector<VerifiedHead>& heads) {
  std::stable_sort(heads.begin(), heads.end(), comes_before);
  std::vector<VerifiedHead> merged;
  for (auto& head : heads) {
    if (merged.empty() || merged.back().checkpoint.size != head.checkpoint.size) {
      merged.push_back(std::move(head));
    } else if (merged.back().checkpoint.root != head.checkpoint.root) {
      return Contradiction{merged.back().note, head.note, head.url};
    }
  }
  heads = std::move(merged);
  return std::nullopt;
}

}  // namespace

Result<Hash> stored_root(LogReader& reader, LogId log, std::uint64_t size) {
  std::vector<Hash> edge;
  std::uint64_t begin = 0;
  for (unsigned level = 63; level-- > 0;) {
    if ((size >> level & 1) == 0) continue;
    auto node = reader.node(log, level, begin >> level);
    if (!node) return node;
    edge.push_back(*node);
    begin += std::uint64_t{1} << level;
  }
  const auto range = CompactRange::from(size, std::move(edge));
  if (!range) return range.error();
  return range->root();
}

Result<std::optional<Contradiction>> confirm_heads(const std::vector<VerifiedHead>& heads,
                                                   std::uint64_t stored, const std::string& known,
                                                   LogId log, LogReader& reader) {
  for (const auto& head : heads) {
    if (head.checkpoint.size > stored || head.note == known) continue;
    const auto root = stored_root(reader, log, head.checkpoint.size);
    if (!root) return root.error();
    if (*root != head.checkpoint.root)
      return std::optional(Contradiction{known, head.note, head.url});
  }
  return std::optional<Contradiction>();
}

Result<HeadChoice> choose_heads(const PullJob& job, const std::vector<OfferedHead>& offered,
                                const MirrorState& state, LogReader& reader) {
  HeadChoice choice;
  for (const auto& held : {state.head, state.pending_head}) {
    if (!held) continue;
    // One that was signed by a key which does not count any more was right when it was stored.
    auto head = open_checkpoint(*held, job.log.origin, job.keys);
    if (head) choice.heads.push_back({std::move(head->checkpoint), *held, {}});
  }
  for (const auto& offer : offered) add_offered(job, offer, choice);
  // Of a sealed log every other head is past, or somebody else's story.
  if (job.end)
    std::erase_if(choice.heads, [&](const auto& head) { return !job.end->is(head.checkpoint); });
  choice.contradiction = merge_equal(choice.heads);
  if (choice.contradiction) return choice;
  auto contradiction =
      confirm_heads(choice.heads, state.stored, newest_known(state), job.log.id, reader);
  if (!contradiction) return std::move(contradiction).error();
  choice.contradiction = std::move(*contradiction);
  return choice;
}

}  // namespace dure::node
