// SPDX-License-Identifier: Apache-2.0
// node.db: every log this node knows, and the ports of publishing, replication and membership over
// it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "erasing/ports.h"
#include "membership/ports.h"
#include "publishing/ports.h"
#include "replication/evidence.h"
#include "replication/histories.h"
#include "replication/members.h"
#include "replication/ports.h"

namespace dure::node {

/// Opens node.db and hands out the ports over it. Threads: any. The ports live as long as the
/// store.
class NodeStore {
 public:
  /// Makes `path` with an empty own log `origin`. Errors: kConflict if the file exists; kStorage.
  static Status create(const std::string& path, const std::string& origin);
  /// Makes the own log of `path` a mirror and begins an empty own log `origin`; nothing if it has
  /// that name already. Nobody else may have the file open. Errors: kStorage, as open.
  static Status begin_generation(const std::string& path, const std::string& origin);
  /// Never creates. Errors: kStorage, kUnsupported (a newer version, or not a node database).
  static Result<std::unique_ptr<NodeStore>> open(const std::string& path);
  ~NodeStore();

  OwnLog& own_log();
  MirrorStore& mirrors();
  LogReader& reader();
  PeerBook& peer_book();
  BodyStore& bodies();
  EvidenceStore& evidence();
  MembersStore& members();
  HistoryStore& histories();

  /// Copies one moment of the whole file to the new file `path`, which is on disk afterwards;
  /// publishing and pulling go on. Errors: kConflict, kUnavailable (`stop` said so), kStorage.
  Status copy_to(const std::string& path, const std::function<bool()>& stop);

  LogId own_log_id() const;
  const std::string& own_origin() const;
  /// Bytes of entries that wait to be stored.
  std::size_t backlog() const;
  /// Durable commits since opening, for the curious and for tests.
  std::uint64_t commits() const;

 private:
  class Impl;
  explicit NodeStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dure::node
