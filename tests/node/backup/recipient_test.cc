// SPDX-License-Identifier: Apache-2.0
#include "backup/recipient.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dure::node {
namespace {

using testing::HasSubstr;
using testing::Not;

class RecipientTest : public testing::Test {
 protected:
  const BackupSecret secret_ = make_backup_secret();
  const std::string public_text_ = format_recipient(recipient_of(secret_));
  const std::string secret_text_ = format_backup_secret(secret_);

  static std::string refused(const std::string& text) {
    const auto parsed = parse_recipient(text);
    return parsed ? "taken" : parsed.error().text;
  }
};

TEST_F(RecipientTest, BothHalvesReadBack) {
  EXPECT_EQ(*parse_recipient(public_text_), recipient_of(secret_));
  const auto back = parse_backup_secret(secret_text_);
  ASSERT_TRUE(back);
  EXPECT_EQ(recipient_of(*back), recipient_of(secret_));
  EXPECT_EQ(format_backup_secret(*back), secret_text_);
}

TEST_F(RecipientTest, SpellsAKnownKeyInOneWay) {
  BackupRecipient known;
  for (std::size_t i = 0; i < known.key.size(); ++i) known.key[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(format_recipient(known),
            "dure-backup-public-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp4cecxxi");
}

TEST_F(RecipientTest, TwoKeysAreNeverTheSame) {
  EXPECT_NE(recipient_of(make_backup_secret()), recipient_of(make_backup_secret()));
}

TEST_F(RecipientTest, EachHalfIsToldApartFromTheOther) {
  EXPECT_EQ(refused(secret_text_), "backup.key-is-secret");
  EXPECT_EQ(parse_backup_secret(public_text_).error().text, "backup.key-is-public");
  EXPECT_EQ(refused(""), "backup.key-unknown");
  EXPECT_EQ(refused("age1qqq"), "backup.key-unknown");
  EXPECT_EQ(refused("suwon.go.kr/dure/1+0a1b2c3d+BAAA"), "backup.key-unknown");
}

TEST_F(RecipientTest, NoMessageHoldsTheSecret) {
  const auto error = parse_recipient(secret_text_).error();
  EXPECT_THAT(error.detail, Not(HasSubstr(secret_text_.substr(25, 20))));
  EXPECT_TRUE(error.args.empty());
}

TEST_F(RecipientTest, EveryWrongOrSwappedCharacterIsNoticed) {
  for (std::size_t i = 0; i < public_text_.size(); ++i) {
    auto mistyped = public_text_;
    mistyped[i] = mistyped[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(parse_recipient(mistyped)) << i;
    EXPECT_FALSE(parse_recipient(public_text_.substr(0, i))) << i;
    if (i == 0 || public_text_[i] == public_text_[i - 1]) continue;
    auto swapped = public_text_;
    std::swap(swapped[i], swapped[i - 1]);
    EXPECT_FALSE(parse_recipient(swapped)) << i;
  }
  EXPECT_FALSE(parse_recipient(public_text_ + "a"));
  EXPECT_FALSE(parse_recipient(public_text_ + "\n"));
}

}  // namespace
}  // namespace dure::node
