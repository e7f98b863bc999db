// SPDX-License-Identifier: Apache-2.0
// The composition root: opens each part of a node in order.
#include "app/node_parts.h"

#include <sodium.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/attachment_parts.h"
#include "app/backup_parts.h"
#include "app/charter_peers.h"
#include "app/charter_service.h"
#include "app/console_parts.h"
#include "app/continue_log.h"
#include "app/cosigning_parts.h"
#include "app/evidence.h"
#include "app/fork_parts.h"
#include "app/inbox_parts.h"
#include "app/independent_parts.h"
#include "app/key_rotation.h"
#include "app/link_parts.h"
#include "app/node_identity.h"
#include "app/node_recovery.h"
#include "app/node_routes.h"
#include "app/peer_memory.h"
#include "app/sealed_logs.h"
#include "app/source_policy.h"
#include "app/waking_mirrors.h"
#include "app/webhook_parts.h"
#include "app/witness_logs.h"
#include "publishing/head_signer.h"
#include "storage/catalogue_store.h"
#include "storage/head_lock.h"

namespace dure::node {
namespace {

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  randombytes_buf(&number, sizeof number);
  return number;
}

// Verified entries that wait to be stored; above it indexing waits too.
constexpr std::size_t kIndexingBacklog = std::size_t{1} << 20;

// Publishing, verifying and serving go first; but on a machine that is busy with something else
// indexing must go on, so it is not put at idle priority.
void lower_thread_priority() {
  // On Linux a thread has a priority of its own. Where this is refused, indexing is only less
  // polite.
  constexpr int kNice = 19;
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
}

void log_clock(const Log& log, const std::string& url, std::int64_t ahead) {
  const LogFields fields = {{"url", url}, {"ahead_seconds", std::to_string(ahead)}};
  if (ahead == 0) {
    log.info("clock.agrees", fields);
  } else {
    log.warning("clock.differs", fields);
  }
}

void log_pull(const Log& log, const PullReport& report) {
  LogFields fields = {{"origin", report.origin},
                      {"entries", std::to_string(report.entries)},
                      {"size", std::to_string(report.to)},
                      {"wire_bytes", std::to_string(report.wire_bytes)}};
  if (report.contradiction) {
    // The evidence, verbatim: the log is where it outlives the process.
    fields.emplace_back("known", report.contradiction->known);
    fields.emplace_back("offered", report.contradiction->offered);
    fields.emplace_back("shown_by", report.contradiction->url);
    log.error("replication.contradiction", fields);
  } else if (report.error) {
    for (auto& field : error_fields(*report.error)) fields.push_back(std::move(field));
    log.warning("replication.failed", fields);
  } else if (report.entries > 0) {
    log.info("replication.pulled", fields);
  }
}

Result<SynonymTable> load_synonyms(const std::string& path) {
  if (path.empty()) return SynonymTable(SynonymTable::built_in());
  std::ifstream file(path, std::ios::binary);
  std::stringstream contents;
  if (!file || !(contents << file.rdbuf())) {
    return Error{ErrorCode::kStorage,
                 path,
                 "errors.file_read",
                 {{"file", path}, {"detail", "cannot be read"}}};
  }
  auto table = SynonymTable::parse(contents.str());
  if (table) return table;
  Error error = std::move(table).error();
  error.args.emplace_back("file", path);
  return error;
}

// What the database calls an I/O error is often only a disk that is full or read-only. SQLite needs
// a writable folder even for reading, so in the latter case a copy is the way out.
Error with_disk_in_mind(const DataFolder& folder, Error error) {
  constexpr std::uint64_t kFull = 128 * 1024;
  const bool about_disk = error.text == "storage.io" || error.text == "storage.read-only" ||
                          error.text == "storage.cannot-open";
  struct statvfs disk {};
  if (!about_disk || statvfs(folder.path.c_str(), &disk) != 0) return error;
  if ((disk.f_flag & ST_RDONLY) != 0) {
    return Error{
        error.code, std::move(error.detail), "errors.disk_read_only", {{"path", folder.path}}};
  }
  if (disk.f_bavail * disk.f_frsize < kFull)
    return Error{error.code, std::move(error.detail), "storage.full", {{"path", folder.path}}};
  return error;
}

// What entries must look like, and where they are.
Status open_tables(NodeParts& node) {
  if (auto trusted = check_authorities(node.settings); !trusted) return trusted;
  auto regions = RegionTable::load(node.settings.regions_file);
  if (!regions) return regions.error();
  node.regions = std::make_unique<RegionTable>(std::move(*regions));
  auto synonyms = load_synonyms(node.settings.synonyms_file);
  if (!synonyms) return synonyms.error();
  node.synonyms = std::make_unique<SynonymTable>(std::move(*synonyms));
  const RegionTable* table = node.regions.get();
  auto validator =
      EntryValidator::create([table](std::string_view code) { return table->known(code); });
  if (!validator) return validator.error();
  node.validator = std::move(*validator);
  return ok();
}

bool is_damaged(const Error& error) {
  return error.text == "storage.corrupt" || error.text == "storage.not-a-database";
}

// The catalogue is folded from the logs again; whatever lay in its place is kept for a look.
Status set_catalogue_aside(const NodeParts& node) {
  const std::string path = node.folder.catalogue();
  std::error_code failure;
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix, failure);
  std::filesystem::rename(path, path + ".damaged", failure);
  if (failure) {
    return Error{ErrorCode::kStorage,
                 path + ": " + failure.message(),
                 "errors.file_write",
                 {{"file", path}, {"detail", failure.message()}}};
  }
  node.log.warning("catalogue.damaged", {{"kept_as", path + ".damaged"}});
  return ok();
}

// What pages and API say of an entry that was erased.
ErasedEntries erased_entries(NodeParts& node) {
  return [&eraser = *node.eraser](std::string_view origin,
                                  std::uint64_t index) -> std::optional<ErasedView> {
    const auto erasure = eraser.of_target(origin, index);
    if (!erasure) return std::nullopt;
    return ErasedView{erasure->reason, erasure->erase_index,
                      erasure->of_sealed() ? erasure->origin : std::string()};
  };
}

// What citizens search.
Status open_search(NodeParts& node, OpenFor purpose) {
  CatalogueStoreOptions files;
  files.columns_later = purpose == OpenFor::kInspecting;
  auto catalogue = open_catalogue(node.folder.catalogue(), files);
  if (!catalogue && is_damaged(catalogue.error())) {
    if (auto aside = set_catalogue_aside(node); !aside) return aside;
    catalogue = open_catalogue(node.folder.catalogue());
  }
  if (!catalogue) return catalogue.error();
  node.catalogue = std::move(*catalogue);
  if (auto opened = open_attachments(node, purpose); !opened) return opened;
  if (auto applied = open_erasing(node); !applied) return applied;
  IndexerOptions options;
  options.on_error = [&log = node.log](const Error& error) {
    log.error("catalogue.failed", error_fields(error));
  };
  options.on_start = lower_thread_priority;
  options.on_folded = [&node] {
    if (const http::Server* server = node.server.load()) server->tell_streams();
    if (node.webhooks) node.webhooks->wake();
  };
  options.shown_until = [&node](std::string_view origin) {
    return node.forks->shown_until(origin);
  };
  options.line_of = [&node](std::string_view origin) { return record_line(node, origin); };
  options.others_first = [&store = *node.store] { return store.backlog() > kIndexingBacklog; };
  node.indexer = std::make_unique<Indexer>(*node.catalogue, node.store->reader(), options);
  node.search = std::make_unique<SearchService>(
      *node.catalogue, node.store->reader(), node.store->peer_book(), node.own, *node.synonyms,
      *node.regions, erased_entries(node), [&node] { return withheld_logs(*node.forks); },
      [&node](std::string_view origin) { return proof_heads(node, origin); });
  node.listing =
      std::make_unique<Listing>(*node.catalogue, node.store->reader(), erased_entries(node));
  return ok();
}

OwnLogWatchPorts own_log_watch_ports(NodeParts& node) {
  OwnLogWatchPorts ports;
  ports.origin = node.own.origin;
  ports.keys = own_log_keys(node);
  ports.node = [&reader = node.store->reader(), own = node.store->own_log_id()](
                   unsigned level, std::uint64_t index) { return reader.node(own, level, index); };
  ports.publisher = [&node] { return node.publisher.get(); };
  ports.recover = [&node] { return recover_own_log(node); };
  ports.on_twin = [&node](const Error& why, const std::string& note, const std::string& url) {
    auto fields = error_fields(why);
    fields.emplace_back("shown_by", url);
    fields.emplace_back("head", note);
    node.log.error("recovery.twin", fields);
    if (auto kept = keep_evidence(node.folder, note); !kept)
      node.log.error("recovery.evidence_not_kept", error_fields(kept.error()));
  };
  ports.on_error = [&log = node.log](const Error& error) {
    log.error("recovery.head_not_judged", error_fields(error));
  };
  ports.on_resumed = [&log = node.log] { log.warning("recovery.resumed"); };
  return ports;
}

// How the other governments' logs get here.
void open_replication(NodeParts& node) {
  node.clocks = std::make_shared<ClockWatch>(
      unix_now, [&log = node.log](const std::string& url, std::int64_t ahead) {
        log_clock(log, url, ahead);
      });
  node.open_source =
      watching_clocks(make_source_opener(node.settings, node.stopping.get_token()), node.clocks);
  node.waking_mirrors = make_waking_mirrors(*node.cosigning_mirrors,
                                            [indexer = node.indexer.get()] { indexer->wake(); });
  ReplicatorOptions options;
  options.interval = std::chrono::seconds(node.settings.pull_interval);
  options.peers_per_round = node.settings.fan_out;
  options.parallel_logs = node.settings.parallel_fetches;
  options.pull.window_bytes = node.settings.window_mib << 20;
  options.unix_seconds = unix_now;
  options.on_pull = [&node](const PullReport& report) {
    log_pull(node.log, report);
    if (report.entries > 0 && (node.eraser->unfinished() || node.eraser->has_claims()))
      node.erasing_bell.ring();
    if (report.entries > 0) node.members.bell.ring();
    if (report.entries > 0) node.mirroring_bell.ring();
  };
  options.random = random_number;
  connect_forks(node, options);
  node.own_log_watch = std::make_unique<OwnLogWatch>(own_log_watch_ports(node));
  options.on_heads = [watch = node.own_log_watch.get()](const std::string& url,
                                                        const std::vector<AnnouncedHead>& heads) {
    watch->saw(url, heads);
  };
  node.replicator =
      std::make_unique<Replicator>([&node] { return replication_peers(node); }, node.open_source,
                                   *node.waking_mirrors, node.store->reader(), options);
}

// Nothing is signed before head lock, leaves, public head and what the peers know tell one story.
Status open_publishing(NodeParts& node) {
  auto recovered = recover_own_log(node);
  if (!recovered) return recovered.error();
  add_twin(*recovered, twin_known(*node.forks, node.own.origin));
  if (auto waits = key_not_named(node)) recovered->quarantine = std::move(waits);
  // What the charter says is the last word.
  if (auto sealed = own_log_sealed(node)) recovered->quarantine = std::move(sealed);
  go_on_with_records(node);
  PublisherPorts ports;
  ports.origin = node.own.origin;
  ports.log = node.own_log.get();
  ports.head_lock = node.head_lock.get();
  ports.signer = node.signer.get();
  ports.second = node.second_signer.get();
  ports.now = unix_now;
  ports.random = [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); };
  // Whoever published: a command, the node itself because of its charter, or recovery.
  ports.on_head = [&cosigning = *node.cosigning, &independent = *node.independent,
                   indexer = node.indexer.get()](const SignedCheckpoint& head) {
    cosigning.head_signed(head);
    independent.wake();
    indexer->wake();
  };
  if (auto renewed = sign_anew(ports, *recovered); !renewed) return renewed;
  if (auto settled = take_over_new_key(node, *recovered); !settled) return settled;
  node.publisher = Publisher::start(std::move(ports), *recovered);
  remember_peers(node);
  return begin_with_continues(node);
}

// Watches that the others' histories only grow.
Status open_witness(NodeParts& node) {
  auto extra = load_extra_logs(node.settings.witness_extra_logs, node.own.origin,
                               node.witness_signer->verifier().name());
  if (!extra) return extra.error();
  node.extra_logs = std::move(*extra);
  auto witness = Witness::open(
      {node.head_lock.get(), node.witness_signer.get(), unix_now, watch_misfits(node),
       [&replicator = *node.replicator](const std::string& origin, const std::string& note) {
         replicator.announce(origin, note);
       }});
  if (!witness) return witness.error();
  node.witness = std::move(*witness);
  return update_witnessed_logs(node);
}

// A node that only reads asks nobody, but knows what it was told before.
Status look_for_quarantine(NodeParts& node) {
  auto settled = settle_own_log(node);
  if (!settled) return settled.error();
  node.quarantine = std::move(settled->quarantine);
  if (!node.quarantine) node.quarantine = twin_known(*node.forks, node.own.origin);
  if (auto waits = key_not_named(node)) node.quarantine = std::move(waits);
  if (auto sealed = own_log_sealed(node)) node.quarantine = std::move(sealed);
  return ok();
}

Status open_for_writing(NodeParts& node) {
  if (auto opened = open_publishing(node); !opened) return opened;
  if (auto opened = open_witness(node); !opened) return opened;
  return open_links(node);
}

Result<std::unique_ptr<NodeParts>> open_parts(std::unique_ptr<NodeParts> node, OpenFor purpose) {
  if (sodium_init() < 0) return Error{ErrorCode::kInternal, "libsodium does not start"};
  node->now = unix_now;
  if (auto opened = open_identity(*node, purpose); !opened)
    return with_disk_in_mind(node->folder, opened.error());
  if (auto opened = open_tables(*node); !opened) return opened.error();
  if (auto opened = open_charter(*node); !opened) return opened.error();
  if (auto opened = open_forks(*node, unix_now); !opened) return opened.error();
  if (auto opened = open_search(*node, purpose); !opened)
    return with_disk_in_mind(node->folder, opened.error());
  if (auto opened = open_webhooks(*node); !opened) return opened.error();
  if (auto opened = open_cosigning(*node); !opened) return opened.error();
  node->cosigning->follow(node->charter->current()->charter);
  if (auto opened = open_independent_witnesses(*node, purpose); !opened) return opened.error();
  open_replication(*node);
  open_mirroring(*node);
  open_members(*node);
  if (auto opened = open_receipts(*node); !opened) return opened.error();
  const bool writes = purpose == OpenFor::kWriting;
  auto opened = writes ? open_for_writing(*node) : look_for_quarantine(*node);
  if (!opened) return std::move(opened).error();
  open_inbox_parts(*node, purpose);
  open_console_parts(*node, purpose);
  if (auto ready = open_backups(*node); !ready) return std::move(ready).error();
  add_node_routes(*node);
  return node;
}

}  // namespace

Status update_witnessed_logs(NodeParts& node) {
  const auto logs = logs_to_witness(node);
  if (!logs) return logs.error();
  node.witness->set_logs(*logs);
  return ok();
}

Result<std::unique_ptr<NodeParts>> open_node(const Settings& settings, OpenFor purpose) {
  return open_parts(std::make_unique<NodeParts>(settings), purpose);
}

Result<std::unique_ptr<NodeParts>> open_node(const Settings& settings, OpenFor purpose,
                                             Passphrase passphrase) {
  auto node = std::make_unique<NodeParts>(settings);
  node->passphrases.remember(std::move(passphrase));
  return open_parts(std::move(node), purpose);
}

}  // namespace dure::node
