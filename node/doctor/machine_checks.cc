// SPDX-License-Identifier: Apache-2.0
// Files, disk and databases.
#include <fmt/format.h>

#include <algorithm>

#include "doctor/checks.h"

namespace dure::node {
namespace {

constexpr unsigned kOthersMayRead = 004, kOthersMayWrite = 002, kGroupMayWrite = 020;
constexpr unsigned kAnybodyElse = 077, kOthersMayEnter = 001;

constexpr std::uint64_t kMib = std::uint64_t{1} << 20;
constexpr std::uint64_t kLeast = 256 * kMib;    // below: publishing may fail today
constexpr std::uint64_t kLittle = 1024 * kMib;  // below: soon
constexpr std::int64_t kSlow = 100'000;         // microseconds; more is felt at every publishing

bool lies_in(const FileFacts& file, const FileFacts* folder) {
  return folder != nullptr && file.path.starts_with(folder->path + "/");
}

// What is wrong with a mode, as a text key; empty if nothing is.
std::string mode_fault(const FileFacts& file, const FileFacts* folder) {
  // Nobody gets at a file in a folder that he may not enter.
  const bool shielded = lies_in(file, folder) && (folder->mode & kOthersMayEnter) == 0;
  if (shielded && file.kind != FileFacts::Kind::kSecret) return "";
  switch (file.kind) {
    case FileFacts::Kind::kSecret:
      return (file.mode & kAnybodyElse) != 0 ? "cli.doctor.secret_readable" : "";
    case FileFacts::Kind::kFolder:
      return (file.mode & (kOthersMayWrite | kGroupMayWrite)) != 0 ? "cli.doctor.folder_writable"
                                                                   : "";
    case FileFacts::Kind::kPrivate:
      return (file.mode & (kOthersMayRead | kOthersMayWrite)) != 0 ? "cli.doctor.private_readable"
                                                                   : "";
    case FileFacts::Kind::kDatabase:
      return (file.mode & kOthersMayWrite) != 0 ? "cli.doctor.file_writable" : "";
  }
  return "";
}

const char* right_mode(FileFacts::Kind kind) {
  if (kind == FileFacts::Kind::kFolder) return "750";
  return kind == FileFacts::Kind::kDatabase ? "640" : "600";
}

std::string in_mib(std::uint64_t bytes) { return std::to_string(bytes / kMib); }

Finding check_space(const DiskFacts& disk) {
  Finding found{"disk-space",
                disk.path,
                Verdict::kOk,
                "cli.doctor.disk_space",
                {{"free", in_mib(disk.free)}, {"total", in_mib(disk.total)}}};
  const bool few_files = disk.total_files != 0 && disk.free_files < 1000;
  if (disk.free < kLeast || few_files) {
    found.verdict = Verdict::kError;
    found.text = few_files ? "cli.doctor.disk_files" : "cli.doctor.disk_full";
  } else if (disk.free < std::max(kLittle, disk.catalogue)) {
    found.verdict = Verdict::kWarning;
    found.text = "cli.doctor.disk_little";
  }
  return found;
}

Finding check_speed(const DiskFacts& disk) {
  Finding found{"disk-speed", disk.path, Verdict::kNotChecked, "cli.doctor.disk_unwritable"};
  found.cause = disk.failure;
  if (!disk.sync_microseconds) {
    if (disk.failure) found.verdict = Verdict::kError;
    return found;
  }
  found.cause.reset();
  const bool slow = *disk.sync_microseconds > kSlow;
  found.verdict = slow ? Verdict::kWarning : Verdict::kOk;
  found.text = slow ? "cli.doctor.disk_slow" : "cli.doctor.disk_speed";
  found.args = {{"milliseconds",
                 fmt::format("{:.1f}", static_cast<double>(*disk.sync_microseconds) / 1000.0)}};
  return found;
}

/// What is wrong with one file; `folder` is the data folder, if it is known.
void check_file(const FileFacts& file, const FileFacts* folder, Findings& all) {
  const std::vector<std::pair<std::string, std::string>> args = {
      {"path", printable(file.path, 400)},
      {"mode", fmt::format("{:03o}", file.mode)},
      {"right", right_mode(file.kind)},
      {"owner", file.owner},
      {"folder_owner", folder == nullptr ? file.owner : folder->owner},
      {"folder", folder == nullptr ? "" : printable(folder->path, 400)}};
  if (const auto fault = mode_fault(file, folder); !fault.empty()) {
    const bool private_only = file.kind == FileFacts::Kind::kPrivate;
    all.push_back({"file-rights", file.path, private_only ? Verdict::kWarning : Verdict::kError,
                   fault, args});
  }
  // Usually a command that somebody ran as root.
  if (lies_in(file, folder) && file.owner != folder->owner)
    all.push_back({"file-owner", file.path, Verdict::kError, "cli.doctor.file_owner", args});
}

}  // namespace

Findings check_files(const std::vector<FileFacts>& files) {
  Findings all;
  const auto found = std::find_if(files.begin(), files.end(), [](const FileFacts& file) {
    return file.kind == FileFacts::Kind::kFolder;
  });
  const FileFacts* folder = found == files.end() ? nullptr : &*found;
  for (const FileFacts& file : files) check_file(file, folder, all);
  if (all.empty()) {
    all.push_back({"file-rights",
                   "",
                   files.empty() ? Verdict::kNotChecked : Verdict::kOk,
                   files.empty() ? "cli.doctor.files_unknown" : "cli.doctor.files_ok",
                   {{"count", std::to_string(files.size())}}});
  }
  return all;
}

Findings check_disk(const DiskFacts& disk) {
  if (disk.failure && disk.total == 0) {
    return {
        {"disk-space", disk.path, Verdict::kError, "cli.doctor.disk_unknown", {}, disk.failure}};
  }
  Findings all = {check_space(disk), check_speed(disk)};
  if (disk.remote)
    all.push_back({"disk-kind", disk.path, Verdict::kWarning, "cli.doctor.disk_remote"});
  return all;
}

Findings check_databases(const std::vector<DatabaseFacts>& databases) {
  using State = DatabaseFacts::State;
  Findings all;
  for (const DatabaseFacts& database : databases) {
    if (database.state == State::kAbsent) continue;
    Finding found{
        "database",
        database.path,
        Verdict::kOk,
        "cli.doctor.database_ok",
        {{"path", printable(database.path, 400)}, {"fault", printable(database.fault, 200)}},
        database.failure};
    if (database.state == State::kDamaged) {
      found.verdict = Verdict::kError;
      const bool catalogue = database.path.ends_with("catalogue.db");
      found.text = catalogue ? "cli.doctor.catalogue_damaged" : "cli.doctor.database_damaged";
    } else if (database.state == State::kUnfinished) {
      found.verdict = Verdict::kNotChecked;
      found.text = "cli.doctor.database_unfinished";
    } else if (database.state == State::kUnknown) {
      found.verdict = Verdict::kNotChecked;
      found.text = "cli.doctor.database_unknown";
    }
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace dure::node
