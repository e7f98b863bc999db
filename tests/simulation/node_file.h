// SPDX-License-Identifier: Apache-2.0
// The ports over node.db: logs, bodies, evidence, peers. Behave as the SQLite ones do (the contract
// tests run on both).
#pragma once

#include "simulation/disk.h"

namespace dure::simulation {

/// Every log, own and mirrored. Threads: any.
class LogsFile final : public OwnLog, public MirrorStore, public LogReader, public BodyStore {
 public:
  LogsFile(NodeDb& db, Power& power) : db_(db), power_(power), published_(db.logs[0].head) {}

  static constexpr LogId kOwn = 1;
  LogId add_mirror(const std::string& origin);
  /// At a clean stop: the public head is written with the next commit, or soon.
  void flush();

  std::uint64_t size() override;
  Result<CompactRange> range() override;
  Status append(std::uint64_t first, std::span<const NewEntry> entries) override;
  Result<std::optional<OwnRecord>> find_by_id(std::string_view id) override;
  Result<std::optional<OwnRecord>> find_by_source(std::string_view source) override;
  Result<EntryClass> entry_class(std::uint64_t index) override;
  Result<std::optional<std::string>> body(std::uint64_t index) override;
  Status publish_head(const SignedCheckpoint& head) override;
  Result<std::optional<std::string>> published_head() override;

  Result<MirrorState> mirror(LogId log) override;
  Status begin(LogId log, std::string_view head) override;
  void store(LogId log, VerifiedBundle bundle, std::function<void(Status)> done) override;
  Status complete(LogId log, std::string_view head) override;

  Result<std::vector<KnownLog>> logs() override;
  Result<KnownLog> log_by_origin(std::string_view origin) override;
  Result<std::string> head(LogId log) override;
  Result<std::uint64_t> stored(LogId log) override;
  Result<Bytes> tile(LogId log, const TilePath& tile, std::size_t from,
                     std::size_t soft_limit) override;
  Result<MirroredEntry> entry(LogId log, std::uint64_t index) override;
  Status scan(LogId log, std::uint64_t first, std::uint64_t count,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&
                  each) override;
  Result<Hash> node(LogId log, unsigned level, std::uint64_t index) override;

  Result<std::vector<std::uint64_t>> present(LogId log,
                                             std::span<const std::uint64_t> indexes) override;
  Status erase(LogId log, std::span<const std::uint64_t> indexes) override;
  Status sweep(Sweep how) override;

 private:
  LogTable* find(LogId log);
  LogTable* find_mirror(LogId log);
  template <class Write>
  Status commit(const Write& write);

  NodeDb& db_;
  Power& power_;
  std::mutex mutex_;                      // guards db_ and what follows
  std::optional<std::string> published_;  // seen at once, durable with the next commit
};

/// Threads: one.
class EvidenceFile final : public EvidenceStore {
 public:
  EvidenceFile(NodeDb& db, Power& power) : db_(db), power_(power) {}
  Status keep(std::span<const SeenHead> heads) override;
  Result<std::vector<SeenHead>> heads(std::string_view origin) override;
  Status suspect(const Suspicion& suspicion) override;
  Status dismiss(std::string_view origin) override;
  Result<std::vector<Suspicion>> suspicions() override;
  Status keep_fork(const KeptFork& fork, std::string_view instead_of) override;
  Status decide(std::string_view origin, std::string_view decision) override;
  Result<std::vector<KeptFork>> forks() override;

 private:
  void thin(const std::string& origin);
  NodeDb& db_;
  Power& power_;
};

/// Threads: one. Adding a peer adds an empty mirror.
class PeersFile final : public PeerBook {
 public:
  PeersFile(NodeDb& db, LogsFile& logs, Power& power) : db_(db), logs_(logs), power_(power) {}
  Result<std::vector<PeerEntry>> peers() override;
  Status add(const PeerEntry& peer) override { return write(peer, /*other_key=*/false); }
  Status put(const PeerEntry& peer) override { return write(peer, /*other_key=*/true); }
  Status remove(std::string_view what) override;

 private:
  Status write(const PeerEntry& peer, bool other_key);
  NodeDb& db_;
  LogsFile& logs_;
  Power& power_;
};

}  // namespace dure::simulation
