// SPDX-License-Identifier: Apache-2.0
#include "storage/backup_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartial = ".partial";

Error folder_error(const std::string& folder, const std::error_code& failure) {
  const auto why = failure.message();
  return Error{ErrorCode::kStorage,
               folder + ": " + why,
               "backup.folder",
               {{"path", printable(folder, 400)}, {"detail", why}}};
}

std::error_code last_failure() { return {errno, std::generic_category()}; }

class FileBackup final : public NewBackup {
 public:
  FileBackup(DiskFile file, std::string folder, const std::string& name, SyncFile sync)
      : file_(std::move(file)),
        folder_(std::move(folder)),
        partial_(folder_ + "/" + name + std::string(kPartial)),
        target_(folder_ + "/" + name),
        sync_(std::move(sync)) {}
  FileBackup(const FileBackup&) = delete;
  FileBackup& operator=(const FileBackup&) = delete;
  ~FileBackup() override {
    if (!kept_) unlink(partial_.c_str());
  }

  Status write(std::string_view bytes) override {
    auto written = file_.write(size_, bytes);
    if (written) size_ += bytes.size();
    return written ? written : Status(named(written.error()));
  }
  Status sync() override {
    auto synced = file_.sync(sync_);
    // So that what is read back comes from the disk, as far as the system lets us.
    (void)posix_fadvise(file_.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
    return synced ? synced : Status(named(synced.error()));
  }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    const auto count = file_.read(offset, out);
    if (count >= 0) return static_cast<std::size_t>(count);
    return folder_error(partial_, last_failure());
  }
  Status keep() override {
    if (renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
      // Network drives do not know the flag; only this node makes such names.
      const bool unknown = errno == EINVAL || errno == ENOSYS;
      if (!unknown || std::rename(partial_.c_str(), target_.c_str()) != 0)
        return folder_error(target_, last_failure());
    }
    kept_ = true;
    return sync_disk_folder(folder_, sync_);
  }

 private:
  // DiskFile does not know what it is called.
  Error named(Error error) const {
    if (error.text == "storage.full") {
      error.args = {{"path", printable(folder_, 400)}};
      return error;
    }
    for (const auto& [name, value] : error.args) {
      if (name != "detail") continue;
      const std::string why = value;
      error.detail = partial_ + ": " + why;
      error.text = "backup.folder";
      error.args = {{"path", printable(folder_, 400)}, {"detail", why}};
      break;
    }
    return error;
  }

  const DiskFile file_;
  const std::string folder_, partial_, target_;
  const SyncFile sync_;
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

class BackupFolder final : public BackupShelf {
 public:
  BackupFolder(std::string folder, SyncFile sync)
      : folder_(std::move(folder)), sync_(std::move(sync)) {}

  Result<std::vector<ShelvedFile>> list() override {
    std::vector<ShelvedFile> files;
    std::error_code failure;
    fs::directory_iterator entry(folder_, failure);
    for (const fs::directory_iterator end; !failure && entry != end; entry.increment(failure)) {
      std::error_code gone;
      const bool plain = fs::is_regular_file(entry->symlink_status(gone));
      const auto size = plain ? entry->file_size(gone) : 0;
      if (plain && !gone) files.push_back({entry->path().filename().string(), size});
    }
    if (failure) return folder_error(folder_, failure);
    return files;
  }

  Result<std::unique_ptr<NewBackup>> begin(const std::string& name) override {
    if (auto cleared = clear(name); !cleared) return std::move(cleared).error();
    const std::string path = folder_ + "/" + name + std::string(kPartial);
    const int descriptor =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return folder_error(folder_, last_failure());
    return std::unique_ptr<NewBackup>(
        std::make_unique<FileBackup>(DiskFile(descriptor), folder_, name, sync_));
  }

  Status remove(const std::string& name) override {
    const std::string path = folder_ + "/" + name;
    if (unlink(path.c_str()) == 0 || errno == ENOENT) return ok();
    return folder_error(path, last_failure());
  }

 private:
  // What was never finished, of the origin that `name` begins with.
  Status clear(const std::string& name) {
    const auto origin = name.substr(0, name.rfind('_') + 1);
    const auto files = list();
    if (!files) return files.error();
    for (const ShelvedFile& file : *files) {
      const std::string_view whole = file.name;
      if (!whole.starts_with(origin) || !whole.ends_with(kPartial)) continue;
      if (whole.size() != name.size() + kPartial.size()) continue;
      if (auto removed = remove(file.name); !removed) return removed;
    }
    return ok();
  }

  const std::string folder_;
  const SyncFile sync_;
};

}  // namespace

std::unique_ptr<BackupShelf> open_backup_folder(std::string folder, SyncFile sync) {
  return std::make_unique<BackupFolder>(std::move(folder), std::move(sync));
}

}  // namespace dure::node
