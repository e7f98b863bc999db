// SPDX-License-Identifier: Apache-2.0
#include "app/attachment_backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/durable_file.h"
#include "storage/attachment_files.h"
#include "storage/attachment_folder.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

int sync_descriptor(int descriptor) { return ::fsync(descriptor); }

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Error damaged(const std::string& folder, const Hash& commitment) {
  const auto name = hex_encode(as_view(commitment));
  return Error{ErrorCode::kMalformed,
               folder + ": attachment " + name + " is damaged",
               "backup.file-damaged",
               {{"path", folder}, {"file", name}}};
}

bool is_own(const FoundAttachment& attachment, const std::string& origin) {
  return attachment.whole && std::any_of(attachment.owners.begin(), attachment.owners.end(),
                                         [&](const auto& owner) { return owner.origin == origin; });
}

Status copy_files(const AttachmentFolder& from, const AttachmentFolder& to,
                  const Hash& commitment) {
  if (auto made = to.make_shard(commitment); !made) return made;
  const std::pair<std::string, std::string> files[] = {
      {from.refs(commitment), to.refs(commitment)},
      {from.list(commitment), to.list(commitment)},
      {from.data(commitment), to.data(commitment)}};
  for (const auto& [source, copy] : files) {
    if (exists(copy)) continue;
    if (auto copied = copy_new_file(source, copy, kPrivate); !copied) return copied;
  }
  return sync_folder(folder_of(to.data(commitment)));
}

// False if it was erased while it was copied.
Result<bool> copy_one(const AttachmentFolder& from, const AttachmentFolder& to,
                      const Hash& commitment) {
  auto copied = copy_files(from, to, commitment);
  if (copied) return true;
  if (exists(from.data(commitment))) return std::move(copied).error();
  if (auto removed = to.remove(commitment); !removed) return std::move(removed).error();
  return false;
}

}  // namespace

Result<CopiedAttachments> copy_own_attachments(const std::string& from, const std::string& to,
                                               const std::string& origin) {
  CopiedAttachments copied;
  const AttachmentFolder source(from, sync_descriptor), target(to, sync_descriptor);
  const auto found = source.read();
  if (!found) return found.error();
  for (const auto& attachment : *found) {
    if (!is_own(attachment, origin)) continue;
    if (copied.files == 0) {
      if (auto made = target.make(); !made) return made.error();
    }
    const auto done = copy_one(source, target, attachment.commitment);
    if (!done) return done.error();
    if (!*done) continue;
    ++copied.files;
    copied.bytes += attachment.size;
  }
  return copied;
}

Result<CopiedAttachments> verify_attachments(const std::string& folder) {
  CopiedAttachments verified;
  AttachmentFilesOptions options;
  options.folder = folder;
  options.may_write = false;
  auto store = open_attachment_files(std::move(options));
  if (!store) return store.error();
  const auto bad = (*store)->check();
  if (!bad) return bad.error();
  if (!bad->empty()) return damaged(folder, bad->front());
  const auto found = AttachmentFolder(folder, sync_descriptor).read();
  if (!found) return found.error();
  for (const auto& attachment : *found) {
    if (!attachment.whole) return damaged(folder, attachment.commitment);
    ++verified.files;
    verified.bytes += attachment.size;
  }
  return verified;
}

}  // namespace dure::node
