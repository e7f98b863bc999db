// SPDX-License-Identifier: Apache-2.0
// The local control API: what the command line asks of a node, whether it serves or was opened for
// this one command. Only requests from the control socket (Request::control) reach it; for
// everybody else it does not exist.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "attachments/ports.h"
#include "http/router.h"
#include "membership/ports.h"
#include "publishing/entry_validation.h"
#include "publishing/gov24.h"
#include "publishing/publisher.h"
#include "replication/ports.h"

namespace dure::node::http {

/// What the routes work on. Everything pointed to must outlive the router.
struct ControlPorts {
  Publisher* publisher = nullptr;  // null: this process only reads
  OwnLog* log = nullptr;
  const EntryValidator* validator = nullptr;
  PeerBook* peers = nullptr;
  AttachmentStore* attachments = nullptr;
  OpenSource open_source;
  std::string own_origin;
  std::string own_region;  // 5 digits; empty for an observer without one
  RegionOfAgency region_of;

  // Operations of the whole node; each answers a JSON text.
  std::function<Result<std::string>()> status;
  std::function<Result<std::string>()> pull;  // every peer, once
  std::function<Result<std::string>(bool rebuild_catalogue)> fsck;
  std::function<Result<std::string>(const std::string& path, const std::string& vkey)>
      import_bundle;
  std::function<Result<std::string>(const std::string& path, const std::string& origin)>
      export_logs;
  std::function<Result<std::string>(const std::string& id, std::uint64_t rev,
                                    const std::string& reason)>
      erase;                                                           // rev 0: all revisions
  std::function<Result<std::string>(const std::string& id)> erasures;  // id empty: all
  std::function<Result<std::string>(const std::string& path, bool with_seed)> backup;
  /// One in the folder that is set for them.
  std::function<Result<std::string>()> backup_now;
  /// Waits at most `longest` until `size` entries of the own log are final.
  std::function<Result<std::string>(std::uint64_t size, std::chrono::milliseconds longest)>
      finality;
  std::function<void()> peers_changed;
  /// Whether an operator may do so by hand; may be empty.
  std::function<Status(const NodeCard& card)> may_add_peer;
  std::function<Status(const std::string& what)> may_remove_peer;
};

/// Every route takes ?lang=ko|en for its messages; a failure is problem+json whose `type` is the
/// error's name.
///
///   POST   /control/v1/publish        ?skip_invalid=1 ?check=1   JSON Lines of entries
///   POST   /control/v1/import/gov24   ?all=1 ?skip_invalid=1 ?dry_run=1 ?sizes=N,N   the files
///   POST   /control/v1/import/entries ?skip_invalid=1 ?dry_run=1   JSON Lines of entries
///   POST   /control/v1/withdraw                                  {"id","reason"}
///   GET    /control/v1/peers
///   POST   /control/v1/peers                                     {"url","vkey"}; without vkey it
///   only looks DELETE /control/v1/peers          ?what=URL|ORIGIN POST   /control/v1/pull GET
///   /control/v1/status POST   /control/v1/fsck           ?rebuild=1 POST /control/v1/import-bundle
///   {"path","vkey"} POST   /control/v1/export {"path","origin"}; without origin every log
///   POST /control/v1/erase {"id","rev","reason"}; without rev all revisions
///   GET  /control/v1/erasures ?id=
///   POST   /control/v1/uploads            ?size=N: {"id"}         a file beside an entry begins
///   POST   /control/v1/uploads/chunk      ?id= &offset=          one chunk of 1 MiB, the last
///   shorter POST   /control/v1/uploads/finish     ?id=: {"commit","size"} DELETE
///   /control/v1/uploads            ?id= GET    /control/v1/attachment         ?name=HEX [&chunk=K]
///   a chunk, or the list of them GET    /control/v1/attachment-places  ?origin= POST
///   /control/v1/backup         ?seed=1                    {"path"}
///   /control/v1/backups                                   one now, where the settings say
///   GET    /control/v1/finality       ?size=N ?wait_ms=M         who cosigned, and is it final?
void add_control_routes(Router& router, ControlPorts ports);

}  // namespace dure::node::http
