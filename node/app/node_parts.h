// SPDX-License-Identifier: Apache-2.0
// Everything one node is made of, in the order in which it is opened. Closing goes the other way
// round.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "app/clock_watch.h"
#include "app/data_folder.h"
#include "app/erasing_parts.h"
#include "app/front_watch.h"
#include "app/log.h"
#include "app/members_parts.h"
#include "app/node_keys.h"
#include "app/own_keys.h"
#include "app/own_log_watch.h"
#include "app/recovery_notes.h"
#include "attachments/mirroring.h"
#include "backup/keeper.h"
#include "catalogue/indexer.h"
#include "catalogue/listing.h"
#include "catalogue/query.h"
#include "catalogue/regions.h"
#include "catalogue/search_service.h"
#include "console/accounts.h"
#include "console/api_tokens.h"
#include "console/drafts.h"
#include "erasing/eraser.h"
#include "erasing/receipt_collector.h"
#include "http/router.h"
#include "http/server.h"
#include "inbox/inbox.h"
#include "links/checker.h"
#include "membership/charter_book.h"
#include "membership/ports.h"
#include "publishing/entry_validation.h"
#include "publishing/publisher.h"
#include "replication/fork_watch.h"
#include "replication/replicator.h"
#include "settings/settings.h"
#include "storage/console_store.h"
#include "storage/head_lock.h"
#include "storage/inbox_store.h"
#include "storage/node_store.h"
#include "storage/process_lock.h"
#include "webhooks/webhooks.h"
#include "witnessing/cosigning.h"
#include "witnessing/independent_witnesses.h"
#include "witnessing/mirror_cosigner.h"
#include "witnessing/witness.h"

namespace dure::node {

enum class OpenFor { kInspecting, kReading, kWriting };

/// An opened node that does nothing by itself yet: no thread pulls, indexes or serves. Threads: as
/// the parts say.
struct NodeParts {
  explicit NodeParts(const Settings& given)
      : settings(given), passphrases(given), folder{given.data}, log(given) {}

  Settings settings;
  PassphraseSource passphrases;
  DataFolder folder;
  Log log;
  std::stop_source stopping;  // ends waiting for peers

  std::unique_ptr<ProcessLock> lock;
  std::unique_ptr<HeadLockFile> head_lock;
  std::unique_ptr<NodeStore> store;
  std::unique_ptr<NodeKeys> keys;
  std::unique_ptr<Signer> signer;
  std::unique_ptr<Signer> second_signer;  // of heads, while one log key replaces the other
  std::unique_ptr<Signer> witness_signer;
  std::unique_ptr<Signer> mirror_signer;
  std::unique_ptr<Signer> request_signer;
  NodeCard own;
  std::mutex rotating;  // guards the next three: a command may ask for new keys while others look
  SeedKeys seeds;
  KeyPhase key_phase = KeyPhase::kSettled;
  std::unique_ptr<NodeKeys> coming_keys;         // asked for
  std::atomic<std::uint64_t> asked_for_keys{0};  // newest charter when they were last asked for
  std::atomic<bool> keys_changed{false};         // others are to be used: the node is opened anew
  std::function<void()> on_keys_changed;         // may be empty

  std::function<std::int64_t()> now;     // POSIX seconds
  std::unique_ptr<CharterBook> charter;  // asked by what follows

  std::unique_ptr<RegionTable> regions;
  std::unique_ptr<SynonymTable> synonyms;
  std::unique_ptr<EntryValidator> validator;

  std::unique_ptr<ForkWatch> forks;  // asked by what follows

  std::unique_ptr<CatalogueStore> catalogue;
  std::unique_ptr<AttachmentStore> attachments;
  std::unique_ptr<Eraser> eraser;                // everything that is stored passes by it:
  std::unique_ptr<OwnLog> erasing_own_log;       // the stored own log behind it
  std::unique_ptr<OwnLog> own_log;               // that one, holding on to attachments
  std::unique_ptr<MirrorStore> erasing_mirrors;  // the stored mirrors behind it
  Bell erasing_bell, mirroring_bell;
  std::unique_ptr<Indexer> indexer;
  std::unique_ptr<SearchService> search;
  std::unique_ptr<Listing> listing;     // of the whole catalogue
  std::unique_ptr<LinkBook> link_book;  // null unless links are checked
  std::unique_ptr<Signer> webhook_signer;
  std::unique_ptr<Webhooks> webhooks;  // tells nobody anything by itself

  std::shared_ptr<ClockWatch> clocks;  // shared by the sources that are open
  OpenSource open_source;
  std::unique_ptr<MirrorCosigner> mirror_cosigner;  // says that what replication stored is here
  std::unique_ptr<MirrorStore> cosigning_mirrors;
  std::unique_ptr<MirrorStore> waking_mirrors;  // tells the indexer what replication stored
  std::mutex sealing;              // one thread at a time settles what the charter has sealed
  std::set<std::string> refolded;  // sealed logs that were folded anew since the start
  RecoveryNotes recovery;
  std::unique_ptr<OwnLogWatch> own_log_watch;
  std::unique_ptr<Replicator> replicator;
  std::unique_ptr<Mirroring> mirroring;         // of attachments
  std::atomic<std::uint64_t> asked_version{0};  // newest when this node last asked to be taken in
  MembersParts members;
  std::unique_ptr<ReceiptCollector> receipts;
  std::unique_ptr<Cosigning> cosigning;  // of the own log's heads; asks nobody by itself
  std::unique_ptr<IndependentWitnesses> independent;  // asked beside those of the charter; likewise
  std::atomic<int> final_waiters{0};      // threads that wait for a head to become final
  std::unique_ptr<Publisher> publisher;   // null when opened for reading
  std::unique_ptr<InboxFile> inbox_file;  // null: there is none, or it cannot be opened
  std::unique_ptr<Inbox> inbox;           // null likewise
  std::optional<Error> inbox_failure;
  Bell inbox_bell;
  std::unique_ptr<ConsoleFile> console_file;  // null: there is none, or it cannot be opened
  std::unique_ptr<PasswordHasher> passwords;  // null likewise, as what follows
  std::unique_ptr<Sessions> sessions;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<ApiTokens> tokens;
  std::unique_ptr<Drafts> drafts;
  std::optional<Error> console_failure;
  std::unique_ptr<LinkChecker> links;         // of own entries; null unless they are checked
  std::unique_ptr<BackupShelf> backup_shelf;  // null unless backups are made on schedule
  std::unique_ptr<BackupKeeper> backups;      // null likewise; makes none by itself
  WitnessedLogs extra_logs;                   // witnessed besides those of the peers
  std::unique_ptr<Witness> witness;           // null when opened for reading
  std::optional<Error> quarantine;  // found while opening for reading; else the publisher knows

  FrontWatch front;  // for `dure doctor`
  http::Router router;
  bool serving = false;                              // set before the first request
  std::atomic<const http::Server*> server{nullptr};  // null while none runs
};

/// Opens the node in the settings' data folder; with OpenFor::kWriting recovery runs and publishing
/// is possible. Errors: kNotFound (no node there), kRefused (locked by another process, wrong key),
/// kStorage, kUnsupported, kMalformed (seed, tables).
Result<std::unique_ptr<NodeParts>> open_node(const Settings& settings, OpenFor purpose);
/// The same, with the passphrase known.
Result<std::unique_ptr<NodeParts>> open_node(const Settings& settings, OpenFor purpose,
                                             Passphrase passphrase);

/// Makes the witness follow a changed list of peers. Errors: kStorage, kMalformed (a stored key).
Status update_witnessed_logs(NodeParts& node);

}  // namespace dure::node
