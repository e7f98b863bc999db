// SPDX-License-Identifier: Apache-2.0
// What every InboxStore must do.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "inbox/telling.h"
#include "storage/inbox_store.h"
#include "support/memory_inbox.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual InboxStore& store() = 0;
  virtual void reopen() {}
};

struct MemorySubject final : Subject {
  InboxStore& store() override { return inbox; }
  MemoryInbox inbox;
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(create_inbox(folder.file("inbox.db")));
    reopen();
  }
  InboxStore& store() override { return *inbox; }
  void reopen() override {
    inbox.reset();
    inbox = std::move(*open_inbox(folder.file("inbox.db")));
  }
  TempFolder folder;
  std::unique_ptr<InboxFile> inbox;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

Hash receipt(int number) { return sha256({std::to_string(number)}); }

Arrival arrival(int number, const std::string& text, std::int64_t time = 100) {
  Arrival out;
  out.telling = {TellingKind::kNeed, "", text};
  out.receipt = receipt(number);
  out.digest = telling_digest(out.telling);
  out.mark = "mark" + std::to_string(number);
  out.time = time;
  return out;
}

class InboxContractTest : public testing::TestWithParam<Kind> {
 protected:
  InboxContractTest() : subject_(GetParam().make()) {}
  InboxStore& store() { return subject_->store(); }
  std::unique_ptr<Subject> subject_;
};

TEST_P(InboxContractTest, KeepsWhatWasToldUnderItsReceipt) {
  auto one = arrival(1, "밤에도 여는 약국");
  one.telling = {TellingKind::kWrong, "mfrggzdfmztwq2lkmfrggzdfmy", "<b>시간</b>이 다릅니다"};
  ASSERT_TRUE(store().take(one, 10));
  subject_->reopen();
  const auto found = *store().find(receipt(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->telling, one.telling);
  EXPECT_EQ(found->received, 100);
  EXPECT_EQ(found->mark, "mark1");
  EXPECT_EQ(found->state, MessageState::kWaiting);
  EXPECT_EQ(found->times, 1U);
  EXPECT_FALSE(*store().find(receipt(2)));
  EXPECT_FALSE(*store().message(found->number + 1));
}

TEST_P(InboxContractTest, TakesTheSameReceiptOnce) {
  ASSERT_TRUE(store().take(arrival(1, "밤에도 여는 약국"), 10));
  ASSERT_TRUE(store().take(arrival(1, "밤에도 여는 약국"), 10));
  EXPECT_EQ(store().messages(true)->size(), 1U);
  EXPECT_EQ((*store().find(receipt(1)))->times, 1U);
  EXPECT_EQ(store().take(arrival(1, "다른 이야기입니다"), 10).error().code, ErrorCode::kConflict);
}

TEST_P(InboxContractTest, FoldsWhatSaysTheSameWhileItWaits) {
  ASSERT_TRUE(store().take(arrival(1, "밤에도 여는 약국"), 10));
  ASSERT_TRUE(store().take(arrival(2, "밤에도  여는\n약국"), 10));
  const auto messages = *store().messages(false);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].times, 2U);
  EXPECT_EQ((*store().find(receipt(2)))->number, messages[0].number);
  ASSERT_TRUE(store().decide(messages[0].number, {MessageState::kAnswered, "있습니다", ""}, 200));
  ASSERT_TRUE(store().take(arrival(3, "밤에도 여는 약국"), 10));
  EXPECT_NE((*store().find(receipt(3)))->number, messages[0].number) << "that one is decided";
}

TEST_P(InboxContractTest, StopsWhenTooManyWait) {
  ASSERT_TRUE(store().take(arrival(1, "하나"), 2));
  ASSERT_TRUE(store().take(arrival(2, "하나"), 2));
  EXPECT_EQ(store().take(arrival(3, "셋"), 2).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(store().take(arrival(2, "하나"), 2)) << "it is there already";
  ASSERT_TRUE(store().decide((*store().find(receipt(1)))->number,
                             {MessageState::kDeclined, "아니요", ""}, 200));
  EXPECT_TRUE(store().take(arrival(3, "셋"), 2));
}

TEST_P(InboxContractTest, DecidesOnce) {
  ASSERT_TRUE(store().take(arrival(1, "하나"), 9));
  const auto number = (*store().find(receipt(1)))->number;
  const Decision answered{MessageState::kAnswered, "고쳤습니다", ""};
  ASSERT_TRUE(store().decide(number, answered, 200));
  ASSERT_TRUE(store().decide(number, answered, 300)) << "the same again";
  EXPECT_EQ(store().decide(number, {MessageState::kAnswered, "다르게", ""}, 300).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(store().decide(number, {MessageState::kPublished, "", "x"}, 300).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(store().decide(number + 1, answered, 300).error().code, ErrorCode::kNotFound);
  subject_->reopen();
  const auto found = **store().message(number);
  EXPECT_EQ(found.answer, "고쳤습니다");
  EXPECT_EQ(found.decided, 200);
  EXPECT_TRUE(store().messages(false)->empty());
}

TEST_P(InboxContractTest, TellsHowManyWaitAndSinceWhen) {
  EXPECT_EQ(store().waiting()->count, 0U);
  ASSERT_TRUE(store().take(arrival(1, "하나", 500), 9));
  ASSERT_TRUE(store().take(arrival(2, "둘", 400), 9));
  EXPECT_EQ(store().waiting()->count, 2U);
  EXPECT_EQ(store().waiting()->since, 400);
}

TEST_P(InboxContractTest, ForgetsWhatWasDecidedAndNoNumberComesBack) {
  ASSERT_TRUE(store().take(arrival(1, "하나"), 9));
  ASSERT_TRUE(store().take(arrival(2, "둘"), 9));
  const auto last = (*store().find(receipt(2)))->number;
  ASSERT_TRUE(store().decide(last, {MessageState::kDeclined, "아니요", ""}, 200));
  EXPECT_EQ(*store().forget(200), 0U) << "not before";
  EXPECT_EQ(*store().forget(201), 1U);
  EXPECT_FALSE(*store().find(receipt(2)));
  EXPECT_TRUE(*store().find(receipt(1))) << "it waits, however long";
  subject_->reopen();
  ASSERT_TRUE(store().take(arrival(3, "셋"), 9));
  EXPECT_GT((*store().find(receipt(3)))->number, last);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, InboxContractTest,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return kind.param.name; });

std::string bytes_of(const std::string& path) {
  std::stringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

TEST(InboxFileTest, IsForItsOwnerOnlyAndHoldsNothingThatWasDeleted) {
  const TempFolder folder;
  const auto path = folder.file("inbox.db");
  ASSERT_TRUE(create_inbox(path));
  const auto inbox = std::move(*open_inbox(path));
  ASSERT_TRUE(inbox->take(arrival(1, "지워져야 할 이야기"), 9));
  for (const std::string& file : {path, path + "-wal"}) {
    struct stat info {};
    ASSERT_EQ(stat(file.c_str(), &info), 0) << file;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << file;
  }
  ASSERT_TRUE(inbox->decide(1, {MessageState::kAnswered, "답", ""}, 5));
  EXPECT_NE((bytes_of(path) + bytes_of(path + "-wal")).find("지워져야"), std::string::npos);
  ASSERT_EQ(*inbox->forget(6), 1U);
  EXPECT_EQ((bytes_of(path) + bytes_of(path + "-wal")).find("지워져야"), std::string::npos);
  EXPECT_TRUE(inbox->check());
}

}  // namespace
}  // namespace dure::node
