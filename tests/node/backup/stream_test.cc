// SPDX-License-Identifier: Apache-2.0
// Both kinds of backup files: whatever is changed or missing is noticed.
#include "backup/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/backup_bytes.h"

namespace dure::node {
namespace {

using testing::AnyOf;

enum class Kind { kPlain, kSealed };

class StreamTest : public testing::TestWithParam<Kind> {
 protected:
  bool sealed() const { return GetParam() == Kind::kSealed; }
  std::string make(std::string_view content) const {
    std::string file;
    const auto recipient =
        sealed() ? std::optional(recipient_of(secret_)) : std::optional<BackupRecipient>();
    const auto writer = BackupWriter::begin(take_into(file), recipient);
    EXPECT_TRUE(writer);
    EXPECT_TRUE((*writer)->write(content));
    EXPECT_TRUE((*writer)->finish());
    return file;
  }
  Result<std::string> open(const std::string& file) const { return open_backup(file, &secret_); }
  static std::string content(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
    return bytes;
  }

  const BackupSecret secret_ = make_backup_secret();
};

TEST_P(StreamTest, EveryLengthAroundAFrameReadsBack) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kFrameBytes - 1, kFrameBytes,
                                 kFrameBytes + 1, 2 * kFrameBytes, 3 * kFrameBytes + 17}) {
    const auto back = open(make(content(size)));
    ASSERT_TRUE(back) << size << back.error().detail;
    EXPECT_EQ(*back, content(size)) << size;
  }
}

TEST_P(StreamTest, PartsOfAnySizeMakeTheSameContent) {
  std::string file;
  const auto recipient =
      sealed() ? std::optional(recipient_of(secret_)) : std::optional<BackupRecipient>();
  const auto writer = BackupWriter::begin(take_into(file), recipient);
  const auto whole = content(2 * kFrameBytes + 5);
  for (std::size_t at = 0, part = 1; at < whole.size(); at += part, part = part * 3 + 1)
    ASSERT_TRUE((*writer)->write(std::string_view(whole).substr(at, part)));
  ASSERT_TRUE((*writer)->finish());
  EXPECT_EQ(*open(file), whole);
}

TEST_P(StreamTest, EveryFlippedBitOfASmallFileIsNoticed) {
  const auto file = make("node.db");
  for (std::size_t i = 0; i < file.size() * 8; ++i) {
    auto changed = file;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    const auto opened = open(changed);
    ASSERT_FALSE(opened) << i;
    // The digit of the version is that of a later program; another recipient has another key.
    EXPECT_THAT(opened.error().code,
                AnyOf(ErrorCode::kMalformed, ErrorCode::kUnsupported, ErrorCode::kRefused))
        << i;
  }
}

TEST_P(StreamTest, FlippedBytesOfLaterFramesAreNoticed) {
  const auto file = make(content(2 * kFrameBytes + 100));
  for (std::size_t i = 0; i < file.size(); i += 499) {
    auto changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open(changed)) << i;
  }
}

TEST_P(StreamTest, EveryTruncationIsNoticed) {
  const auto file = make("node.db");
  for (std::size_t length = 0; length < file.size(); ++length)
    ASSERT_EQ(open(file.substr(0, length)).error().code, ErrorCode::kMalformed) << length;
}

TEST_P(StreamTest, TruncationAtAFrameIsNoticed) {
  const auto file = make(content(3 * kFrameBytes));
  const auto header = make("").size() - (sealed() ? 17 : 33);
  const auto frame = kFrameBytes + (sealed() ? 17 : 33);
  for (std::size_t frames = 0; frames < 3; ++frames) {
    EXPECT_FALSE(open(file.substr(0, header + frames * frame))) << frames;
    EXPECT_FALSE(open(file.substr(0, header + frames * frame + 1))) << frames;
  }
  EXPECT_TRUE(open(file));
}

TEST_P(StreamTest, NothingMayFollow) {
  const auto file = make(content(kFrameBytes));
  EXPECT_FALSE(open(file + "a"));
  EXPECT_FALSE(open(file + file));
}

TEST_P(StreamTest, FramesInAnotherOrderOrOfAnotherFileAreNoticed) {
  const auto overhead = sealed() ? std::size_t{17} : std::size_t{33};
  const auto file = make(content(3 * kFrameBytes));
  const auto header = file.size() - 3 * (kFrameBytes + overhead);
  const auto frame = [&](const std::string& of, std::size_t number) {
    return of.substr(header + number * (kFrameBytes + overhead), kFrameBytes + overhead);
  };
  const auto start = file.substr(0, header);
  EXPECT_FALSE(open(start + frame(file, 1) + frame(file, 0) + frame(file, 2)));
  EXPECT_FALSE(open(start + frame(file, 0) + frame(file, 2)));
  auto other_content = content(3 * kFrameBytes);
  other_content[0] = 'x';
  const auto other = make(other_content);
  EXPECT_FALSE(open(start + frame(other, 0) + frame(file, 1) + frame(file, 2)));
  EXPECT_FALSE(open(start + frame(file, 0) + frame(other, 1) + frame(other, 2)));
}

TEST_P(StreamTest, WhoMadeItReadsItBackWithoutTheSecret) {
  std::string file;
  const auto recipient =
      sealed() ? std::optional(recipient_of(secret_)) : std::optional<BackupRecipient>();
  const auto writer = BackupWriter::begin(take_into(file), recipient);
  ASSERT_TRUE((*writer)->write("node.db"));
  ASSERT_TRUE((*writer)->finish());
  const auto reader = BackupReader::begin(give(file), (*writer)->key());
  ASSERT_TRUE(reader);
  EXPECT_EQ(*read_all(**reader), "node.db");
  EXPECT_EQ((*reader)->header(), (*writer)->header());
}

TEST_P(StreamTest, AFullDiskIsSaid) {
  const auto full = [](std::string_view) -> Status {
    return Error{ErrorCode::kStorage, "no space", "storage.full"};
  };
  EXPECT_EQ(BackupWriter::begin(full, std::nullopt).error().text, "storage.full");
  std::size_t room = kFrameBytes;
  const auto writer = BackupWriter::begin(
      [&](std::string_view bytes) -> Status {
        if (bytes.size() > room) return full(bytes);
        room -= bytes.size();
        return ok();
      },
      std::nullopt);
  ASSERT_TRUE(writer);
  EXPECT_EQ((*writer)->write(content(3 * kFrameBytes)).error().text, "storage.full");
}

INSTANTIATE_TEST_SUITE_P(Plain, StreamTest, testing::Values(Kind::kPlain));
INSTANTIATE_TEST_SUITE_P(Sealed, StreamTest, testing::Values(Kind::kSealed));

class SealedStreamTest : public testing::Test {
 protected:
  std::string make() const {
    std::string file;
    const auto writer = BackupWriter::begin(take_into(file), recipient_of(secret_));
    EXPECT_TRUE((*writer)->write("주민이 알린 글"));
    EXPECT_TRUE((*writer)->finish());
    return file;
  }
  const BackupSecret secret_ = make_backup_secret();
};

TEST_F(SealedStreamTest, SaysForWhomItIsWithoutAKey) {
  const auto error = open_backup(make(), nullptr).error();
  EXPECT_EQ(error.code, ErrorCode::kRefused);
  EXPECT_EQ(error.text, "backup.sealed");
  EXPECT_EQ(error.args.front().second, format_recipient(recipient_of(secret_)));
}

TEST_F(SealedStreamTest, SaysForWhomItIsToAWrongKey) {
  const auto other = make_backup_secret();
  const auto error = open_backup(make(), &other).error();
  EXPECT_EQ(error.code, ErrorCode::kRefused);
  EXPECT_EQ(error.text, "backup.other-key");
  EXPECT_EQ(error.args[0].second, format_recipient(recipient_of(secret_)));
  EXPECT_EQ(error.args[1].second, format_recipient(recipient_of(other)));
}

TEST_F(SealedStreamTest, HoldsNothingInClear) {
  EXPECT_EQ(make().find("주민"), std::string::npos);
  EXPECT_NE(make(), make()) << "a key of its own for each";
}

TEST_F(SealedStreamTest, APlainFileNeedsNoKeyAndTakesAny) {
  std::string file;
  const auto writer = BackupWriter::begin(take_into(file), std::nullopt);
  ASSERT_TRUE((*writer)->finish());
  EXPECT_TRUE(open_backup(file, nullptr));
  EXPECT_TRUE(open_backup(file, &secret_));
}

TEST_F(SealedStreamTest, IsSealedForNoPointThatEverybodyKnows) {
  std::string file;
  const auto writer = BackupWriter::begin(take_into(file), BackupRecipient{});
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kInvalid);
}

TEST_F(SealedStreamTest, AFileOfALaterVersionIsNotCalledDamaged) {
  auto file = make();
  file.replace(0, kBackupMagic.size() + 1, "dure-backup-file/23\n");
  EXPECT_EQ(open_backup(file, &secret_).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(open_backup("SQLite format 3 is something else", &secret_).error().text,
            "backup.not-a-file");
}

}  // namespace
}  // namespace dure::node
