// SPDX-License-Identifier: Apache-2.0
#include "app/restore.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "app/attachment_backup.h"
#include "app/backup.h"
#include "app/data_folder.h"
#include "app/durable_file.h"
#include "app/node_keys.h"
#include "app/seed_file.h"
#include "app/source_policy.h"
#include "membership/charter_book.h"
#include "membership/peers_file.h"
#include "peer/base_url.h"
#include "replication/bounds.h"
#include "storage/head_lock.h"
#include "storage/log_copy.h"
#include "storage/process_lock.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Status make_folder(const std::string& path) {
  std::error_code failure;
  if (fs::create_directories(path, failure)) {
    fs::permissions(path, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec,
                    failure);
  }
  if (!failure) return ok();
  return Error{ErrorCode::kStorage,
               path + ": " + failure.message(),
               "errors.folder_write",
               {{"path", path}, {"detail", failure.message()}}};
}

Error node_there(const DataFolder& folder) {
  return Error{ErrorCode::kConflict,
               folder.database() + " exists",
               "restore.node-there",
               {{"path", folder.path}}};
}

// A key that took the place of the one under which the backup was made: the charter in the head
// lock knows both.
bool follows_key_of(const CopiedLog& log, const VerifierKey& key, const DataFolder& folder) {
  if (!exists(folder.head_lock())) return false;
  const auto lock = open_head_lock(folder.head_lock());
  if (!lock) return false;
  const auto book = CharterBook::open(**lock, [] { return std::int64_t{0}; });
  if (!book) return false;
  const auto keys = (*book)->keys_ever(log.origin);
  const bool named = std::any_of(keys.begin(), keys.end(), [&](const VerifierKey& known) {
    return known.format() == key.format();
  });
  return named && open_checkpoint(log.head, log.origin, keys).has_value();
}

// The head in the backup must be one that this seed has signed.
Status check_seed(const Settings& settings, const std::string& seed_path, const CopiedLog& log) {
  Settings of_log = settings;
  of_log.origin = log.origin;
  const auto keys_of_node = NodeKeys::open(of_log, seed_path, PassphraseSource(settings));
  if (!keys_of_node) return keys_of_node.error();
  if (log.head.empty()) return ok();
  const auto signer = keys_of_node->log();
  if (!signer) return signer.error();
  const std::array keys = {(*signer)->verifier()};
  if (open_checkpoint(log.head, log.origin, keys)) return ok();
  if (follows_key_of(log, keys.front(), DataFolder{settings.data})) return ok();
  return Error{ErrorCode::kRefused,
               seed_path + " did not sign the head in the backup",
               "restore.seed-does-not-fit",
               {{"file", printable(seed_path, 400)}, {"origin", log.origin}}};
}

// One restoring, from the checks to the last rename.
class Restoring {
 public:
  Restoring(const Settings& settings, const RestoreWish& wish, BackupManifest manifest)
      : settings_(settings), wish_(wish), folder_{settings.data} {
    out_.manifest = std::move(manifest);
  }

  Result<Restored> run() {
    if (auto fits = check_socket_path(folder_); !fits) return fits.error();
    if (auto made = make_folder(folder_.path); !made) return made.error();
    auto lock = ProcessLock::take(folder_.lock());
    if (!lock) return lock.error();
    for (const auto step : {&Restoring::check, &Restoring::bring_in, &Restoring::put_in_place}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    out_.has_seed = exists(folder_.seed());
    out_.has_head_lock = exists(folder_.head_lock());
    return std::move(out_);
  }

 private:
  Status check() {
    if (exists(folder_.database()) && !wish_.replace) return node_there(folder_);
    if (!settings_.origin.empty() && settings_.origin != out_.manifest.origin) {
      return Error{ErrorCode::kRefused,
                   "the backup is of " + out_.manifest.origin,
                   "restore.other-origin",
                   {{"backup", out_.manifest.origin}, {"settings", settings_.origin}}};
    }
    if (wish_.readable) return ok();
    const bool own_seed = exists(folder_.seed());
    if (own_seed && !wish_.seed.empty()) {
      return Error{ErrorCode::kConflict,
                   folder_.seed() + " exists",
                   "storage.exists",
                   {{"path", folder_.seed()}}};
    }
    if (own_seed) {
      seed_ = folder_.seed();
    } else if (!wish_.seed.empty()) {
      seed_ = wish_.seed;
    } else if (out_.manifest.has(kBackupSeed)) {
      seed_ = wish_.backup + "/" + kBackupSeed;
    }
    if (seed_.empty()) return ok();  // readable, but nothing can be signed: the caller says so
    const auto log = examine_copy(wish_.backup + "/" + kBackupDatabase);
    if (!log) return log.error();
    return check_seed(settings_, seed_, *log);
  }

  /// Everything that takes space, before anything that was there is touched.
  Status bring_in() {
    unlink(folder_.incoming_database().c_str());
    auto done =
        copy_new_file(wish_.backup + "/" + kBackupDatabase, folder_.incoming_database(), kPrivate);
    if (!done) return done;
    // Those that were erased since then go again when the node starts.
    const auto attachments = copy_own_attachments(wish_.backup + "/" + kBackupAttachments,
                                                  folder_.attachments(), out_.manifest.origin);
    if (!attachments) {
      unlink(folder_.incoming_database().c_str());
      return attachments.error();
    }
    const std::string note = out_.manifest.origin + " " + std::to_string(out_.manifest.size) + "\n";
    done = replace_file(folder_.restored(), note, kPrivate | S_IRGRP);
    if (done && !exists(folder_.settings())) {
      done = copy_new_file(wish_.backup + "/" + kBackupSettings, folder_.settings(),
                           kPrivate | S_IRGRP);
    }
    if (done) done = bring_in(kBackupInbox, folder_.inbox());
    if (done) done = bring_in(kBackupConsole, folder_.console());
    if (done && !seed_.empty() && seed_ != folder_.seed())
      done = copy_new_file(seed_, folder_.seed(), kPrivate);
    if (!done) unlink(folder_.incoming_database().c_str());
    return done;
  }

  /// One that is here is newer than the backup's, and stays.
  Status bring_in(const char* name, const std::string& target) {
    if (!out_.manifest.has(name) || exists(target)) return ok();
    for (const char* suffix : {"-wal", "-shm"}) unlink((target + suffix).c_str());
    return copy_new_file(wish_.backup + "/" + name, target, kPrivate);
  }

  Status put_in_place() {
    if (auto aside = set_aside(); !aside) return aside;
    for (const std::string& stale :
         {folder_.database() + "-wal", folder_.database() + "-shm", folder_.catalogue(),
          folder_.catalogue() + "-wal", folder_.catalogue() + "-shm"}) {
      unlink(stale.c_str());
    }
    if (auto synced = sync_folder(folder_.path); !synced) return synced;
    if (auto moved = move_file(folder_.incoming_database(), folder_.database()); !moved)
      return moved;
    return sync_folder(folder_.path);
  }

  Status set_aside() {
    if (!exists(folder_.database())) return ok();
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    out_.set_aside =
        folder_.database() + ".before-" +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    for (const char* suffix : {"-wal", ""}) {  // what was written last may be in the WAL only
      const std::string from = folder_.database() + suffix;
      if (!exists(from)) continue;
      if (auto moved = move_file(from, out_.set_aside + suffix); !moved) return moved;
    }
    return ok();
  }

  const Settings& settings_;
  const RestoreWish& wish_;
  const DataFolder folder_;
  std::string seed_;  // where it is now; empty if nowhere
  Restored out_;
};

}  // namespace

Result<Restored> restore_backup(const Settings& settings, const RestoreWish& wish) {
  auto manifest = verify_backup(wish.backup);
  if (!manifest) return manifest.error();
  return Restoring(settings, wish, std::move(*manifest)).run();
}

Result<PeerEntry> look_at_peer(const Settings& settings, const std::string& url) {
  const auto parsed = parse_base_url(url);
  if (!parsed) {
    return Error{ErrorCode::kInvalid, url, "errors.peer_url", {{"url", printable(url)}}};
  }
  PeerEntry peer;
  peer.url = format_base_url(*parsed);
  FetchRequest request;
  request.path = "/federation/node";
  request.max_bytes = kMaxCardBytes;
  auto source = make_quick_opener(settings, {})(peer.url);
  auto answer = source ? (*source)->fetch(request) : Result<FetchResponse>(source.error());
  auto card = answer ? parse_card(answer->body) : Result<NodeCard>(answer.error());
  if (!card) {
    return Error{ErrorCode::kUnavailable,
                 url + ": " + card.error().detail,
                 "errors.peer_unreachable",
                 {{"url", printable(url)}, {"detail", printable(card.error().detail, 400)}}};
  }
  peer.card = std::move(*card);
  return peer;
}

Status prepare_from_peer(const Settings& settings, const std::string& seed, const PeerEntry& peer,
                         std::string (*describe)(std::string_view help_key)) {
  const DataFolder folder{settings.data};
  if (auto fits = check_socket_path(folder); !fits) return fits;
  if (auto complete = check_identity(settings); !complete) return complete;
  if (auto made = make_folder(folder.path); !made) return made;
  auto lock = ProcessLock::take(folder.lock());
  if (!lock) return lock.error();
  if (exists(folder.database()) || exists(folder.head_lock())) return node_there(folder);
  if (const auto fits =
          read_seed_file(exists(folder.seed()) ? folder.seed() : seed, PassphraseSource(settings));
      !fits)
    return fits.error();
  Status done = ok();
  if (!exists(folder.seed())) done = copy_new_file(seed, folder.seed(), kPrivate);
  if (done) done = replace_file(folder.peers(), format_peers_file({peer}), kPrivate | S_IRGRP);
  if (done && !exists(folder.settings())) {
    done = write_new_file(folder.settings(), format_settings_file(settings, describe),
                          kPrivate | S_IRGRP);
  }
  return done ? sync_folder(folder.path) : done;
}

}  // namespace dure::node
