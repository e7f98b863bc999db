// SPDX-License-Identifier: Apache-2.0
#include "backup/keeper.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace dure::node {
namespace {

constexpr std::int64_t kRetry = 600;  // seconds after a failure
constexpr std::chrono::seconds kLongestWait{60};

// SHA-256 of what comes in parts.
class Digest {
 public:
  Digest() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
  }
  Hash finish() {
    Hash hash;
    crypto_hash_sha256_final(&state_, hash.data());
    return hash;
  }

 private:
  crypto_hash_sha256_state state_{};
};

struct CopiedMember {
  std::string name;
  std::uint64_t bytes = 0;
  Hash sha256{};
  friend bool operator==(const CopiedMember&, const CopiedMember&) = default;
};

// A reader knows no disk: to it what came back is damaged.
Error not_as_written() {
  return Error{ErrorCode::kStorage, "reading back gave something else", "backup.not-as-written"};
}

Error as_read_back(const Error& error) {
  const bool of_disk = error.code == ErrorCode::kStorage || error.code == ErrorCode::kUnavailable;
  return of_disk ? error : not_as_written();
}

Status stopped() {
  return Error{ErrorCode::kUnavailable, "the node is closing", "publishing.closing"};
}

std::vector<std::int64_t> times_of(const std::vector<FinishedBackup>& all) {
  std::vector<std::int64_t> times;
  times.reserve(all.size());
  for (const FinishedBackup& one : all) times.push_back(one.time);
  return times;
}

Result<CopiedMember> copy_member(BackupContents& contents, const ArchiveMember& member,
                                 ArchiveWriter& archive) {
  Digest digest;
  if (auto begun = archive.begin(member); !begun) return std::move(begun).error();
  const auto copied = contents.read(member, [&](std::string_view part) {
    digest.add(part);
    return archive.write(part);
  });
  if (!copied) return copied.error();
  return CopiedMember{member.name, member.bytes, digest.finish()};
}

}  // namespace

struct BackupKeeper::Written {
  std::unique_ptr<BackupWriter> writer;  // which knows the key
  std::vector<CopiedMember> members;
};

BackupKeeper::BackupKeeper(BackupPorts ports, BackupPlan plan)
    : ports_(std::move(ports)), plan_(std::move(plan)) {}

Result<std::vector<FinishedBackup>> BackupKeeper::list() const {
  const auto files = ports_.shelf->list();
  if (!files) return files.error();
  std::vector<FinishedBackup> found;
  for (const ShelvedFile& file : *files) {
    if (const auto time = parse_backup_name(plan_.origin, file.name))
      found.push_back({file.name, *time, file.bytes});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.time > b.time; });
  return found;
}

Result<BackupKeeper::Written> BackupKeeper::write(NewBackup& file, BackupContents& contents) const {
  Written written;
  auto begun = BackupWriter::begin(
      [this, &file](std::string_view bytes) {
        return ports_.stopping() ? stopped() : file.write(bytes);
      },
      plan_.recipient);
  if (!begun) return std::move(begun).error();
  written.writer = *std::move(begun);
  ArchiveWriter archive([&](std::string_view bytes) { return written.writer->write(bytes); });
  for (const ArchiveMember& member : contents.members()) {
    auto copied = copy_member(contents, member, archive);
    if (!copied) return std::move(copied).error();
    written.members.push_back(*std::move(copied));
  }
  auto finished = archive.finish();
  if (finished) finished = written.writer->finish();
  if (finished) finished = file.sync();
  if (!finished) return std::move(finished).error();
  return written;
}

// Everything but the box with the file key is opened again, for which only the secret would do;
// each frame is bound to every byte of the header, the box among them.
Result<std::uint64_t> BackupKeeper::check(NewBackup& file, const Written& written) const {
  std::uint64_t offset = 0;
  const auto reader = BackupReader::begin(
      [&](std::span<char> out) -> Result<std::size_t> {
        if (ports_.stopping()) return stopped().error();
        auto count = file.read(offset, out);
        if (count) offset += *count;
        return count;
      },
      written.writer->key());
  if (!reader) return as_read_back(reader.error());
  std::vector<CopiedMember> found;
  Digest digest;
  ArchiveSink sink;
  sink.begin = [&](const ArchiveMember& member) {
    found.push_back({member.name, member.bytes, {}});
    digest = Digest();
    return ok();
  };
  sink.content = [&](std::string_view part) {
    digest.add(part);
    return ok();
  };
  sink.end = [&] {
    found.back().sha256 = digest.finish();
    return ok();
  };
  const auto read = read_archive([&](std::span<char> out) { return (*reader)->read(out); }, sink);
  if (!read) return as_read_back(read.error());
  if (found != written.members) return not_as_written();
  return offset;
}

void BackupKeeper::let_go(std::int64_t made) {
  const auto all = list();
  if (!all) return stayed(all.error());
  for (const std::int64_t time : outdated(times_of(*all), plan_.keep, made)) {
    const auto name = backup_name(plan_.origin, time);
    const auto removed = ports_.shelf->remove(name);
    if (!removed) return stayed(removed.error());
    ports_.on_removed(name);
  }
}

Result<FinishedBackup> BackupKeeper::make_alone() {
  // Before anything is copied: the folder is there, and the name is free.
  const auto all = list();
  if (!all) return all.error();
  FinishedBackup made;
  made.time = ports_.now();
  const auto taken = [&](const FinishedBackup& one) { return one.time == made.time; };
  while (std::any_of(all->begin(), all->end(), taken)) ++made.time;
  made.name = backup_name(plan_.origin, made.time);
  const auto file = ports_.shelf->begin(made.name);
  if (!file) return file.error();
  const auto contents = ports_.collect();
  if (!contents) return contents.error();
  const auto written = write(**file, **contents);
  if (!written) return written.error();
  const auto bytes = check(**file, *written);
  if (!bytes) return bytes.error();
  if (auto kept = (*file)->keep(); !kept) return std::move(kept).error();
  made.bytes = *bytes;
  return made;
}

Result<FinishedBackup> BackupKeeper::make() {
  const std::unique_lock alone(making_, std::try_to_lock);
  if (!alone.owns_lock())
    return Error{ErrorCode::kConflict, "a backup is being made", "backup.busy"};
  auto made = make_alone();
  if (made) {
    {
      const std::lock_guard lock(mutex_);
      report_.last_error.reset();
      report_.failed_at = 0;
    }
    ports_.on_made(made->name);
    let_go(made->time);
  } else {
    failed(made.error());
  }
  (void)look();  // what it could not see is in the report
  return made;
}

void BackupKeeper::failed(const Error& error) {
  if (ports_.stopping()) return;  // given up, which is no failure
  {
    const std::lock_guard lock(mutex_);
    report_.last_error = error;
    report_.failed_at = ports_.now();
  }
  ports_.on_failure(error);
}

// Told, but no reason to make another backup.
void BackupKeeper::stayed(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    report_.last_error = error;
  }
  ports_.on_failure(error);
}

Status BackupKeeper::look() {
  const auto all = list();
  const std::int64_t now = ports_.now();
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    if (!looked_) report_.since = now;
    looked_ = true;
    // Once, not each minute.
    news = !all && (!look_error_ || look_error_->detail != all.error().detail);
    look_error_ = all ? std::nullopt : std::optional(all.error());
    times_ = all ? times_of(*all) : std::vector<std::int64_t>();
    report_.newest.reset();
    report_.count = times_.size();
    report_.bytes = 0;
    for (const FinishedBackup& one : all ? *all : std::vector<FinishedBackup>()) {
      report_.bytes += one.bytes;
      if (!report_.newest && one.time <= now) report_.newest = one;
    }
  }
  if (news) ports_.on_failure(all.error());
  return all ? ok() : Status(all.error());
}

BackupReport BackupKeeper::report() {
  {
    const std::lock_guard lock(mutex_);
    if (looked_) {
      BackupReport report = report_;
      if (look_error_) report.last_error = look_error_;
      return report;
    }
  }
  (void)look();
  return report();
}

std::int64_t BackupKeeper::rest() const {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = ports_.now();
  if (report_.failed_at == 0) return due_in(times_, plan_.every, now);
  // Tried again even if it has its name: nobody knows whether that is durable.
  const std::int64_t pause = std::min(kRetry, plan_.every);
  return std::clamp<std::int64_t>(report_.failed_at + pause - now, 0, pause);
}

std::chrono::seconds BackupKeeper::step() {
  // A folder that is not there, such as a drive that is not mounted, is looked for each minute.
  if (!look()) return kLongestWait;
  if (rest() == 0) (void)make();  // a failure is in the report
  return std::clamp(std::chrono::seconds(rest()), std::chrono::seconds(1), kLongestWait);
}

}  // namespace dure::node
