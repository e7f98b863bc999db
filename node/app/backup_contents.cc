// SPDX-License-Identifier: Apache-2.0
#include "app/backup_contents.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/backup.h"
#include "app/durable_file.h"

namespace dure::node {
namespace {

namespace fs = std::filesystem;

Error unreadable(const std::string& path, const std::error_code& failure) {
  return Error{ErrorCode::kStorage,
               path + ": " + failure.message(),
               "errors.file_read",
               {{"file", path}, {"detail", failure.message()}}};
}

void remove_folder(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

class StagedBackup final : public BackupContents {
 public:
  explicit StagedBackup(std::string folder) : folder_(std::move(folder)) {}
  StagedBackup(const StagedBackup&) = delete;
  StagedBackup& operator=(const StagedBackup&) = delete;
  ~StagedBackup() override { remove_folder(folder_); }

  Status find_members() {
    std::error_code failure;
    fs::recursive_directory_iterator entry(folder_, failure);
    for (const fs::recursive_directory_iterator end; !failure && entry != end;
         entry.increment(failure)) {
      if (!entry->is_regular_file(failure) || failure) continue;
      ArchiveMember member{entry->path().lexically_relative(folder_).string(),
                           entry->file_size(failure)};
      if (!is_archive_name(member.name))
        return Error{ErrorCode::kInternal, "no name for a backup: " + printable(member.name)};
      members_.push_back(std::move(member));
    }
    if (failure) return unreadable(folder_, failure);
    std::sort(members_.begin(), members_.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return ok();
  }

  const std::vector<ArchiveMember>& members() const override { return members_; }
  Status read(const ArchiveMember& member, const TakeBytes& take) override {
    return each_block(folder_ + "/" + member.name, take);
  }

 private:
  const std::string folder_;
  std::vector<ArchiveMember> members_;
};

}  // namespace

Result<std::unique_ptr<BackupContents>> collect_backup(NodeParts& node) {
  const std::string folder = node.folder.backing_up();
  remove_folder(folder);
  auto staged = std::make_unique<StagedBackup>(folder);
  if (const auto copied = copy_node(node, folder, WithSeed::kNo); !copied) return copied.error();
  if (auto found = staged->find_members(); !found) return std::move(found).error();
  return std::unique_ptr<BackupContents>(std::move(staged));
}

}  // namespace dure::node
