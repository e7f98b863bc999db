// SPDX-License-Identifier: Apache-2.0
#include "storage/process_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace dure::node {
namespace {

std::string reason(int error_number) {
  return std::error_code(error_number, std::generic_category()).message();
}

long read_pid(int descriptor) {  // NOLINT(google-runtime-int)
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return size > 0 ? std::strtol(text.data(), nullptr, 10) : 0;
}

/// Leaves the holder's number for the message that a second process shows. The lock itself does not
/// depend on it.
void write_pid(int descriptor) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0) return;
  if (::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) return;
}

}  // namespace

Result<std::unique_ptr<ProcessLock>> ProcessLock::take(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    const std::string why = reason(errno);
    const bool read_only = errno == EROFS || errno == EACCES || errno == EPERM;
    return Error{ErrorCode::kStorage,
                 path + ": " + why,
                 read_only ? "storage.read-only" : "storage.cannot-open",
                 {{"path", path}, {"reason", why}}};
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const std::string pid = std::to_string(read_pid(descriptor));
    ::close(descriptor);
    return Error{ErrorCode::kRefused,
                 path + " is held by process " + pid,
                 "storage.locked",
                 {{"path", path}, {"pid", pid}}};
  }
  write_pid(descriptor);
  return std::unique_ptr<ProcessLock>(new ProcessLock(descriptor));
}

long ProcessLock::holder(const std::string& path) {  // NOLINT(google-runtime-int)
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  // A shared lock is refused exactly while somebody holds the exclusive one.
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
  const auto pid = held ? read_pid(descriptor) : 0;
  ::close(descriptor);
  return pid;
}

ProcessLock::~ProcessLock() { ::close(descriptor_); }

}  // namespace dure::node
