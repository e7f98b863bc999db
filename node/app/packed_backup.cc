// SPDX-License-Identifier: Apache-2.0
#include "app/packed_backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "app/durable_file.h"
#include "app/passphrase.h"
#include "backup/archive.h"
#include "backup/schedule.h"
#include "storage/backup_folder.h"
#include "storage/disk_file.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScratch = "dure-scratch-";
constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

Error scratch_error(const std::string& path, int failure) {
  const auto why = std::generic_category().message(failure);
  return Error{ErrorCode::kStorage,
               path + ": " + why,
               "errors.folder_write",
               {{"path", printable(path, 400)}, {"detail", why}}};
}

// -1 if somebody is at work there, or it is not ours.
int lock_folder(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat status {};
  const bool ours =
      descriptor >= 0 && fstat(descriptor, &status) == 0 && status.st_uid == geteuid();
  if (ours && flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  if (descriptor >= 0) close(descriptor);
  return -1;
}

void remove_folder(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

void sweep(const fs::path& folder) {
  std::error_code failure;
  fs::directory_iterator entry(folder, failure);
  for (const fs::directory_iterator end; !failure && entry != end; entry.increment(failure)) {
    const auto path = entry->path();
    if (!path.filename().string().starts_with(kScratch)) continue;
    const int descriptor = lock_folder(path.string());
    if (descriptor < 0) continue;
    remove_folder(path.string());
    close(descriptor);
  }
}

// Puts members of an archive into a folder.
class Unpacking {
 public:
  explicit Unpacking(std::string folder) : folder_(std::move(folder)) {}

  Status begin(const ArchiveMember& member) {
    path_ = folder_ + "/" + member.name;
    std::error_code failure;
    fs::create_directories(fs::path(path_).parent_path(), failure);
    if (failure) return scratch_error(path_, failure.value());
    auto file = DiskFile::open(path_, DiskFile::Mode::kCreate);
    if (!file) return file.error();
    file_.emplace(*std::move(file));
    written_ = 0;
    return ok();
  }
  Status content(std::string_view part) {
    if (auto written = file_->write(written_, part); !written) return named(written.error());
    written_ += part.size();
    return ok();
  }
  Status end() {
    file_.reset();
    return ok();
  }

 private:
  // The file does not know what it is called.
  Error named(Error error) const {
    std::erase_if(error.args, [](const auto& arg) { return arg.first != "detail"; });
    error.args.emplace_back("path", path_);
    error.args.emplace_back("file", path_);
    return error;
  }
  const std::string folder_;
  std::string path_;
  std::optional<DiskFile> file_;
  std::uint64_t written_ = 0;
};

GiveBytes bytes_of(const DiskFile& file, const std::string& path) {
  return
      [&file, path, offset = std::uint64_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
        const auto count = file.read(offset, out);
        if (count < 0) {
          const auto why = std::generic_category().message(errno);
          return Error{ErrorCode::kStorage,
                       path + ": " + why,
                       "errors.file_read",
                       {{"file", printable(path, 400)}, {"detail", why}}};
        }
        offset += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
      };
}

// With the name of the file: the reader does not know it.
Error in_file(Error error, const std::string& path) {
  error.args.emplace_back("path", printable(path, 400));
  return error;
}

Result<std::optional<BackupSecret>> read_key(const std::string& key_file) {
  if (key_file.empty()) return std::optional<BackupSecret>();
  const auto line = read_secret_line(key_file);
  if (!line) return line.error();
  auto secret = parse_backup_secret(line->text());
  if (!secret) return in_file(secret.error(), key_file);
  return std::optional<BackupSecret>(*std::move(secret));
}

Result<bool> unpack(const std::string& path, const BackupSecret* secret,
                    const std::string& folder) {
  const auto file = DiskFile::open(path, DiskFile::Mode::kRead);
  if (!file) return file.error();
  const auto reader = BackupReader::begin(bytes_of(*file, path), {secret, nullptr});
  if (!reader) return in_file(reader.error(), path);
  Unpacking unpacking(folder);
  ArchiveSink sink;
  sink.begin = [&](const ArchiveMember& member) { return unpacking.begin(member); };
  sink.content = [&](std::string_view part) { return unpacking.content(part); };
  sink.end = [&] { return unpacking.end(); };
  const auto read = read_archive([&](std::span<char> out) { return (*reader)->read(out); }, sink);
  if (!read) {
    const bool of_file = read.error().code == ErrorCode::kMalformed;
    return of_file ? in_file(read.error(), path) : read.error();
  }
  return (*reader)->header().sealing.has_value();
}

}  // namespace

Result<std::unique_ptr<ScratchFolder>> ScratchFolder::make() {
  std::error_code failure;
  const auto base = fs::temp_directory_path(failure);
  if (failure) return scratch_error("$TMPDIR", failure.value());
  sweep(base);
  std::string path = (base / (std::string(kScratch) + "XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr) return scratch_error(base.string(), errno);
  const int descriptor = lock_folder(path);
  if (descriptor < 0) {
    rmdir(path.c_str());
    return scratch_error(path, EBUSY);
  }
  return std::unique_ptr<ScratchFolder>(new ScratchFolder(path, descriptor));
}

ScratchFolder::~ScratchFolder() {
  remove_folder(path_);
  close(descriptor_);
}

Result<OpenedBackup> open_backup(const std::string& path, const std::string& key_file) {
  OpenedBackup opened;
  std::error_code failure;
  const auto status = fs::status(path, failure);
  // A folder, or nothing there: verifying it says what is missing.
  if (fs::is_directory(status) || !fs::exists(status)) {
    opened.folder = path;
    return opened;
  }
  const auto secret = read_key(key_file);
  if (!secret) return secret.error();
  auto scratch = ScratchFolder::make();
  if (!scratch) return std::move(scratch).error();
  opened.folder = (*scratch)->path("backup");
  if (mkdir(opened.folder.c_str(), S_IRWXU) != 0) return scratch_error(opened.folder, errno);
  const auto sealed = unpack(path, *secret ? &**secret : nullptr, opened.folder);
  if (!sealed) return sealed.error();
  opened.packed = true;
  opened.sealed = *sealed;
  opened.scratch = *std::move(scratch);
  return opened;
}

Result<BackupRecipient> create_backup_key(const std::string& path) {
  const BackupSecret secret = make_backup_secret();
  std::string text = format_backup_secret(secret);
  auto written = write_new_file(path, text, kPrivate);
  std::fill(text.begin(), text.end(), '\0');
  if (written) written = sync_folder(folder_of(path));
  if (!written) return std::move(written).error();
  return recipient_of(secret);
}

Result<std::vector<ListedBackup>> list_backups(const Settings& settings) {
  const std::string& folder = settings.backup_folder;
  if (folder.empty())
    return Error{ErrorCode::kNotFound, "backup.folder is not set", "backup.not-set"};
  const auto files = open_backup_folder(folder, &::fsync)->list();
  if (!files) return files.error();
  std::vector<ListedBackup> out;
  for (const ShelvedFile& shelved : *files) {
    const auto time = parse_backup_name(settings.origin, shelved.name);
    if (!time) continue;
    ListedBackup listed{folder + "/" + shelved.name, *time, shelved.bytes, false, {}};
    const auto file = DiskFile::open(listed.path, DiskFile::Mode::kRead);
    if (!file) return file.error();
    const auto header = read_backup_header(bytes_of(*file, listed.path));
    if (!header) return in_file(header.error(), listed.path);
    listed.sealed = header->sealing.has_value();
    if (header->sealing) listed.recipient = format_recipient(header->sealing->recipient);
    out.push_back(std::move(listed));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
  return out;
}

}  // namespace dure::node
