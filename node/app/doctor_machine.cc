// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_machine.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "app/descriptor.h"
#include "http/server.h"
#include "http/tls.h"
#include "peer/certificate.h"
#include "storage/quick_check.h"

namespace dure::node {
namespace {

using Kind = FileFacts::Kind;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLongestCheck{3'000};  // of one database
constexpr std::size_t kWrites = 9;
constexpr std::chrono::seconds kLongestWriting{3};

std::string account_name(uid_t id) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(id);
}

void look_at_file(const std::string& path, Kind kind, std::vector<FileFacts>& out) {
  struct stat status {};
  if (path.empty() || stat(path.c_str(), &status) != 0) return;
  out.push_back({path, kind, status.st_mode & 0777U, account_name(status.st_uid)});
}

Error disk_error(const std::string& path, int failure) {
  const auto why = std::generic_category().message(failure);
  return Error{ErrorCode::kStorage,
               path + ": " + why,
               "errors.folder_write",
               {{"path", path}, {"detail", why}}};
}

// As the node writes: a few KiB, then fsync.
void measure_writing(const std::string& folder, DiskFacts& disk) {
  std::string path = folder + "/doctor-XXXXXX";
  const Descriptor file(mkostemp(path.data(), O_CLOEXEC));
  if (file.get() < 0) {
    disk.failure = disk_error(folder, errno);
    return;
  }
  unlink(path.c_str());
  static constexpr std::array<char, 4096> kBlock{};
  std::vector<std::int64_t> times;
  const auto end = steady_clock::now() + kLongestWriting;
  while (times.size() < kWrites && steady_clock::now() < end) {
    const auto begin = steady_clock::now();
    if (write(file.get(), kBlock.data(), kBlock.size()) != ssize_t{kBlock.size()} ||
        fsync(file.get()) != 0) {
      disk.failure = disk_error(folder, errno);
      return;
    }
    const auto took = steady_clock::now() - begin;
    times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }
  std::sort(times.begin(), times.end());
  disk.sync_microseconds = times[times.size() / 2];
}

bool is_remote(const std::string& path) {
  constexpr std::array<unsigned, 4> kKinds = {0x6969U, 0xff534d42U, 0xfe534d42U,
                                              0x517bU};  // NFS, SMB
  struct statfs kind {};
  if (statfs(path.c_str(), &kind) != 0) return false;
  return std::find(kKinds.begin(), kKinds.end(), static_cast<unsigned>(kind.f_type)) !=
         kKinds.end();
}

DatabaseFacts look_at_database(const std::string& path) {
  using State = DatabaseFacts::State;
  DatabaseFacts facts{path, State::kAbsent, {}, {}};
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return facts;
  auto check = quick_check(path, kLongestCheck);
  if (!check) {
    facts.state = State::kUnknown;
    facts.failure = std::move(check).error();
    return facts;
  }
  facts.fault = check->fault;
  facts.state = !check->fault.empty() ? State::kDamaged
                : check->finished     ? State::kWhole
                                      : State::kUnfinished;
  return facts;
}

}  // namespace

std::vector<FileFacts> look_at_files(const Settings& settings) {
  const DataFolder folder{settings.data};
  std::vector<FileFacts> files;
  look_at_file(folder.path, Kind::kFolder, files);
  for (const auto& secret : {folder.seed(), folder.new_seed(), folder.charter_key(),
                             settings.passphrase_file, settings.pin_file}) {
    look_at_file(secret, Kind::kSecret, files);
  }
  for (const auto& kept : {folder.inbox(), folder.console(), settings.tls_key})
    look_at_file(kept, Kind::kPrivate, files);
  for (const auto& file :
       {folder.settings(), folder.head_lock(), folder.database(), folder.catalogue(),
        folder.links(), folder.attachments(), folder.peers(), folder.webhooks(), folder.lock()}) {
    for (const char* suffix : {"", "-wal", "-shm"})
      look_at_file(file + suffix, Kind::kDatabase, files);
  }
  return files;
}

DiskFacts look_at_disk(const DataFolder& folder) {
  DiskFacts disk;
  disk.path = folder.path;
  struct statvfs space {};
  if (statvfs(folder.path.c_str(), &space) != 0) {
    disk.failure = disk_error(folder.path, errno);
    return disk;
  }
  disk.free = space.f_bavail * space.f_frsize;
  disk.total = space.f_blocks * space.f_frsize;
  disk.free_files = space.f_favail;
  disk.total_files = space.f_files;
  disk.remote = is_remote(folder.path);
  std::error_code failure;
  const auto catalogue = std::filesystem::file_size(folder.catalogue(), failure);
  if (!failure) disk.catalogue = catalogue;
  measure_writing(folder.path, disk);
  return disk;
}

std::vector<DatabaseFacts> look_at_databases(const DataFolder& folder, bool node_runs) {
  std::vector<DatabaseFacts> all;
  if (!node_runs) all.push_back(look_at_database(folder.head_lock()));
  for (const auto& path : {folder.database(), folder.catalogue(), folder.inbox(), folder.console()})
    all.push_back(look_at_database(path));
  return all;
}

ListenFacts try_listening(const Settings& settings) {
  ListenFacts facts{settings.listen, false, std::nullopt};
  http::ServerOptions options;
  options.listen = settings.listen;
  options.workers = 1;
  // Nobody should call in the moment that this takes; who does is told to come again.
  auto server = http::Server::start(std::move(options), [](const http::Request&) {
    return http::make_problem(503, "unavailable", "Service Unavailable", "The node is stopped.");
  });
  if (!server) facts.failure = std::move(server).error();
  return facts;
}

std::optional<CertificateFacts> look_at_certificate(const Settings& settings) {
  if (settings.tls_certificate.empty()) return std::nullopt;
  CertificateFacts facts;
  facts.where = settings.tls_certificate;
  const auto seen = read_certificate(settings.tls_certificate);
  if (!seen) {
    facts.failure = seen.error();
    return facts;
  }
  facts.from = seen->from;
  facts.until = seen->until;
  const auto fits = http::TlsContext::load(settings.tls_certificate, settings.tls_key);
  if (!fits) facts.failure = fits.error();
  return facts;
}

}  // namespace dure::node
