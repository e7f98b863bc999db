// SPDX-License-Identifier: Apache-2.0
// Every accident of docs/recovery.md that ends by itself, or with one word from an operator.
#include <cstdlib>
#include <iostream>

#include "integration/recovery_fixture.h"

namespace dure::test {
namespace {

using testing::HasSubstr;

/// Publishing them is what takes long here; 10,000 for the figures.
const int kEntries = [] {
  const char* text = std::getenv("DURE_RECOVERY_ENTRIES");  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? 1000 : std::atoi(text);
}();

class RecoveryProcessTest : public RecoveryFixture {};

TEST_F(RecoveryProcessTest, AnOldBackupHealsFromAPeersMirror) {
  add_peer(a_, osan_->url());
  ASSERT_EQ(publish(a_, "처음", 3).code, 0);
  must({"backup", "--data", a_, path("backup")});
  publish_and_mirror("나중", kEntries - 3);
  must({"restore", "--data", a_, path("backup"), "--replace"});
  double seconds = 0;
  EXPECT_EQ(publishes_again(seconds), static_cast<std::uint64_t>(kEntries) + 1)
      << "entries were lost";
  EXPECT_EQ(recovery_["entries"], kEntries - 3);
  EXPECT_FALSE(recovery_["database_rebuilt"]);
  std::cout << kEntries << " entries, old backup: publishes again after " << seconds
            << " s, entries lost: 0\n";
  EXPECT_FALSE(exists(a_ + "/restored"));
  must({"fsck", "--data", a_});
}

TEST_F(RecoveryProcessTest, ALostDatabaseComesBackFromAPeersMirror) {
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", kEntries);
  lose_database();
  EXPECT_THAT(publish(a_, "멈춘 채").err, HasSubstr("Start the node"));
  double seconds = 0;
  EXPECT_EQ(publishes_again(seconds), static_cast<std::uint64_t>(kEntries) + 1)
      << "entries were lost";
  EXPECT_EQ(recovery_["entries"], kEntries);
  EXPECT_TRUE(recovery_["database_rebuilt"]);
  std::cout << kEntries << " entries, lost database: publishes again after " << seconds
            << " s, entries lost: 0\n";
  EXPECT_EQ(status(a_)["peers"].size(), 1U);
  must({"fsck", "--data", a_});
}

TEST_F(RecoveryProcessTest, TheOtherGovernmentAcceptsWhatComesAfterwards) {
  add_peer(a_, osan_->url());
  publish_and_mirror("앞", 300);
  lose_database();
  publish_and_mirror("뒤", 1);
  EXPECT_EQ(status(b_)["peers"][0]["size"], 301);
  EXPECT_FALSE(status(b_)["peers"][0].contains("contradiction"));
}

TEST_F(RecoveryProcessTest, WithoutAPeerThatAnswersALostDatabaseSignsNothing) {
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", 10);
  osan_.reset();
  lose_database();
  const auto node = serve(a_);
  const auto refused = publish(a_, "다시");
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("10 entries but has only 0"));
  EXPECT_EQ(status(a_)["state"], "quarantined");
  // As soon as it answers (here under another address), the node goes on by itself.
  osan_ = serve(b_);
  add_peer(a_, osan_->url());
  must({"pull", "--data", a_, "--once"});
  Outcome again;
  for (int i = 0; i < 200 && again.code != 0; ++i) again = publish(a_, "다시");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(status(a_)["size"], 11);
}

TEST_F(RecoveryProcessTest, ALostDatabaseWithoutPeersSaysWhatToDo) {
  ASSERT_EQ(publish(a_, "하나").code, 0);
  lose_database();
  const auto refused = run_dure({"serve", "--data", a_, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("dure restore DIR"));
  EXPECT_FALSE(exists(a_ + "/node.db"));
}

TEST_F(RecoveryProcessTest, ARestoredBackupSignsNothingUntilAPeerAnswers) {
  add_peer(a_, osan_->url());
  publish_and_mirror("모두", 10);
  must({"backup", "--data", a_, path("backup")});
  osan_.reset();
  must({"restore", "--data", a_, path("backup"), "--replace"});
  const auto node = serve(a_);
  const auto refused = publish(a_, "다시");
  EXPECT_EQ(refused.code, 5) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("none of the 1 peers has answered"));
  const auto korean = run_dure({"publish", "--data", a_, "-", "--lang", "ko"}, entry("다시"));
  EXPECT_THAT(korean.err, HasSubstr("백업을 되돌렸는데"));
  osan_ = serve(b_);
  add_peer(a_, osan_->url());
  must({"pull", "--data", a_, "--once"});
  Outcome again;
  for (int i = 0; i < 200 && again.code != 0; ++i) again = publish(a_, "다시");
  EXPECT_EQ(again.code, 0) << again.err;
}

/// A second machine with a copy of everything, as a snapshot of a virtual machine makes it.
class TwinTest : public RecoveryFixture {
 protected:
  void SetUp() override {
    RecoveryFixture::SetUp();
    if (IsSkipped()) return;
    add_peer(a_, osan_->url());
    publish_and_mirror("함께", 5);
    std::filesystem::copy(a_, clone_, std::filesystem::copy_options::recursive);
  }
  std::string clone_ = folder_.path("clone");
};

TEST_F(TwinTest, ACloneStopsWhenItSeesWhatItsTwinSigned) {
  const auto suwon = serve(a_);
  const auto clone = serve(clone_);
  ASSERT_EQ(publish(a_, "본래").code, 0);
  mirror(*suwon);
  must({"pull", "--data", clone_, "--once"});
  const auto refused = publish(clone_, "복제");
  EXPECT_EQ(refused.code, 5) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("another machine runs with the same key"));
  EXPECT_EQ(publish(a_, "본래").code, 0) << "the other one goes on";
  EXPECT_TRUE(exists(clone_ + "/evidence"));
  EXPECT_FALSE(exists(a_ + "/evidence"));
}

TEST_F(TwinTest, TheOneThatIsStartedAgainTakesOverWhatTheOtherSigned) {
  {
    const auto suwon = serve(a_);
    ASSERT_EQ(publish(a_, "본래").code, 0);
    mirror(*suwon);
  }
  const auto clone = serve(clone_);
  EXPECT_EQ(publish(clone_, "이어서").code, 0);
  EXPECT_EQ(status(clone_)["size"], 7);
}

TEST_F(TwinTest, AForkIsStillRefusedAfterARestartWithoutAnyPeer) {
  {
    const auto suwon = serve(a_);
    const auto clone = serve(clone_);
    ASSERT_EQ(publish(clone_, "복제").code, 0);
    ASSERT_EQ(publish(a_, "본래").code, 0);
    mirror(*suwon);
    must({"pull", "--data", clone_, "--once"});
    const auto refused = publish(clone_, "복제");
    EXPECT_EQ(refused.code, 5) << refused.out;
    EXPECT_THAT(refused.err, HasSubstr("forked"));
    const auto korean = run_dure({"publish", "--data", clone_, "-", "--lang", "ko"}, entry("복제"));
    EXPECT_THAT(korean.err, HasSubstr("갈라졌습니다"));
  }
  osan_.reset();
  const auto refused = publish(clone_, "복제");  // the evidence was kept
  EXPECT_EQ(refused.code, 5) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("forked"));
  EXPECT_EQ(publish(a_, "본래").code, 0);
}

TEST_F(TwinTest, AHeadThatIsNotOursStopsNobody) {
  const auto suwon = serve(a_);
  ASSERT_EQ(publish(a_, "본래").code, 0);
  mirror(*suwon);
  must({"pull", "--data", a_, "--once"});
  EXPECT_EQ(publish(a_, "본래").code, 0);
  EXPECT_EQ(status(a_)["state"], "ok");
}

}  // namespace
}  // namespace dure::test
