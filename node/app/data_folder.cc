// SPDX-License-Identifier: Apache-2.0
#include "app/data_folder.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "app/seed_file.h"
#include "dure/checkpoint.h"
#include "storage/head_lock.h"
#include "storage/node_store.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

Error folder_error(ErrorCode code, std::string text, const std::string& path, std::string detail) {
  return Error{
      code, path + ": " + detail, std::move(text), {{"path", path}, {"detail", std::move(detail)}}};
}

Status write_new_file(const std::string& path, const std::string& contents) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP);
  if (file < 0)
    return folder_error(ErrorCode::kStorage, "errors.folder_write", path,
                        std::generic_category().message(errno));
  const bool written =
      write(file, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size());
  const bool durable = written && fsync(file) == 0;
  const int failure = errno;
  close(file);
  if (durable) return ok();
  return folder_error(ErrorCode::kStorage, "errors.folder_write", path,
                      std::generic_category().message(failure));
}

// Names in a new folder survive a crash only once the folder itself was synchronised.
void sync_folder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

// The files a node cannot do without.
std::array<std::string, 4> essential_files(const DataFolder& folder) {
  return {folder.seed(), folder.head_lock(), folder.database(), folder.settings()};
}

Status make_folder(const std::string& path) {
  std::error_code failure;
  const bool made = fs::create_directories(path, failure);
  if (made)
    fs::permissions(path, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec,
                    failure);
  if (failure)
    return folder_error(ErrorCode::kStorage, "errors.folder_write", path, failure.message());
  if (access(path.c_str(), W_OK | X_OK) != 0) {
    return folder_error(ErrorCode::kStorage, "errors.folder_write", path,
                        std::generic_category().message(errno));
  }
  return ok();
}

Status make_files(const DataFolder& folder, const Settings& settings,
                  std::string (*describe)(std::string_view), const NewSeed& seed) {
  if (auto made = create_seed_file(folder.seed(), seed.suite, seed.passphrase); !made) return made;
  if (auto made = create_head_lock(folder.head_lock()); !made) return made;
  if (auto made = NodeStore::create(folder.database(), settings.origin); !made) return made;
  return write_new_file(folder.settings(), format_settings_file(settings, describe));
}

bool is_there(const DataFolder& folder, const std::string& file, std::error_code& failure) {
  if (fs::exists(file, failure)) return true;
  // A key that was lost has one that was asked for in its place.
  return file == folder.seed() && fs::exists(folder.new_seed(), failure);
}

// What to do depends on what is gone.
const char* missing_text(const DataFolder& folder, const std::string& file) {
  if (file == folder.seed()) return "errors.seed_missing";
  if (file == folder.head_lock()) return "storage.head-lock-missing";
  std::error_code ignored;
  const bool peers_known = fs::exists(folder.peers(), ignored);
  if (file == folder.database())
    return peers_known ? "errors.database_rebuildable" : "errors.database_missing";
  return "errors.folder_incomplete";
}

}  // namespace

Status check_identity(const Settings& settings) {
  const std::array<std::pair<const char*, const std::string*>, 2> needed = {
      {{"--origin", &settings.origin}, {"--name", &settings.name}}};
  for (const auto& [flag, value] : needed) {
    if (value->empty())
      return Error{ErrorCode::kInvalid, flag, "errors.init_missing", {{"flag", flag}}};
  }
  if (settings.region.empty() && settings.role != "observer") {
    return Error{ErrorCode::kInvalid, "--region", "errors.init_missing", {{"flag", "--region"}}};
  }
  return ok();
}

Status create_data_folder(const Settings& settings,
                          std::string (*describe)(std::string_view help_key), const NewSeed& seed) {
  if (auto complete = check_identity(settings); !complete) return complete;
  const DataFolder folder{settings.data};
  if (auto fits = check_socket_path(folder); !fits) return fits;
  if (auto made = make_folder(folder.path); !made) return made;
  for (const auto& file : essential_files(folder)) {
    std::error_code failure;
    if (fs::exists(file, failure))
      return folder_error(ErrorCode::kConflict, "errors.init_exists", folder.path, file);
  }
  auto made = make_files(folder, settings, describe, seed);
  if (!made) {
    for (const auto& file : essential_files(folder)) {
      for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::error_code ignored;
        fs::remove(file + suffix, ignored);
      }
    }
    return made;
  }
  sync_folder(folder.path);
  return ok();
}

Status check_socket_path(const DataFolder& folder) {
  constexpr std::size_t kMost = sizeof(sockaddr_un{}.sun_path) - 1;
  if (folder.control_socket().size() <= kMost) return ok();
  return Error{ErrorCode::kStorage,
               "the path of the control socket is too long",
               "errors.folder_path_long",
               {{"path", printable(folder.path, 400)},
                {"most", std::to_string(kMost - DataFolder{}.control_socket().size())}}};
}

Status check_data_folder(const DataFolder& folder) {
  std::error_code failure;
  const bool there = fs::is_directory(folder.path, failure);
  if (failure && failure != std::errc::no_such_file_or_directory) {
    return folder_error(ErrorCode::kStorage, "errors.folder_read", folder.path, failure.message());
  }
  if (!there)
    return folder_error(ErrorCode::kNotFound, "errors.no_node", folder.path, "no such folder");
  std::size_t missing = 0;
  std::string first;
  for (const auto& file : essential_files(folder)) {
    if (is_there(folder, file, failure)) continue;
    if (failure && failure != std::errc::no_such_file_or_directory) {
      return folder_error(ErrorCode::kStorage, "errors.folder_read", folder.path,
                          failure.message());
    }
    if (missing++ == 0) first = file;
  }
  if (missing == 0) return ok();
  if (missing == essential_files(folder).size()) {
    return folder_error(ErrorCode::kNotFound, "errors.no_node", folder.path, "no node");
  }
  return Error{ErrorCode::kStorage,
               first + " is missing",
               missing_text(folder, first),
               {{"path", first == folder.head_lock() ? first : folder.path}, {"detail", first}}};
}

Status check_key_fits(HeadLock& lock, const VerifierKey& key, std::span<const VerifierKey> named) {
  const auto head = lock.head();
  if (!head) return head.error();
  if (head->has_value() && open_checkpoint(**head, key.name(), {&key, 1})) return ok();
  const bool is_named = std::any_of(named.begin(), named.end(), [&](const VerifierKey& known) {
    return known.format() == key.format();
  });
  const bool fits = head->has_value()
                        ? is_named && open_checkpoint(**head, key.name(), named).has_value()
                        : is_named || named.empty();
  if (fits) return ok();
  return Error{ErrorCode::kRefused,
               "neither the newest head nor a charter is of this key",
               "errors.seed_does_not_fit",
               {{"origin", key.name()}, {"vkey", key.format()}}};
}

}  // namespace dure::node
