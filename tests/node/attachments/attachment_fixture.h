// SPDX-License-Identifier: Apache-2.0
// Contents that fill chunks, a folder for them, and a disk that fails when it is told to.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "storage/attachment_files.h"

namespace dure::node::testing {

inline constexpr const char* kOwn = "suwon.go.kr/dure/1";
inline constexpr const char* kOther = "anyang.go.kr/dure/1";

/// `size` bytes in which no two chunks are alike.
inline std::string content_of(std::size_t size) {
  std::string content(size, '\0');
  std::uint32_t state = 7;
  for (char& c : content) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24U);
  }
  return content;
}

inline ChunkList list_of(std::string_view content, std::uint8_t salt = 1) {
  ChunkList list;
  list.salt.fill(salt);
  list.length = content.size();
  for (std::size_t at = 0; at < content.size(); at += kChunkBytes)
    list.chunks.push_back(hash_leaf(content.substr(at, kChunkBytes)));
  return list;
}

inline std::string_view chunk_of(std::string_view content, std::uint64_t index) {
  return content.substr(static_cast<std::size_t>(index) * kChunkBytes, kChunkBytes);
}

class AttachmentFolderTest : public ::testing::Test {
 protected:
  AttachmentFolderTest() {
    std::string name = ::testing::TempDir() + "attachments-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
  }
  ~AttachmentFolderTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  AttachmentFilesOptions options() {
    AttachmentFilesOptions options;
    options.folder = folder_ + "/attachments";
    options.own_origin = kOwn;
    options.random = [this](std::span<std::uint8_t> out) {
      for (auto& byte : out) byte = static_cast<std::uint8_t>(++random_);
    };
    options.now = [this] { return now_; };
    options.is_erased = [this](const AttachmentOwner& owner) { return erased_.contains(owner); };
    options.refers_to = [this](const AttachmentOwner& owner, const Hash&) {
      return !unreal_.contains(owner);
    };
    options.sync = [this](int descriptor) {
      if (syncs_until_failure_ == 0) {
        errno = EIO;
        return -1;
      }
      if (syncs_until_failure_ > 0) --syncs_until_failure_;
      return ::fsync(descriptor);
    };
    return options;
  }

  std::unique_ptr<AttachmentStore> open() {
    auto store = open_attachment_files(options());
    if (!store) std::abort();
    return *std::move(store);
  }

  static Hash upload(AttachmentStore& store, std::string_view content) {
    const auto upload = store.begin_upload(content.size());
    EXPECT_TRUE(upload);
    for (std::size_t at = 0; at < content.size(); at += kChunkBytes)
      EXPECT_TRUE(store.continue_upload(upload->id, at, content.substr(at, kChunkBytes)));
    const auto uploaded = store.finish_upload(upload->id);
    EXPECT_TRUE(uploaded);
    return uploaded->commitment;
  }

  static std::string read_all(const AttachmentContent& content) {
    std::string bytes(static_cast<std::size_t>(content.size()), '\0');
    const auto count = content.read(0, bytes);
    bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return bytes;
  }

  /// All files below the folder, uploads among them.
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_))
      count += file.is_regular_file() ? 1U : 0U;
    return count;
  }

  std::string folder_;
  std::uint64_t random_ = 0;
  std::int64_t now_ = 1'000'000;
  int syncs_until_failure_ = -1;  // -1: never
  std::set<AttachmentOwner> erased_, unreal_;
};

}  // namespace dure::node::testing
