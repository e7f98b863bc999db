// SPDX-License-Identifier: Apache-2.0
#include "storage/attachment_folder.h"

#include <sys/stat.h>

#include <filesystem>
#include <limits>
#include <system_error>

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRefBytes = std::size_t{1} << 20;
constexpr std::size_t kNameCharacters = 64;
constexpr std::int64_t kAlwaysNew = std::numeric_limits<std::int64_t>::max() / 2;

std::int64_t changed_at(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::int64_t>(info.st_mtime) : 0;
}

std::optional<std::uint64_t> size_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(info.st_size);
}

Status remove_bytes(const std::string& path) {
  // Whoever is reading the file has it open: cut, it ends for them too.
  if (const auto file = DiskFile::open(path, DiskFile::Mode::kTruncate); !file) {
    return file.error().code == ErrorCode::kNotFound ? ok() : Status(file.error());
  }
  return remove_disk_file(path);
}

}  // namespace

std::string format_owners(const std::set<AttachmentOwner>& owners) {
  std::string text;
  for (const auto& owner : owners) text += owner.origin + ' ' + std::to_string(owner.index) + '\n';
  return text;
}

Result<std::set<AttachmentOwner>> parse_owners(std::string_view text) {
  std::set<AttachmentOwner> owners;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return Error{ErrorCode::kMalformed, "a line without an end"};
    const auto line = text.substr(0, end);
    const auto space = line.find(' ');
    const auto index = space == std::string_view::npos || space == 0
                           ? Result<std::uint64_t>(Error{ErrorCode::kMalformed, "no origin"})
                           : parse_decimal(line.substr(space + 1));
    if (!index) return Error{ErrorCode::kMalformed, "not an origin and an index"};
    owners.insert({std::string(line.substr(0, space)), *index});
    text.remove_prefix(end + 1);
  }
  return owners;
}

std::string AttachmentFolder::shard(const Hash& commitment) const {
  return path_ + '/' + hex_encode(as_view(commitment).substr(0, 1));
}

std::string AttachmentFolder::base(const Hash& commitment) const {
  return shard(commitment) + '/' + hex_encode(as_view(commitment));
}

Status AttachmentFolder::make() const {
  if (auto made = make_disk_folder(path_, sync_); !made) return made;
  return make_disk_folder(path_ + "/incoming", sync_);
}

Result<std::vector<FoundAttachment>> AttachmentFolder::read() const {
  std::vector<FoundAttachment> found;
  std::error_code failure;
  for (const auto& folder : fs::directory_iterator(path_, failure)) {
    const auto name = folder.path().filename().string();
    if (name.size() != 2 || !hex_decode(name)) continue;
    std::error_code unreadable;
    std::set<Hash> seen;
    for (const auto& file : fs::directory_iterator(folder.path(), unreadable)) {
      const auto commitment =
          parse_attachment_name(file.path().filename().string().substr(0, kNameCharacters));
      if (commitment && seen.insert(*commitment).second) found.push_back(examine(*commitment));
    }
    if (unreadable) failure = unreadable;
  }
  if (!failure || failure == std::errc::no_such_file_or_directory) return found;
  return Error{ErrorCode::kStorage,
               path_ + ": " + failure.message(),
               "errors.file_read",
               {{"file", path_}, {"detail", failure.message()}}};
}

FoundAttachment AttachmentFolder::examine(const Hash& commitment) const {
  FoundAttachment found;
  found.commitment = commitment;
  const auto text = read_disk_file(refs(commitment), kMostRefBytes);
  auto owners = text ? parse_owners(*text) : Result<std::set<AttachmentOwner>>(text.error());
  const bool unreadable = !owners && owners.error().code != ErrorCode::kNotFound;
  if (owners) found.owners = *std::move(owners);
  if (const auto list = read_list(commitment)) {
    found.listed = true;
    found.size = list->length;
  }
  const auto size = size_of(data(commitment));
  found.whole = found.listed && size && *size == found.size;
  found.changed = changed_at(found.whole ? data(commitment) : list(commitment));
  // Something refers to it, though nobody can read what: it never counts as unused.
  if (unreadable) found.changed = kAlwaysNew;
  return found;
}

void AttachmentFolder::remove_uploads() const {
  std::error_code failure;
  for (const auto& file : fs::directory_iterator(path_ + "/incoming", failure)) {
    (void)remove_disk_file(file.path().string());
  }
}

Status AttachmentFolder::make_shard(const Hash& commitment) const {
  return make_disk_folder(shard(commitment), sync_);
}

Status AttachmentFolder::write_list(const Hash& commitment, const ChunkList& list) const {
  if (auto made = make_shard(commitment); !made) return made;
  return replace_disk_file(this->list(commitment), format_chunk_list(list), sync_);
}

Status AttachmentFolder::write_refs(const Hash& commitment,
                                    const std::set<AttachmentOwner>& owners) const {
  return replace_disk_file(refs(commitment), format_owners(owners), sync_);
}

Status AttachmentFolder::place(const std::string& from, const Hash& commitment) const {
  if (auto moved = rename_disk_file(from, data(commitment)); !moved) return moved;
  return sync_disk_folder(shard(commitment), sync_);
}

Status AttachmentFolder::remove(const Hash& commitment) const {
  for (const auto& path : {data(commitment), part(commitment)}) {
    if (auto removed = remove_bytes(path); !removed) return removed;
  }
  for (const auto& path : {list(commitment), list(commitment) + ".new"}) {
    if (auto removed = remove_bytes(path); !removed) return removed;
  }
  std::error_code failure;
  if (!fs::exists(shard(commitment), failure)) return ok();
  if (auto synced = sync_disk_folder(shard(commitment), sync_); !synced) return synced;
  for (const auto& path : {refs(commitment), refs(commitment) + ".new"}) {
    if (auto removed = remove_disk_file(path); !removed) return removed;
  }
  return sync_disk_folder(shard(commitment), sync_);
}

Result<ChunkList> AttachmentFolder::read_list(const Hash& commitment) const {
  const auto bytes = read_disk_file(list(commitment), chunk_list_bytes(kMaxAttachmentBytes));
  if (!bytes) return bytes.error();
  return parse_chunk_list(*bytes);
}

}  // namespace dure::node
