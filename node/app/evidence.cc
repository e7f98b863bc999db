// SPDX-License-Identifier: Apache-2.0
#include "app/evidence.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "app/durable_file.h"
#include "dure/checkpoint.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNotes = 64;
constexpr std::size_t kNameDigits = 16;

std::vector<fs::path> notes_in(const std::string& folder) {
  std::vector<fs::path> notes;
  std::error_code failure;
  for (fs::directory_iterator item(folder, failure), end; !failure && item != end;
       item.increment(failure)) {
    if (item->path().extension() == ".note") notes.push_back(item->path());
    if (notes.size() == kMostNotes) break;
  }
  return notes;
}

}  // namespace

Status keep_evidence(const DataFolder& folder, const std::string& note) {
  const std::string path = folder.evidence();
  if (mkdir(path.c_str(), S_IRWXU | S_IRGRP | S_IXGRP) != 0 && errno != EEXIST) {
    return Error{ErrorCode::kStorage, path + ": " + std::generic_category().message(errno)};
  }
  if (notes_in(path).size() >= kMostNotes) return ok();  // more would prove nothing more
  const std::string name = hex_encode(as_view(sha256({note}))).substr(0, kNameDigits);
  auto written = write_new_file(path + "/" + name + ".note", note, S_IRUSR | S_IWUSR | S_IRGRP);
  if (!written && written.error().code != ErrorCode::kConflict) return written;
  if (auto synced = sync_folder(path); !synced) return synced;
  return sync_folder(folder.path);
}

std::vector<std::string> load_evidence(const DataFolder& folder) {
  std::vector<std::string> notes;
  for (const auto& path : notes_in(folder.evidence())) {
    if (auto note = read_small_file(path.string(), kMaxCheckpointBytes))
      notes.push_back(std::move(*note));
  }
  return notes;
}

}  // namespace dure::node
