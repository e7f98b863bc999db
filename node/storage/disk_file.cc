// SPDX-License-Identifier: Apache-2.0
#include "storage/disk_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace dure::node {
namespace {

Error disk_error(const std::string& path, int failure, bool writing) {
  const auto why = std::generic_category().message(failure);
  const auto code = failure == ENOENT ? ErrorCode::kNotFound : ErrorCode::kStorage;
  if (failure == ENOSPC || failure == EDQUOT)
    return Error{ErrorCode::kStorage, path + ": no space", "storage.full", {{"path", path}}};
  return Error{code,
               path + ": " + why,
               writing ? "errors.file_write" : "errors.file_read",
               {{"file", printable(path, 400)}, {"detail", why}}};
}

Error descriptor_error(int failure) { return disk_error("an attachment", failure, true); }

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

int flags_of(DiskFile::Mode mode) {
  switch (mode) {
    case DiskFile::Mode::kRead:
      return O_RDONLY;
    case DiskFile::Mode::kWrite:
      return O_RDWR;
    case DiskFile::Mode::kCreate:
      return O_RDWR | O_CREAT;
    case DiskFile::Mode::kTruncate:
      return O_RDWR | O_TRUNC;
  }
  return O_RDONLY;
}

}  // namespace

Result<DiskFile> DiskFile::open(const std::string& path, Mode mode) {
  const int descriptor = ::open(path.c_str(), flags_of(mode) | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return disk_error(path, errno, mode != Mode::kRead);
  return DiskFile(descriptor);
}

DiskFile::DiskFile(DiskFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DiskFile& DiskFile::operator=(DiskFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DiskFile::~DiskFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> DiskFile::size() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return descriptor_error(errno);
  return static_cast<std::uint64_t>(info.st_size);
}

std::int64_t DiskFile::read(std::uint64_t offset, std::span<char> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto count = ::pread(descriptor_, out.data() + done, out.size() - done,
                               static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<std::int64_t>(done);
}

Status DiskFile::write(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return descriptor_error(errno);
    offset += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return ok();
}

Status DiskFile::cut(std::uint64_t size) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return descriptor_error(errno);
  return ok();
}

Status DiskFile::sync(const SyncFile& sync) const {
  if (sync(descriptor_) != 0) return descriptor_error(errno);
  return ok();
}

Status replace_disk_file(const std::string& path, std::string_view bytes, const SyncFile& sync) {
  const std::string fresh = path + ".new";
  {
    const auto file = DiskFile::open(fresh, DiskFile::Mode::kCreate);
    if (!file) return file.error();
    if (auto cut = file->cut(0); !cut) return cut;
    if (auto written = file->write(0, bytes); !written) return written;
    if (auto synced = file->sync(sync); !synced) return synced;
  }
  if (auto moved = rename_disk_file(fresh, path); !moved) return moved;
  return sync_disk_folder(parent_of(path), sync);
}

Result<Bytes> read_disk_file(const std::string& path, std::size_t max_bytes) {
  const auto file = DiskFile::open(path, DiskFile::Mode::kRead);
  if (!file) return file.error();
  const auto size = file->size();
  if (!size) return size.error();
  if (*size > max_bytes) return Error{ErrorCode::kTooLarge, path + " is too large"};
  Bytes bytes(static_cast<std::size_t>(*size), '\0');
  const auto count = file->read(0, bytes);
  if (count < 0) return disk_error(path, EIO, false);
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

Status rename_disk_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return ok();
  return disk_error(to, errno, true);
}

Status remove_disk_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return ok();
  return disk_error(path, errno, true);
}

Status make_disk_folder(const std::string& path, const SyncFile& sync) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_disk_folder(parent_of(path), sync);
  if (errno == EEXIST) return ok();
  return disk_error(path, errno, true);
}

Status sync_disk_folder(const std::string& folder, const SyncFile& sync) {
  const DiskFile opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.descriptor() < 0) return disk_error(folder, errno, true);
  return opened.sync(sync);
}

}  // namespace dure::node
