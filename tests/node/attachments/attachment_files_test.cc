// SPDX-License-Identifier: Apache-2.0
#include "storage/attachment_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "attachment_fixture.h"

namespace dure::node::testing {
namespace {

class AttachmentFilesTest : public AttachmentFolderTest {
 protected:
  std::string path(const Hash& commitment, const std::string& suffix = {}) const {
    const auto hex = hex_encode(as_view(commitment));
    return folder_ + "/attachments/" + hex.substr(0, 2) + "/" + hex + suffix;
  }
  static Status erase(AttachmentStore& store, std::uint64_t index, const char* origin = kOwn) {
    const std::array indexes = {index};
    return store.erase(origin, indexes);
  }
  /// A mirrored attachment of `owner`, whole.
  Hash mirror(AttachmentStore& store, std::string_view content, const AttachmentOwner& owner) {
    const auto list = list_of(content);
    const auto commitment = commit(list);
    EXPECT_TRUE(store.begin_fetch(commitment, list, owner));
    for (std::uint64_t i = 0; i < list.chunks.size(); ++i)
      EXPECT_TRUE(store.add_chunk(commitment, i, chunk_of(content, i)));
    EXPECT_TRUE(store.finish_fetch(commitment));
    return commitment;
  }
};

TEST_F(AttachmentFilesTest, KeepsAnUploadUnderItsCommitmentAfterARestart) {
  const auto content = content_of(2 * kChunkBytes + 3);
  Hash commitment{};
  {
    const auto store = open();
    commitment = upload(*store, content);
    ASSERT_TRUE(store->add_owner(commitment, {kOwn, 7}));
  }
  const auto store = open();
  store->drop_unused(0);
  const auto held = store->find(commitment);
  ASSERT_TRUE(held);
  EXPECT_TRUE(held->whole);
  EXPECT_EQ(held->size, content.size());
  EXPECT_EQ(held->owner->index, 7U);
  EXPECT_EQ(read_all(**store->open(commitment)), content);
  const auto list = parse_chunk_list(*store->chunk_list(commitment));
  ASSERT_TRUE(list);
  EXPECT_EQ(commit(*list), commitment);
  EXPECT_EQ(commit(content, list->salt), commitment);
  EXPECT_TRUE(store->check()->empty());
}

TEST_F(AttachmentFilesTest, TwoUploadsOfOneFileShareNothing) {
  const auto store = open();
  EXPECT_NE(upload(*store, "same"), upload(*store, "same"));
}

TEST_F(AttachmentFilesTest, NobodyElseMayReadTheFiles) {
  const auto store = open();
  const auto commitment = upload(*store, "private until it is published");
  for (const char* suffix : {"", ".chunks"}) {
    struct stat info {};
    ASSERT_EQ(::stat(path(commitment, suffix).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
  }
}

TEST_F(AttachmentFilesTest, AnEmptyFileIsAFile) {
  const auto store = open();
  const auto commitment = upload(*store, "");
  EXPECT_EQ((*store->open(commitment))->size(), 0U);
  EXPECT_TRUE(store->check()->empty());
}

TEST_F(AttachmentFilesTest, AChunkSentTwiceIsNotStoredTwice) {
  const auto store = open();
  const auto content = content_of(kChunkBytes + 5);
  const auto upload = store->begin_upload(content.size());
  ASSERT_TRUE(store->continue_upload(upload->id, 0, chunk_of(content, 0)));
  EXPECT_EQ(store->continue_upload(upload->id, 0, chunk_of(content, 0)).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(store->continue_upload(upload->id, kChunkBytes, "no").error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(store->finish_upload(upload->id).error().code, ErrorCode::kInvalid);
  ASSERT_TRUE(store->continue_upload(upload->id, kChunkBytes, chunk_of(content, 1)));
  const auto uploaded = store->finish_upload(upload->id);
  ASSERT_TRUE(uploaded);
  EXPECT_EQ(read_all(**store->open(uploaded->commitment)), content);
  EXPECT_EQ(store->finish_upload(upload->id).error().code, ErrorCode::kNotFound);
}

TEST_F(AttachmentFilesTest, WhatNothingRefersToGoes) {
  const auto store = open();
  const auto begun = store->begin_upload(5);
  ASSERT_TRUE(begun);
  const auto unused = upload(*store, "never published");
  const auto used = upload(*store, "published");
  ASSERT_TRUE(store->add_owner(used, {kOwn, 1}));
  store->drop_unused(10);
  EXPECT_TRUE(store->find(unused));
  now_ += 10;
  store->drop_unused(10);
  EXPECT_FALSE(store->find(unused));
  EXPECT_TRUE(store->find(used));
  EXPECT_EQ(store->continue_upload(begun->id, 0, "12345").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files(), 3U);  // bytes, list and reference of the one that is used
}

TEST_F(AttachmentFilesTest, AReferenceThatCannotBeReadStillHolds) {
  Hash commitment{};
  {
    const auto store = open();
    commitment = upload(*store, "plan");
    ASSERT_TRUE(store->add_owner(commitment, {kOwn, 1}));
    std::ofstream(path(commitment, ".refs")) << "rubbish";
  }
  const auto store = open();
  store->drop_unused(0);
  EXPECT_TRUE(store->open(commitment));
}

TEST_F(AttachmentFilesTest, AnUploadThatCouldNotBeMadeDurableIsNotThere) {
  // Each write of finishing fails once: of the bytes, of the list, of the names.
  for (int good = 0; good < 8; ++good) {
    const auto store = open();
    const auto upload = store->begin_upload(3);
    ASSERT_TRUE(store->continue_upload(upload->id, 0, "abc"));
    syncs_until_failure_ = good;
    const auto finished = store->finish_upload(upload->id);
    syncs_until_failure_ = -1;
    if (finished) {
      EXPECT_GT(good, 3);
      EXPECT_TRUE(store->find(finished->commitment));
      continue;
    }
    EXPECT_EQ(finished.error().code, ErrorCode::kStorage);
    EXPECT_EQ(store->totals().own, 0U) << good;
    const auto again = open();
    again->drop_unused(0);
    EXPECT_EQ(files(), 0U) << good;
  }
}

TEST_F(AttachmentFilesTest, AReferenceThatIsNotAnsweredIsStillFoundByAnErasure) {
  // good = 0: it is not on disk. 1: it is, but the name may not be durable, and nobody was told.
  for (int good = 0; good < 2; ++good) {
    Hash commitment{};
    {
      const auto store = open();
      commitment = upload(*store, "plan");
      syncs_until_failure_ = good;
      EXPECT_EQ(store->add_owner(commitment, {kOwn, 3}).error().code, ErrorCode::kStorage);
      syncs_until_failure_ = -1;
      ASSERT_TRUE(store->add_owner(commitment, {kOwn, 3}));
    }
    const auto store = open();
    ASSERT_TRUE(store->find(commitment)->owner);
    ASSERT_TRUE(erase(*store, 3));
    EXPECT_EQ(files(), 0U);
  }
}

TEST_F(AttachmentFilesTest, ErasingLeavesNoFileAndEndsDownloads) {
  const auto store = open();
  const auto commitment = upload(*store, content_of(kChunkBytes + 1));
  ASSERT_TRUE(store->add_owner(commitment, {kOwn, 3}));
  store->settle_owner({kOwn, 3});
  const auto download = *store->open(commitment);
  ASSERT_TRUE(erase(*store, 3));
  EXPECT_FALSE(store->find(commitment));
  EXPECT_FALSE(store->open(commitment));
  EXPECT_FALSE(store->chunk_list(commitment));
  std::array<char, 1> byte{};
  EXPECT_EQ(download->read(0, byte), 0);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(store->totals().own_bytes, 0U);
  EXPECT_TRUE(erase(*store, 3));  // again
}

TEST_F(AttachmentFilesTest, AnErasureThatFailedIsTakenUpAgain) {
  for (int good = 0; good < 3; ++good) {
    Hash commitment{};
    {
      const auto store = open();
      commitment = upload(*store, content_of(9));
      ASSERT_TRUE(store->add_owner(commitment, {kOwn, 3}));
      store->settle_owner({kOwn, 3});
      syncs_until_failure_ = good;
      const bool done = erase(*store, 3).has_value();
      syncs_until_failure_ = -1;
      EXPECT_EQ(done, good == 2);
      EXPECT_FALSE(store->find(commitment)) << "still served";
      if (!done && good == 0) {
        EXPECT_TRUE(erase(*store, 3));
      }
    }
    const auto store = open();  // the process died there
    EXPECT_TRUE(erase(*store, 3));
    EXPECT_EQ(files(), 0U) << good;
  }
}

TEST_F(AttachmentFilesTest, ALaterRevisionHoldsOnToIt) {
  const auto store = open();
  const auto commitment = upload(*store, "plan");
  for (const std::uint64_t index : {3U, 8U}) {
    ASSERT_TRUE(store->add_owner(commitment, {kOwn, index}));
    store->settle_owner({kOwn, index});
  }
  ASSERT_TRUE(erase(*store, 3));
  EXPECT_EQ(read_all(**store->open(commitment)), "plan");
  ASSERT_TRUE(erase(*store, 8));
  EXPECT_EQ(files(), 0U);
}

TEST_F(AttachmentFilesTest, AReferenceOfAnEntryThatNeverCameHoldsNothing) {
  const auto store = open();
  const auto commitment = upload(*store, "plan");
  ASSERT_TRUE(store->add_owner(commitment, {kOwn, 3}));  // its append failed
  ASSERT_TRUE(store->add_owner(commitment, {kOwn, 4}));
  store->settle_owner({kOwn, 3});
  store->settle_owner({kOwn, 4});
  unreal_.insert({kOwn, 3});
  ASSERT_TRUE(erase(*store, 4));
  EXPECT_EQ(files(), 0U);
}

TEST_F(AttachmentFilesTest, WhatIsBeingPublishedCountsAsThere) {
  const auto store = open();
  const auto commitment = upload(*store, "plan");
  ASSERT_TRUE(store->add_owner(commitment, {kOwn, 3}));
  store->settle_owner({kOwn, 3});
  ASSERT_TRUE(store->add_owner(commitment, {kOwn, 9}));
  unreal_.insert({kOwn, 9});  // not in the log yet
  ASSERT_TRUE(erase(*store, 3));
  EXPECT_TRUE(store->find(commitment));
}

TEST_F(AttachmentFilesTest, AnotherLogCannotHoldOnToIt) {
  const auto store = open();
  const auto content = content_of(10);
  const auto commitment = mirror(*store, content, {kOther, 1});
  EXPECT_EQ(store->add_owner(commitment, {"bucheon.go.kr/dure/1", 1}).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(
      store->begin_fetch(commitment, list_of(content), {"bucheon.go.kr/dure/1", 1}).error().code,
      ErrorCode::kConflict);
  ASSERT_TRUE(erase(*store, 1, kOther));
  EXPECT_EQ(files(), 0U);
}

TEST_F(AttachmentFilesTest, AnErasedEntryGetsNothingBack) {
  const auto store = open();
  erased_.insert({kOther, 1});
  const auto list = list_of("abc");
  EXPECT_EQ(store->begin_fetch(commit(list), list, {kOther, 1}).error().code, ErrorCode::kGone);
  EXPECT_EQ(files(), 0U);
}

TEST_F(AttachmentFilesTest, WhatIsErasedWhileItComesDoesNotComeBack) {
  const auto store = open();
  const auto content = content_of(2 * kChunkBytes);
  const auto list = list_of(content);
  const auto commitment = commit(list);
  ASSERT_TRUE(store->begin_fetch(commitment, list, {kOther, 1}));
  ASSERT_TRUE(store->add_chunk(commitment, 0, chunk_of(content, 0)));
  ASSERT_TRUE(erase(*store, 1, kOther));
  EXPECT_EQ(store->add_chunk(commitment, 1, chunk_of(content, 1)).error().code, ErrorCode::kGone);
  EXPECT_FALSE(store->finish_fetch(commitment));
  EXPECT_EQ(files(), 0U);
}

TEST_F(AttachmentFilesTest, GoesOnAtTheFirstChunkThatIsNotGood) {
  const auto content = content_of(4 * kChunkBytes + 1);
  const auto list = list_of(content);
  const auto commitment = commit(list);
  {
    const auto store = open();
    ASSERT_TRUE(store->begin_fetch(commitment, list, {kOther, 1}));
    for (std::uint64_t i = 0; i < 3; ++i)
      ASSERT_TRUE(store->add_chunk(commitment, i, chunk_of(content, i)));
    EXPECT_FALSE(store->find(commitment)->whole);
    EXPECT_FALSE(store->open(commitment));
    EXPECT_EQ(store->finish_fetch(commitment).error().code, ErrorCode::kConflict);
  }
  {
    std::fstream part(path(commitment, ".part"), std::ios::in | std::ios::out | std::ios::binary);
    part.seekp(static_cast<std::streamoff>(2 * kChunkBytes + 100));
    part.put(static_cast<char>(content[2 * kChunkBytes + 100] ^ 1));
  }
  const auto store = open();
  ASSERT_EQ(*store->fetched(commitment), 2U);
  EXPECT_EQ(store->add_chunk(commitment, 3, chunk_of(content, 3)).error().code,
            ErrorCode::kConflict);
  for (std::uint64_t i = 2; i < 5; ++i)
    ASSERT_TRUE(store->add_chunk(commitment, i, chunk_of(content, i)));
  ASSERT_TRUE(store->finish_fetch(commitment));
  EXPECT_EQ(read_all(**store->open(commitment)), content);
  EXPECT_EQ(store->totals().mirrored_bytes, content.size());
}

TEST_F(AttachmentFilesTest, EveryFlippedByteOnDiskIsFound) {
  const auto store = open();
  const auto content = content_of(40);
  const auto commitment = mirror(*store, content, {kOther, 1});
  for (const char* suffix : {"", ".chunks"}) {
    const auto file = path(commitment, suffix);
    const auto size = std::filesystem::file_size(file);
    for (std::uintmax_t i = 0; i < size; ++i) {
      const auto flip = [&] {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(static_cast<std::streamoff>(i));
        const auto byte = static_cast<char>(bytes.get() ^ 1);
        bytes.seekp(static_cast<std::streamoff>(i));
        bytes.put(byte);
      };
      flip();
      EXPECT_EQ(store->check()->size(), 1U) << suffix << " " << i;
      flip();
    }
  }
  EXPECT_TRUE(store->check()->empty());
}

}  // namespace
}  // namespace dure::node::testing
