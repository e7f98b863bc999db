// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "attachment_fixture.h"
#include "dure/attachment.h"

namespace dure {
namespace {

using node::testing::chunk_of;
using node::testing::content_of;
using node::testing::list_of;

TEST(ChunkListTest, LeadsToTheCommitmentOfTheWholeContent) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunkBytes - 1, kChunkBytes,
                                 kChunkBytes + 1, 3 * kChunkBytes + 17}) {
    const auto content = content_of(size);
    const auto list = list_of(content);
    EXPECT_EQ(commit(list), commit(content, list.salt)) << size;
    EXPECT_TRUE(check_chunk_list(list, size, commit(content, list.salt))) << size;
  }
}

TEST(ChunkListTest, IsReadAsItWasWritten) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, kChunkBytes + 1}) {
    const auto bytes = format_chunk_list(list_of(content_of(size)));
    EXPECT_EQ(bytes.size(), chunk_list_bytes(size));
    const auto list = parse_chunk_list(bytes);
    ASSERT_TRUE(list);
    EXPECT_EQ(format_chunk_list(*list), bytes);
  }
}

TEST(ChunkListTest, RefusesEveryOtherLength) {
  const auto bytes = format_chunk_list(list_of(content_of(kChunkBytes + 1)));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_chunk_list(bytes.substr(0, size))) << size;
  EXPECT_EQ(parse_chunk_list(bytes + '\0').error().code, ErrorCode::kMalformed);
}

TEST(ChunkListTest, RefusesMoreThanTwoGibibytes) {
  Bytes bytes(kSaltBytes, 's');
  append_u64be(bytes, kMaxAttachmentBytes + 1);
  EXPECT_EQ(parse_chunk_list(bytes).error().code, ErrorCode::kTooLarge);
}

TEST(ChunkListTest, EveryFlippedByteLeadsElsewhere) {
  const auto content = content_of(kChunkBytes + 1);
  const auto bytes = format_chunk_list(list_of(content));
  const auto commitment = commit(list_of(content));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto list = parse_chunk_list(changed);
    EXPECT_FALSE(list && check_chunk_list(*list, content.size(), commitment)) << i;
  }
}

TEST(ChunkListTest, TakesNoChunkForAnother) {
  const auto content = content_of(2 * kChunkBytes + 9);
  const auto list = list_of(content);
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(check_chunk(list, i, chunk_of(content, i)));
    EXPECT_FALSE(check_chunk(list, (i + 1) % 3, chunk_of(content, i)));
  }
  EXPECT_FALSE(check_chunk(list, 3, ""));
  EXPECT_FALSE(check_chunk(list, 2, chunk_of(content, 2).substr(1)));
}

TEST(ChunkListTest, EveryFlippedByteOfAChunkIsSeen) {
  const auto content = content_of(700);
  const auto list = list_of(content);
  for (std::size_t i = 0; i < content.size(); ++i) {
    auto changed = content;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    EXPECT_FALSE(check_chunk(list, 0, changed)) << i;
  }
}

TEST(ChunkListTest, ANameIsLowerCaseHexOfACommitment) {
  const auto commitment = commit(list_of("x"));
  const auto path = attachment_path(commitment);
  EXPECT_EQ(*parse_attachment_name(path.substr(path.rfind('/') + 1)), commitment);
  auto upper = path.substr(path.rfind('/') + 1);
  upper[0] = 'A';
  for (const std::string& bad : {std::string(), std::string("ab"), upper, path.substr(14), path})
    EXPECT_FALSE(parse_attachment_name(bad)) << bad;
}

}  // namespace
}  // namespace dure
