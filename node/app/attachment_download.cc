// SPDX-License-Identifier: Apache-2.0
#include "app/attachment_download.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/durable_file.h"
#include "app/source_policy.h"
#include "attachments/fetch.h"
#include "storage/disk_file.h"

namespace dure::node {
namespace {

constexpr const char* kOwnNode = "the own node";

int sync_descriptor(int descriptor) { return ::fsync(descriptor); }

class FileSink final : public ChunkSink {
 public:
  explicit FileSink(std::string path) : path_(std::move(path)), part_(path_ + ".part") {}

  Result<std::uint64_t> begin(const ChunkList& list) override {
    auto file = DiskFile::open(part_, DiskFile::Mode::kCreate);
    if (!file) return file.error();
    file_ = std::make_unique<DiskFile>(*std::move(file));
    std::uint64_t good = 0;
    std::vector<char> chunk(kChunkBytes);
    for (; good < list.chunks.size(); ++good) {
      const auto wanted = std::span(chunk).first(chunk_bytes(list.length, good));
      const auto count = file_->read(good * kChunkBytes, wanted);
      if (count != static_cast<std::int64_t>(wanted.size())) break;
      if (!check_chunk(list, good, {wanted.data(), wanted.size()})) break;
    }
    if (auto cut = file_->cut(std::min(good * kChunkBytes, list.length)); !cut) return cut.error();
    return good;
  }

  Status add(std::uint64_t index, std::string_view bytes) override {
    return file_->write(index * kChunkBytes, bytes);
  }

  Status finish() override {
    if (auto synced = file_->sync(sync_descriptor); !synced) return synced;
    if (auto moved = move_file(part_, path_); !moved) return moved;
    return sync_folder(folder_of(path_));
  }

 private:
  const std::string path_, part_;
  std::unique_ptr<DiskFile> file_;
};

// The own node as somebody to fetch from.
class OwnNodeSource final : public Source {
 public:
  explicit OwnNodeSource(NodeAccess& node) : node_(node) {}

  Result<FetchResponse> fetch(const FetchRequest& request) override {
    constexpr std::string_view kFolder = "/attachments/";
    constexpr std::size_t kName = 64;
    std::string target =
        "/control/v1/attachment?name=" + request.path.substr(kFolder.size(), kName);
    if (request.range_count > 0)
      target += "&chunk=" + std::to_string(request.range_from / kChunkBytes);
    auto answer = node_.call("GET", target, {});
    if (!answer) return answer.error();
    if (answer->status != 200) return Error{ErrorCode::kNotFound, "this node has it not"};
    if (answer->body.size() > request.max_bytes) return Error{ErrorCode::kTooLarge, "too long"};
    FetchResponse response;
    response.body = std::move(answer->body);
    return response;
  }

 private:
  NodeAccess& node_;
};

}  // namespace

Status download_attachment(const Settings& settings, NodeAccess& node,
                           const AttachmentDownload& wanted) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(wanted.path, ignored)))
    return Error{ErrorCode::kConflict, wanted.path, "storage.exists", {{"path", wanted.path}}};
  AttachmentFetch fetch;
  fetch.size = wanted.size;
  fetch.commitment = wanted.commitment;
  fetch.urls = wanted.urls;
  fetch.urls.insert(fetch.urls.begin(), kOwnNode);
  fetch.on_progress = wanted.on_progress;
  fetch.open = [&node, others = make_source_opener(settings, {})](
                   const std::string& url) -> Result<std::unique_ptr<Source>> {
    if (url != kOwnNode) return others(url);
    return std::unique_ptr<Source>(std::make_unique<OwnNodeSource>(node));
  };
  FileSink sink(wanted.path);
  return fetch_attachment(fetch, sink);
}

}  // namespace dure::node
