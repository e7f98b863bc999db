// SPDX-License-Identifier: Apache-2.0
// A mirror says that it holds a log only if it does, and never anything that contradicts itself.
#include "witnessing/mirror_cosigner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/fake_log.h"
#include "support/memory_finality.h"
#include "support/memory_mirrors.h"

namespace dure::node {
namespace {

std::unique_ptr<Signer> mirror_signer(std::uint8_t seed = 9) {
  Secret<32> secret;
  std::fill(secret.data(), secret.data() + 32, seed);
  return std::move(
      *make_ed25519_signer("andong.example/dure/mirror", KeyType::kCosignatureV1, secret));
}

class MirrorCosignerTest : public testing::Test {
 protected:
  MirrorCosignerTest() {
    log_.grow_to(600);
    id_ = mirrors_.add_log(log_.origin());
    open();
  }
  void open() {
    MirrorCosignerPorts ports;
    ports.heads = &stored_;
    ports.logs = &mirrors_;
    ports.signer = signer_.get();
    ports.now = [this] { return now_; };
    ports.erased = [this](std::string_view origin, std::uint64_t index) {
      return origin == log_.origin() && erased_.contains(index);
    };
    cosigner_ = std::move(*MirrorCosigner::open(std::move(ports)));
  }
  /// Stores what is missing up to `size`, without the bodies in absent_.
  void store(const FakeLog& log, std::uint64_t size) {
    auto at = mirrors_.mirror(id_)->stored;
    while (at < size) {
      const std::uint64_t end = std::min(size, (at / 256 + 1) * 256);
      VerifiedBundle bundle{at, {}};
      for (; at < end; ++at) {
        const auto i = static_cast<std::size_t>(at);
        MirroredEntry entry{log.leaves()[i], {}, {}};
        if (!absent_.contains(at)) {
          entry.salt = log.salts()[i];
          entry.body = log.bodies()[i];
        }
        bundle.entries.push_back(std::move(entry));
      }
      mirrors_.store(id_, std::move(bundle), [](const Status& done) { EXPECT_TRUE(done); });
    }
    ASSERT_TRUE(mirrors_.complete(id_, log.note(static_cast<std::size_t>(size))));
  }
  Status completed(std::size_t size) { return cosigner_->completed(id_, log_.note(size)); }
  /// The time of our cosignature of this head as it is served; 0 if there is none.
  std::uint64_t cosigned_at(std::size_t size) const {
    const auto note = parse_note(cosigner_->with_cosignature(log_.note(size)));
    if (!note || note->signatures.size() != 2) return 0;
    const auto time = verify_cosignature(note->text, note->signatures[1], signer_->verifier());
    return time ? *time : 0;
  }

  FakeLog log_{"suwon.example/dure/1"};
  LogId id_ = 0;
  MemoryMirrors mirrors_;
  MemoryFinality stored_;
  std::unique_ptr<Signer> signer_ = mirror_signer();
  std::int64_t now_ = 1'800'000'000;
  std::set<std::uint64_t> absent_, erased_;
  std::unique_ptr<MirrorCosigner> cosigner_;
};

TEST_F(MirrorCosignerTest, CosignsWhatItHolds) {
  store(log_, 300);
  EXPECT_EQ(cosigned_at(300), 0U) << "not before it was looked through";
  ASSERT_TRUE(completed(300));
  EXPECT_EQ(cosigned_at(300), 1'800'000'000U);
  EXPECT_EQ(cosigned_at(299), 0U) << "only exactly that head";
  store(log_, 600);
  ASSERT_TRUE(completed(600));
  EXPECT_GT(cosigned_at(600), 0U);
}

TEST_F(MirrorCosignerTest, SaysNothingWhileABodyIsMissingWithoutAReason) {
  absent_ = {41, 280};
  store(log_, 300);
  EXPECT_EQ(completed(300).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(cosigned_at(300), 0U);
  erased_ = {41};
  EXPECT_FALSE(completed(300)) << "280 is still missing";
  erased_ = {41, 280};
  EXPECT_TRUE(completed(300));
  EXPECT_GT(cosigned_at(300), 0U);
}

TEST_F(MirrorCosignerTest, BodiesForMembersOnlyNeedNotBeHere) {
  FakeLog members("anyang.example/dure/1", 3);
  Salt salt{};
  Leaf leaf = *parse_leaf(log_.leaves()[0]);
  leaf.entry_class = EntryClass::kMembers;
  members.append_raw(format_leaf(leaf), salt, "secret");
  id_ = mirrors_.add_log(members.origin());
  absent_ = {0};
  store(members, 1);
  EXPECT_TRUE(cosigner_->completed(id_, members.note(1)));
}

TEST_F(MirrorCosignerTest, TimesNeverDecrease) {
  store(log_, 10);
  ASSERT_TRUE(completed(10));
  now_ -= 3600;
  store(log_, 20);
  ASSERT_TRUE(completed(20));
  EXPECT_EQ(cosigned_at(20), 1'800'000'000U);
  open();
  store(log_, 30);
  ASSERT_TRUE(completed(30));
  EXPECT_EQ(cosigned_at(30), 1'800'000'000U);
}

TEST_F(MirrorCosignerTest, NothingIsShownBeforeItIsStored) {
  store(log_, 10);
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    stored_.fail_next.arm(failure);
    EXPECT_EQ(completed(10).error().code, ErrorCode::kStorage);
    EXPECT_EQ(cosigned_at(10), 0U);
  }
  EXPECT_TRUE(completed(10));
  EXPECT_GT(cosigned_at(10), 0U);
}

TEST_F(MirrorCosignerTest, RemembersAfterARestartWhatItSaid) {
  store(log_, 300);
  ASSERT_TRUE(completed(300));
  open();
  EXPECT_GT(cosigned_at(300), 0U);
  EXPECT_TRUE(completed(300));
}

TEST_F(MirrorCosignerTest, AnotherHistoryIsNeverCosigned) {
  store(log_, 300);
  ASSERT_TRUE(completed(300));
  // A backup from before was put back, and the log's twin is what came next.
  FakeLog twin(log_.origin());
  twin.grow_to(200);
  twin.append("another story");
  twin.grow_to(400);
  mirrors_.forget(id_);
  open();
  store(twin, 400);
  EXPECT_EQ(cosigner_->completed(id_, twin.note(400)).error().code, ErrorCode::kInconsistent);
  EXPECT_EQ(cosigner_->with_cosignature(twin.note(400)), twin.note(400));
}

TEST_F(MirrorCosignerTest, WhatMustComeAgainIsLookedAtAgain) {
  store(log_, 300);
  ASSERT_TRUE(completed(300));
  mirrors_.forget(id_);
  store(log_, 100);
  open();  // remembers that only 100 are here
  absent_ = {150};
  store(log_, 300);
  open();
  store(log_, 400);
  EXPECT_EQ(completed(400).error().code, ErrorCode::kNotFound) << "150 came without its body";
}

TEST_F(MirrorCosignerTest, AKeyThatWasReplacedSignsAnew) {
  store(log_, 10);
  ASSERT_TRUE(completed(10));
  signer_ = mirror_signer(10);
  open();
  EXPECT_EQ(cosigned_at(10), 0U);
  EXPECT_TRUE(completed(10));
  EXPECT_GT(cosigned_at(10), 0U);
}

}  // namespace
}  // namespace dure::node
