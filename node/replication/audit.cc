// SPDX-License-Identifier: Apache-2.0
#include "replication/audit.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "replication/audit_tiles.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kBundlesPerTask = 16;

/// What the leaves and bodies of one bundle came to.
struct BundleResult {
  std::vector<Hash> hashes;
  std::uint64_t bodies = 0, absent = 0, erased = 0, bytes = 0;
};

/// Audits one log. Threads: check_bundles on several at once; all else on one.
class Audit {
 public:
  Audit(const AuditLog& log, LogReader& reader, const AuditOptions& options)
      : log_(log), reader_(reader), options_(options) {
    report_.origin = log.log.origin;
  }

  Result<AuditReport> run();

 private:
  void read_head();
  void check_range(std::uint64_t first_bundle, std::uint64_t end_bundle);
  void check_entry(std::uint64_t index, std::string_view bytes, const std::optional<BodyView>& body,
                   BundleResult& out);
  void check_body(std::uint64_t index, const Leaf& leaf, const BodyView& body);
  void check_hashes(std::uint64_t bundle, const std::vector<Hash>& hashes);
  void keep(std::uint64_t bundle, const BundleResult& result);
  void damage(DamageKind kind, std::uint64_t index, std::string detail);
  std::string remedy(DamageKind kind) const;

  const AuditLog& log_;
  LogReader& reader_;
  const AuditOptions& options_;
  std::optional<Checkpoint> head_;
  std::mutex mutex_;  // guards what follows
  AuditReport report_;
  BundleHashes hashes_;
  std::uint64_t done_ = 0;
};

Result<AuditReport> Audit::run() {
  const auto stored = reader_.stored(log_.log.id);
  if (!stored) return stored.error();
  report_.stored = *stored;
  read_head();
  const std::uint64_t bundles = (*stored + kTileWidth - 1) / kTileWidth;
  hashes_.roots.resize(*stored / kTileWidth);
  const std::size_t threads =
      options_.threads != 0 ? options_.threads
                            : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  const std::uint64_t tasks = (bundles + kBundlesPerTask - 1) / kBundlesPerTask;
  run_parallel(tasks, threads, [&](std::size_t task, std::size_t) {
    check_range(task * kBundlesPerTask, std::min(bundles, (task + 1) * kBundlesPerTask));
  });
  audit_upper_tiles(reader_, log_.log.id, *stored, hashes_.roots,
                    [this](std::uint64_t index, std::string what) {
                      damage(DamageKind::kTile, index, std::move(what));
                    });
  if (head_ && head_->size <= *stored && root_from_bundles(hashes_, head_->size) != head_->root) {
    damage(DamageKind::kHead, head_->size, "the entries do not lead to the signed root");
  }
  std::sort(report_.damages.begin(), report_.damages.end(),
            [](const Damage& a, const Damage& b) { return a.index < b.index; });
  return std::move(report_);
}

void Audit::read_head() {
  const auto note = reader_.head(log_.log.id);
  if (!note) {
    // A mirror has no head before its first pull is complete; an own log before its first entry.
    if (note.error().code != ErrorCode::kNotFound)
      damage(DamageKind::kHead, 0, note.error().detail);
    return;
  }
  auto head = open_checkpoint(*note, log_.log.origin, log_.keys);
  if (!head) {
    damage(DamageKind::kHead, 0, "checkpoint: " + head.error().detail);
    return;
  }
  head_ = std::move(head->checkpoint);
  report_.size = head_->size;
  if (head_->size > report_.stored) {
    damage(DamageKind::kMissing, report_.stored,
           "the head has " + std::to_string(head_->size) + " entries, " +
               std::to_string(report_.stored) + " are here");
  }
}

void Audit::check_range(std::uint64_t first_bundle, std::uint64_t end_bundle) {
  const std::uint64_t first = first_bundle * kTileWidth;
  const std::uint64_t count = std::min(report_.stored, end_bundle * kTileWidth) - first;
  BundleResult result;
  std::uint64_t expected = first;
  const auto next_bundle_at = [&](std::uint64_t index) {
    return index % kTileWidth == 0 && index != first;
  };
  const auto scanned =
      reader_.scan(log_.log.id, first, count,
                   [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
                     for (; expected < index; ++expected) {
                       damage(DamageKind::kMissing, expected, "the entry is not there");
                       if (next_bundle_at(expected))
                         keep(expected / kTileWidth - 1, std::exchange(result, {}));
                       result.hashes.emplace_back();
                     }
                     if (next_bundle_at(index))
                       keep(index / kTileWidth - 1, std::exchange(result, {}));
                     check_entry(index, leaf, body, result);
                     ++expected;
                     return true;
                   });
  if (!scanned) damage(DamageKind::kMissing, expected, scanned.error().detail);
  for (; expected < first + count; ++expected) {
    if (scanned) damage(DamageKind::kMissing, expected, "the entry is not there");
    if (next_bundle_at(expected)) keep(expected / kTileWidth - 1, std::exchange(result, {}));
    result.hashes.emplace_back();
  }
  keep((first + count - 1) / kTileWidth, result);
}

void Audit::check_entry(std::uint64_t index, std::string_view bytes,
                        const std::optional<BodyView>& body, BundleResult& out) {
  out.hashes.push_back(hash_leaf(bytes));
  out.bytes += bytes.size();
  const auto leaf = parse_leaf(bytes);
  if (!leaf) {
    damage(DamageKind::kLeaf, index, leaf.error().detail);
    return;
  }
  const bool erased = log_.is_erased && log_.is_erased(index);
  if (body) {
    if (erased) damage(DamageKind::kErased, index, "the body is here although it was erased");
    ++out.bodies;
    out.bytes += body->body.size();
    check_body(index, *leaf, *body);
  } else {
    ++(erased ? out.erased : out.absent);
  }
  if (!log_.check_record) return;
  if (auto wrong = log_.check_record(index, *leaf); !wrong.empty())
    damage(DamageKind::kRecord, index, std::move(wrong));
}

void Audit::check_body(std::uint64_t index, const Leaf& leaf, const BodyView& body) {
  Salt salt{};
  const bool whole = body.salt.size() == salt.size();
  if (whole) std::copy(body.salt.begin(), body.salt.end(), salt.begin());
  if (!whole || !check_commitment(body.body, salt, leaf.commitment)) {
    damage(DamageKind::kBody, index, "the body is not the one that the leaf commits to");
  } else if (leaf.size != size_bucket(body.body.size())) {
    damage(DamageKind::kLeaf, index, "the leaf tells another size than its body has");
  }
}

/// Level 0 against the leaves. Where they differ, the tile above tells which of the two is wrong.
void Audit::check_hashes(std::uint64_t bundle, const std::vector<Hash>& hashes) {
  const auto width = static_cast<unsigned>(hashes.size());
  const auto bytes = reader_.tile(log_.log.id, {TileKind::kHashes, 0, bundle, width});
  const auto tile = bytes ? parse_hash_tile(*bytes) : Result<std::vector<Hash>>(bytes.error());
  if (!tile || tile->size() != width) {
    damage(DamageKind::kTile, bundle * kTileWidth,
           "hash tile 0/" + std::to_string(bundle) + " cannot be read");
    return;
  }
  if (*tile == hashes) return;
  const auto above =
      width == kTileWidth
          ? reader_.tile(log_.log.id, {TileKind::kHashes, 1, bundle / kTileWidth,
                                       static_cast<unsigned>(bundle % kTileWidth) + 1})
          : Result<Bytes>(Error{ErrorCode::kNotFound, {}});
  const bool leaves_are_right = above && above->ends_with(as_view(tree_root(hashes)));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if ((*tile)[i] == hashes[i] || hashes[i] == Hash{}) continue;
    damage(leaves_are_right ? DamageKind::kTile : DamageKind::kLeaf, bundle * kTileWidth + i,
           leaves_are_right ? "the hash tile differs from the entry"
                            : "the leaf differs from its hash");
  }
}

void Audit::keep(std::uint64_t bundle, const BundleResult& result) {
  if (result.hashes.empty()) return;
  check_hashes(bundle, result.hashes);
  const bool full = result.hashes.size() == kTileWidth;
  const Hash root = full ? tree_root(result.hashes) : Hash{};
  const std::lock_guard lock(mutex_);
  if (full) hashes_.roots[bundle] = root;
  if (head_ && bundle == head_->size / kTileWidth) hashes_.head_edge = result.hashes;
  report_.bodies += result.bodies;
  report_.absent += result.absent;
  report_.erased += result.erased;
  report_.bytes += result.bytes;
  done_ += result.hashes.size();
  if (options_.progress) options_.progress(done_, report_.stored);
}

std::string Audit::remedy(DamageKind kind) const {
  if (kind == DamageKind::kRecord) return "fsck.remedy.reindex";
  if (kind == DamageKind::kErased) return "fsck.remedy.erase";
  return log_.log.own ? "fsck.remedy.restore" : "fsck.remedy.pull";
}

void Audit::damage(DamageKind kind, std::uint64_t index, std::string detail) {
  const std::lock_guard lock(mutex_);
  ++report_.damage_count;
  if (report_.damages.size() >= options_.max_damages) return;
  report_.damages.push_back({log_.log.origin, kind, index, std::move(detail), remedy(kind)});
}

}  // namespace

std::string_view damage_name(DamageKind kind) {
  switch (kind) {
    case DamageKind::kHead:
      return "head";
    case DamageKind::kLeaf:
      return "leaf";
    case DamageKind::kTile:
      return "tile";
    case DamageKind::kBody:
      return "body";
    case DamageKind::kRecord:
      return "record";
    case DamageKind::kMissing:
      return "missing";
    case DamageKind::kErased:
      return "erased";
  }
  return "unknown";
}

Result<AuditReport> audit_log(const AuditLog& log, LogReader& reader, const AuditOptions& options) {
  return Audit(log, reader, options).run();
}

}  // namespace dure::node
