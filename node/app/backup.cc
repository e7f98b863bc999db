// SPDX-License-Identifier: Apache-2.0
#include "app/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "app/attachment_backup.h"
#include "app/durable_file.h"
#include "app/own_keys.h"
#include "app/version.h"
#include "storage/log_copy.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

Error exists_already(const std::string& path) {
  return Error{ErrorCode::kConflict, path + " exists", "storage.exists", {{"path", path}}};
}

Error folder_error(const std::string& path, int failure) {
  const auto why = std::generic_category().message(failure);
  return Error{ErrorCode::kStorage,
               path + ": " + why,
               "errors.folder_write",
               {{"path", path}, {"detail", why}}};
}

// The folder in which a backup comes together. What an interrupted one left is cleared away; a
// second one at the same time is refused. Without keep() it goes again.
class PartialFolder {
 public:
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;
  ~PartialFolder() {
    if (!kept_) clear();
    close(descriptor_);
    if (!kept_) rmdir(path_.c_str());
  }

  static Result<std::unique_ptr<PartialFolder>> make(const std::string& target) {
    const std::string path = target + ".partial";
    if (mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return folder_error(path, errno);
    const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return folder_error(path, errno);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      close(descriptor);
      return Error{ErrorCode::kConflict, path + " is in use", "backup.running", {{"path", target}}};
    }
    std::unique_ptr<PartialFolder> folder(new PartialFolder(path, target, descriptor));
    folder->clear();
    return folder;
  }

  std::string file(const char* name) const { return path_ + "/" + name; }

  /// Gives the folder its name, unless something has it already.
  Status keep() {
    if (fsync(descriptor_) != 0) return folder_error(path_, errno);
    if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0)
      return errno == EEXIST ? exists_already(target_) : folder_error(target_, errno);
    kept_ = true;
    return sync_folder(folder_of(target_));
  }

 private:
  PartialFolder(std::string path, std::string target, int descriptor)
      : path_(std::move(path)), target_(std::move(target)), descriptor_(descriptor) {}

  // Only what a backup makes: the folder might be somebody's.
  void clear() const {
    for (const char* name : {kManifestName, kBackupDatabase, kBackupInbox, kBackupConsole,
                             kBackupSettings, kBackupKeys, kBackupSeed}) {
      unlink(file(name).c_str());
    }
    for (const char* name : {kBackupDatabase, kBackupInbox, kBackupConsole})
      unlink((file(name) + "-journal").c_str());
    std::error_code ignored;
    fs::remove_all(file(kBackupAttachments), ignored);
  }

  const std::string path_, target_;
  const int descriptor_;
  bool kept_ = false;
};

/// `file` may be null: then there is nothing to copy.
template <class File>
Status copy_beside(File* file, const std::string& path, const std::function<bool()>& stop) {
  if (file == nullptr) return ok();
  if (auto copied = file->copy_to(path, stop); !copied) return copied;
  return chmod(path.c_str(), kPrivate) == 0 ? ok() : Status(folder_error(path, errno));
}

/// One vkey per line, of every log in the copy: charter and head lock, which know them, are not in
/// it.
Status write_keys(NodeParts& node, const std::string& path) {
  const auto logs = node.store->reader().logs();
  if (!logs) return logs.error();
  std::set<std::string> lines;
  for (const auto& log : *logs) {
    for (const VerifierKey& key : log_keys_ever(node, log.origin)) lines.insert(key.format());
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return write_new_file(path, text, kPrivate | S_IRGRP);
}

Status copy_files(NodeParts& node, const PartialFolder& folder, WithSeed seed) {
  const auto stop = [token = node.stopping.get_token()] { return token.stop_requested(); };
  const std::string database = folder.file(kBackupDatabase);
  if (auto copied = node.store->copy_to(database, stop); !copied) return copied;
  if (chmod(database.c_str(), kPrivate) != 0) return folder_error(database, errno);
  if (auto copied = copy_beside(node.inbox_file.get(), folder.file(kBackupInbox), stop); !copied)
    return copied;
  if (auto copied = copy_beside(node.console_file.get(), folder.file(kBackupConsole), stop);
      !copied)
    return copied;
  auto copied =
      copy_new_file(node.folder.settings(), folder.file(kBackupSettings), kPrivate | S_IRGRP);
  if (copied) copied = write_keys(node, folder.file(kBackupKeys));
  if (!copied || seed == WithSeed::kNo) return copied;
  // The one that the node will have when the backup is needed.
  const std::lock_guard lock(node.rotating);
  const bool replaced = node.key_phase != KeyPhase::kSettled && node.key_phase != KeyPhase::kAsked;
  return copy_new_file(replaced ? node.folder.new_seed() : node.folder.seed(),
                       folder.file(kBackupSeed), kPrivate);
}

Result<BackupManifest> describe(const PartialFolder& folder, WithSeed seed) {
  const auto log = examine_copy(folder.file(kBackupDatabase));
  if (!log) return log.error();
  BackupManifest manifest;
  manifest.origin = log->origin;
  const auto generation = parse_decimal(log->origin.substr(log->origin.rfind('/') + 1));
  manifest.generation = generation ? *generation : 0;
  manifest.size = log->size;
  manifest.root = log->root;
  manifest.database_format = static_cast<std::uint64_t>(log->format);
  manifest.time =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
  manifest.program = kVersion;
  for (const char* name : {kBackupConsole, kBackupSettings, kBackupInbox, kBackupKeys,
                           kBackupDatabase, kBackupSeed}) {  // sorted
    if (name == kBackupSeed && seed == WithSeed::kNo) continue;
    const bool may_lack = name == kBackupInbox || name == kBackupConsole;
    if (may_lack && !fs::exists(folder.file(name))) continue;
    const auto digest = digest_file(folder.file(name));
    if (!digest) return digest.error();
    manifest.files.push_back({name, digest->bytes, digest->sha256});
  }
  return manifest;
}

std::string report(const CopiedNode& copied, const std::string& path,
                   std::chrono::milliseconds took) {
  const BackupManifest& manifest = copied.manifest;
  const nlohmann::json json = {{"path", path},
                               {"origin", manifest.origin},
                               {"size", manifest.size},
                               {"root", base64_encode(as_view(manifest.root))},
                               {"bytes", copied.bytes},
                               {"attachments", copied.attachments},
                               {"seed", manifest.has(kBackupSeed)},
                               {"milliseconds", took.count()}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Error damaged(const std::string& path, const std::string& file) {
  return Error{ErrorCode::kMalformed,
               path + ": " + file + " is not what the manifest says",
               "backup.file-damaged",
               {{"path", path}, {"file", printable(file)}}};
}

Result<BackupManifest> read_manifest(const std::string& path) {
  const auto text = read_small_file(path + "/" + kManifestName, kMaxManifestBytes);
  if (text) return parse_manifest(*text);
  if (text.error().code != ErrorCode::kNotFound) return text.error();
  return Error{
      ErrorCode::kNotFound, path + " has no manifest", "backup.not-whole", {{"path", path}}};
}

Status check_database(const std::string& path, const BackupManifest& manifest) {
  const auto log = examine_copy(path + "/" + kBackupDatabase);
  if (!log) return log.error();
  const bool same = log->origin == manifest.origin && log->size == manifest.size &&
                    log->root == manifest.root &&
                    static_cast<std::uint64_t>(log->format) == manifest.database_format;
  return same ? ok() : Status(damaged(path, kBackupDatabase));
}

}  // namespace

Result<CopiedNode> copy_node(NodeParts& node, const std::string& path, WithSeed seed) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(path, ignored))) return exists_already(path);
  const auto folder = PartialFolder::make(path);
  if (!folder) return folder.error();
  if (auto copied = copy_files(node, **folder, seed); !copied) return copied.error();
  const auto attachments = copy_own_attachments(
      node.folder.attachments(), (*folder)->file(kBackupAttachments), node.own.origin);
  if (!attachments) return attachments.error();
  const auto manifest = describe(**folder, seed);
  if (!manifest) return manifest.error();
  // Last: without it nothing takes the folder for a backup.
  auto written = write_new_file((*folder)->file(kManifestName), format_manifest(*manifest),
                                kPrivate | S_IRGRP);
  if (written) written = (*folder)->keep();
  if (!written) return written.error();
  CopiedNode copied{*manifest, attachments->files, attachments->bytes};
  for (const auto& file : manifest->files) copied.bytes += file.bytes;
  return copied;
}

Result<std::string> make_backup(NodeParts& node, const std::string& path, WithSeed seed) {
  using std::chrono::steady_clock;
  const auto begin = steady_clock::now();
  const auto copied = copy_node(node, path, seed);
  if (!copied) return copied.error();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
  node.log.info("backup.made",
                {{"path", path}, {"entries", std::to_string(copied->manifest.size)}});
  return report(*copied, path, took);
}

Result<BackupManifest> verify_backup(const std::string& path) {
  auto manifest = read_manifest(path);
  if (!manifest) return manifest;
  if (!manifest->has(kBackupDatabase) || !manifest->has(kBackupSettings))
    return damaged(path, kManifestName);
  for (const auto& file : manifest->files) {
    const auto digest = digest_file(path + "/" + file.name);
    if (!digest && digest.error().code == ErrorCode::kNotFound) return damaged(path, file.name);
    if (!digest) return digest.error();
    if (digest->bytes != file.bytes || digest->sha256 != file.sha256)
      return damaged(path, file.name);
  }
  if (auto fits = check_database(path, *manifest); !fits) return fits.error();
  if (auto whole = verify_attachments(path + "/" + kBackupAttachments); !whole)
    return whole.error();
  return manifest;
}

}  // namespace dure::node
