// SPDX-License-Identifier: Apache-2.0
#include "publishing/recovery.h"

#include <utility>

namespace dure::node {
namespace {

using Args = std::vector<std::pair<std::string, std::string>>;

Error quarantine(const char* text, std::string detail, Args args = {}) {
  return {ErrorCode::kQuarantined, std::move(detail), text, std::move(args)};
}

Args sizes(std::uint64_t head, std::uint64_t leaves) {
  return {{"head", std::to_string(head)}, {"leaves", std::to_string(leaves)}};
}

/// The root of the first `size` leaves, from stored nodes.
Result<Hash> root_at(std::uint64_t size, const NodeReader& node) {
  CompactRange range;
  for (unsigned level = 63; level-- > 0;) {
    if ((size >> level & 1) == 0) continue;
    auto hash = node(level, range.size() >> level);
    if (!hash) return std::move(hash).error();
    range.append_subtree(*hash, level);
  }
  return range.root();
}

/// One start's evidence.
class Recovery {
 public:
  Recovery(const RecoveryInput& input, OwnLog& log, HeadLock& head_lock, const NodeReader& node)
      : input_(input), log_(log), head_lock_(head_lock), node_(node) {}

  Result<Recovered> run() {
    auto range = log_.range();
    if (!range) return std::move(range).error();
    out_.leaves = std::move(*range);
    auto locked = head_lock_.head();
    if (!locked) return std::move(locked).error();
    auto published = log_.published_head();
    if (!published) return std::move(published).error();

    if (auto judged = judge_locked(*locked); !judged) return std::move(judged).error();
    if (!out_.quarantine) {
      if (auto judged = judge_published(*published); !judged) return std::move(judged).error();
    }
    if (auto judged = judge_peers(); !judged) return std::move(judged).error();
    return std::move(out_);
  }

 private:
  std::span<const VerifierKey> stored_keys() const {
    return input_.stored_keys.empty() ? input_.keys : input_.stored_keys;
  }

  /// True if `checkpoint` is the head of a prefix of the leaves, and all leaves grow from that
  /// prefix.
  Result<bool> covers(const Checkpoint& checkpoint) {
    if (checkpoint.size > out_.leaves.size()) return false;
    auto root = root_at(checkpoint.size, node_);
    if (!root) return std::move(root).error();
    if (*root != checkpoint.root) return false;
    auto proof = prove_consistency(checkpoint.size, out_.leaves.size(), node_);
    if (!proof) return std::move(proof).error();
    return verify_consistency(checkpoint.size, out_.leaves.size(), checkpoint.root,
                              out_.leaves.root(), *proof)
        .has_value();
  }

  Status judge_locked(const std::optional<std::string>& note) {
    if (!note) return ok();  // nothing was ever signed
    auto head = open_checkpoint(*note, input_.origin, stored_keys());
    if (!head) {
      out_.quarantine = quarantine(
          "recovery.head-lock-foreign",
          "the head lock holds no head of this log signed by its key: " + head.error().detail);
      return ok();
    }
    const Checkpoint& checkpoint = head->checkpoint;
    out_.head = *head;
    if (checkpoint.size > out_.leaves.size()) {
      out_.quarantine = quarantine("recovery.leaves-missing",
                                   "this node has signed " + std::to_string(checkpoint.size) +
                                       " entries, but only " + std::to_string(out_.leaves.size()) +
                                       " are here: an old copy of node.db?",
                                   sizes(checkpoint.size, out_.leaves.size()));
      return ok();
    }
    auto covered = covers(checkpoint);
    if (!covered) return std::move(covered).error();
    if (!*covered) {
      out_.quarantine =
          quarantine("recovery.root-differs", "the entries here are not those of the signed head",
                     sizes(checkpoint.size, out_.leaves.size()));
    }
    return ok();
  }

  Status judge_published(const std::optional<std::string>& note) {
    if (note) {
      auto head = open_checkpoint(*note, input_.origin, stored_keys());
      if (!head) {
        out_.quarantine = quarantine(
            "recovery.published-foreign",
            "the published head is not one of this log signed by its key: " + head.error().detail);
        return ok();
      }
      if (contradicts_lock(head->checkpoint)) {
        out_.quarantine = quarantine(
            "recovery.published-ahead",
            "the published head is not covered by the head lock: an old copy of head.db?");
        return ok();
      }
      auto covered = covers(head->checkpoint);
      if (!covered) return std::move(covered).error();
      if (!*covered) {
        out_.quarantine = quarantine("recovery.root-differs",
                                     "the entries here are not those of the published head",
                                     sizes(head->checkpoint.size, out_.leaves.size()));
        return ok();
      }
    }
    if (!out_.head || (note && *note == format_note(out_.head->note))) return ok();
    out_.republished = true;
    return log_.publish_head(*out_.head);
  }

  bool contradicts_lock(const Checkpoint& published) const {
    if (!out_.head) return true;
    const Checkpoint& locked = out_.head->checkpoint;
    return published.size > locked.size ||
           (published.size == locked.size && published.root != locked.root);
  }

  /// A head signed by our key that a peer knows and the head lock does not has been signed by a
  /// twin, or by us before a restore. Either way the next signature could fork the log.
  Status judge_peers() {
    for (const std::string& note : input_.peer_heads) {
      if (out_.quarantine) return ok();
      auto head = open_checkpoint(note, input_.origin, input_.keys);
      if (!head) continue;  // anybody can make up a head; only our signature counts
      const std::uint64_t locked = out_.head ? out_.head->checkpoint.size : 0;
      const std::uint64_t size = head->checkpoint.size;
      if (size > locked) {
        out_.quarantine =
            quarantine("recovery.peer-ahead",
                       "a peer has a head of this log with " + std::to_string(size) +
                           " entries; this node remembers signing " + std::to_string(locked),
                       sizes(size, locked));
        return ok();
      }
      auto covered = covers(head->checkpoint);
      if (!covered) return std::move(covered).error();
      if (!*covered) {
        out_.quarantine = quarantine(
            "recovery.peer-differs",
            "a peer has a head of this log that contradicts the entries here", sizes(size, locked));
      }
    }
    return ok();
  }

  const RecoveryInput& input_;
  OwnLog& log_;
  HeadLock& head_lock_;
  const NodeReader& node_;
  Recovered out_;
};

}  // namespace

Result<std::optional<Error>> judge_shown_head(const std::string& note, const std::string& shown_by,
                                              const OwnHistory& own, const NodeReader& node) {
  const auto head = open_checkpoint(note, own.origin, own.keys);
  if (!head) return std::optional<Error>();  // anybody can make up a head
  const Checkpoint& shown = head->checkpoint;
  Args args = sizes(shown.size, own.signed_size);
  args.emplace_back("url", printable(shown_by, 400));
  if (shown.size > own.signed_size) {
    return std::optional(quarantine("recovery.twin",
                                    shown_by + " has a head of this log with " +
                                        std::to_string(shown.size) +
                                        " entries that this node never signed",
                                    std::move(args)));
  }
  const auto root = root_at(shown.size, node);
  if (!root) return root.error();
  if (*root == shown.root) return std::optional<Error>();
  return std::optional(
      quarantine("recovery.twin-fork",
                 shown_by + " has a head of this log that contradicts what this node signed",
                 std::move(args)));
}

Result<Recovered> recover(const RecoveryInput& input, OwnLog& log, HeadLock& head_lock,
                          const NodeReader& node) {
  return Recovery(input, log, head_lock, node).run();
}

}  // namespace dure::node
