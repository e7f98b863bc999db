// SPDX-License-Identifier: Apache-2.0
#include "app/durable_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <system_error>
#include <vector>

#include "app/descriptor.h"

namespace dure::node {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

Error file_error(const char* text, const std::string& path, int failure) {
  const auto why = std::generic_category().message(failure);
  const auto code = failure == EEXIST ? ErrorCode::kConflict : ErrorCode::kStorage;
  return Error{code, path + ": " + why, text, {{"file", printable(path, 400)}, {"detail", why}}};
}

Error write_error(const std::string& path, int failure) {
  if (failure == ENOSPC || failure == EDQUOT)
    return Error{ErrorCode::kStorage, path + ": no space", "storage.full", {{"path", path}}};
  return file_error("errors.file_write", path, failure);
}

Error read_error(const std::string& path, int failure) {
  auto error = file_error("errors.file_read", path, failure);
  if (failure == ENOENT) error.code = ErrorCode::kNotFound;
  return error;
}

// 0, or errno.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

using Filler = std::function<Status(int file)>;

Status make_file(const std::string& path, mode_t mode, const Filler& fill) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.get() < 0) return write_error(path, errno);
  Status filled = fill(file.get());
  if (filled && fsync(file.get()) != 0) filled = write_error(path, errno);
  if (!filled) unlink(path.c_str());
  return filled;
}

}  // namespace

Status write_new_file(const std::string& path, std::string_view contents, mode_t mode) {
  return make_file(path, mode, [&](int file) -> Status {
    const int failure = write_all(file, contents);
    return failure == 0 ? ok() : Status(write_error(path, failure));
  });
}

Status replace_file(const std::string& path, std::string_view contents, mode_t mode) {
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());
  if (auto written = write_new_file(fresh, contents, mode); !written) return written;
  if (auto moved = move_file(fresh, path); !moved) return moved;
  return sync_folder(folder_of(path));
}

Status copy_new_file(const std::string& from, const std::string& to, mode_t mode) {
  return make_file(to, mode, [&](int file) {
    return each_block(from, [&](std::string_view block) -> Status {
      const int failure = write_all(file, block);
      return failure == 0 ? ok() : Status(write_error(to, failure));
    });
  });
}

Status move_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return ok();
  return file_error("errors.file_write", to, errno);
}

Status sync_folder(const std::string& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() >= 0 && fsync(opened.get()) == 0) return ok();
  return file_error("errors.file_write", folder, errno);
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Status each_block(const std::string& path, const std::function<Status(std::string_view)>& take) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return read_error(path, errno);
  std::vector<char> block(kBlockBytes);
  while (true) {
    const auto count = read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return read_error(path, errno);
    if (count == 0) return ok();
    if (auto taken = take({block.data(), static_cast<std::size_t>(count)}); !taken) return taken;
  }
}

Result<FileDigest> digest_file(const std::string& path) {
  FileDigest digest;
  crypto_hash_sha256_state state{};
  crypto_hash_sha256_init(&state);
  const auto read = each_block(path, [&](std::string_view block) {
    digest.bytes += block.size();
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(block.data()),
                              block.size());
    return ok();
  });
  if (!read) return read.error();
  crypto_hash_sha256_final(&state, digest.sha256.data());
  return digest;
}

Result<std::string> read_small_file(const std::string& path, std::size_t max_bytes) {
  std::string contents;
  const auto read = each_block(path, [&](std::string_view block) -> Status {
    contents += block;
    if (contents.size() <= max_bytes) return ok();
    return Error{ErrorCode::kTooLarge, path + " is too large"};
  });
  if (!read) return read.error();
  return contents;
}

}  // namespace dure::node
