// SPDX-License-Identifier: Apache-2.0
// What every ConsoleStore must do.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "storage/console_store.h"
#include "storage/sqlite.h"
#include "support/memory_console.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

struct Subject {
  virtual ~Subject() = default;
  virtual ConsoleStore& store() = 0;
  virtual void reopen() {}
};

struct MemorySubject final : Subject {
  ConsoleStore& store() override { return console; }
  MemoryConsole console;
};

struct SqliteSubject final : Subject {
  SqliteSubject() {
    EXPECT_TRUE(create_console(folder.file("console.db")));
    reopen();
  }
  ConsoleStore& store() override { return *console; }
  void reopen() override {
    console.reset();
    console = std::move(*open_console(folder.file("console.db")));
  }
  TempFolder folder;
  std::unique_ptr<ConsoleFile> console;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Subject>()> make;
};

class ConsoleContract : public testing::TestWithParam<Kind> {
 protected:
  ConsoleContract() : subject_(GetParam().make()) {}
  ConsoleStore& store() { return subject_->store(); }
  Act act(const char* what) { return {"kim", what, "subject", "note", 100}; }
  std::unique_ptr<Subject> subject_;
};

Account kim() { return {"kim", StaffRoles::all(), false, "hash", "code", 7, 1, 2}; }

TEST_P(ConsoleContract, KeepsAccounts) {
  EXPECT_FALSE(*store().account("kim"));
  ASSERT_TRUE(store().add_account(kim(), act("a")));
  EXPECT_EQ(store().add_account(kim(), act("b")).error().code, ErrorCode::kConflict);
  subject_->reopen();
  Account account = **store().account("kim");
  EXPECT_EQ(account.roles, StaffRoles::all());
  EXPECT_EQ(account.password, "hash");
  EXPECT_EQ(account.set_up, "code");
  EXPECT_EQ(account.set_up_until, 7);
  EXPECT_EQ(account.created, 1);
  EXPECT_EQ(account.signed_in, 2);
  account.disabled = true;
  account.roles = *parse_roles("author");
  ASSERT_TRUE(store().change_account(account, act("c")));
  EXPECT_TRUE((**store().account("kim")).disabled);
  account.name = "lee";
  EXPECT_EQ(store().change_account(account, act("d")).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(store().add_account(account, act("e")));
  EXPECT_EQ(store().accounts()->size(), 2U);
  EXPECT_EQ(*store().acts_so_far(), 3U) << "what failed did not happen";
}

TEST_P(ConsoleContract, KeepsTokens) {
  ApiToken token{"sync", "publish,status", "hash", "kim", 1, 2, 3};
  EXPECT_FALSE(*store().token("sync"));
  EXPECT_EQ(store().change_token(token, act("x")).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(store().add_token(token, act("a")));
  EXPECT_EQ(store().add_token(token, act("b")).error().code, ErrorCode::kConflict);
  subject_->reopen();
  EXPECT_EQ(**store().token("sync"), token);
  token.hash.clear();
  token.used = 9;
  ASSERT_TRUE(store().change_token(token, std::nullopt));
  token.made = 7;
  ASSERT_TRUE(store().change_token(token, act("c")));
  ApiToken other{"alpha", "draft", "h", "-", 4, 5, 0};
  ASSERT_TRUE(store().add_token(other, act("d")));
  EXPECT_EQ(*store().tokens(), (std::vector<ApiToken>{other, token}));
  EXPECT_EQ(*store().acts_so_far(), 3U) << "what failed did not happen";
}

TEST_P(ConsoleContract, KeepsDraftsAndTellsWhoWasQuicker) {
  Draft draft;
  draft.type = "practice";
  draft.body = R"({"title":{"ko":"가"}})";
  draft.author = draft.editor = "kim";
  draft.base_rev = 3;
  draft.record = "record";
  draft.begun = draft.changed = 50;
  draft.number = *store().add_draft(draft, act("draft.begin"));
  EXPECT_EQ(draft.number, 1U);
  subject_->reopen();
  EXPECT_EQ(**store().draft(1), draft);
  Draft next = draft;
  next.state = DraftState::kReview;
  next.reason = "왜";
  next.approver = "lee";
  next.log_size = 9;
  ASSERT_TRUE(store().change_draft(next, std::nullopt));
  next.version = 2;
  EXPECT_EQ(**store().draft(1), next);
  EXPECT_EQ(store().change_draft(draft, act("x")).error().code, ErrorCode::kConflict);
  next.number = 2;
  EXPECT_EQ(store().change_draft(next, act("x")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*store().acts_so_far(), 1U);
}

TEST_P(ConsoleContract, ListsWhatIsNotDoneAndTheNewestOfWhatIs) {
  for (int i = 1; i <= 6; ++i) {
    Draft draft;
    draft.type = "service";
    draft.changed = i;
    draft.state = i % 2 == 0 ? DraftState::kPublished : DraftState::kDraft;
    ASSERT_TRUE(store().add_draft(draft, act("begin")));
  }
  std::vector<std::uint64_t> numbers;
  const auto drafts = store().drafts(2);
  ASSERT_TRUE(drafts);
  for (const Draft& draft : *drafts) numbers.push_back(draft.number);
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{6, 5, 4, 3, 1}));
}

TEST_P(ConsoleContract, ForgetsWhatDraftsOfAnErasedRecordSaid) {
  const auto add = [&](DraftState state, const char* type, const char* record) {
    Draft draft;
    draft.type = type;
    draft.record = record;
    draft.state = state;
    draft.body = R"({"title":{"ko":"김철수"}})";
    draft.reason = "김철수는 빼십시오";
    return *store().add_draft(draft, act("begin"));
  };
  const auto published = add(DraftState::kPublished, "service", "r");
  const auto open = add(DraftState::kReturned, "service", "r");
  const auto request = add(DraftState::kApproved, "erase", "r");
  const auto other = add(DraftState::kPublished, "service", "s");
  ASSERT_TRUE(store().forget_texts("r", /*only_done=*/true, act("draft.erased")));
  EXPECT_EQ((**store().draft(published)).body, "{}");
  EXPECT_EQ((**store().draft(open)).state, DraftState::kReturned);
  ASSERT_TRUE(store().forget_texts("r", /*only_done=*/false, act("draft.erased")));
  for (const auto number : {published, open}) {
    const Draft draft = **store().draft(number);
    EXPECT_EQ(draft.body, "{}");
    EXPECT_EQ(draft.reason, "");
    EXPECT_EQ(draft.version, 2U) << "whoever has it open is told";
  }
  EXPECT_EQ((**store().draft(published)).state, DraftState::kPublished);
  EXPECT_EQ((**store().draft(open)).state, DraftState::kDropped);
  for (const auto number : {request, other}) EXPECT_NE((**store().draft(number)).body, "{}");
  const auto lines = *store().acts_so_far();
  ASSERT_TRUE(store().forget_texts("r", /*only_done=*/false, act("draft.erased")));
  EXPECT_EQ(*store().acts_so_far(), lines) << "nothing was left to forget";
}

TEST_P(ConsoleContract, WritesActsDownInAChain) {
  for (const char* what : {"a", "b", "c"}) ASSERT_TRUE(store().note(act(what)));
  subject_->reopen();
  const auto lines = store().acts(1, 10);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 3U);
  EXPECT_TRUE(check_audit({}, 1, *lines));
  EXPECT_EQ((*lines)[1].act.act, "b");
  EXPECT_EQ((*lines)[1].act.note, "note");
  EXPECT_EQ(store().acts(2, 1)->front().number, 2U);
  EXPECT_TRUE(check_audit((*lines)[0].hash, 2, *store().acts(2, 10)));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConsoleContract,
    testing::Values(Kind{"Memory", [] { return std::make_unique<MemorySubject>(); }},
                    Kind{"Sqlite", [] { return std::make_unique<SqliteSubject>(); }}),
    [](const auto& kind) { return std::string(kind.param.name); });

TEST(ConsoleFileTest, IsForItsOwnerOnly) {
  const TempFolder folder;
  ASSERT_TRUE(create_console(folder.file("console.db")));
  struct stat facts {};
  ASSERT_EQ(stat(folder.file("console.db").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(ConsoleFileTest, NothingOfAForgottenDraftIsLeftInTheFiles) {
  const TempFolder folder;
  const std::string path = folder.file("console.db"), secret = "잊혀야 할 이름";
  ASSERT_TRUE(create_console(path));
  const auto console = std::move(*open_console(path));
  Draft draft;
  draft.type = "service";
  draft.record = "r";
  draft.state = DraftState::kPublished;
  for (int i = 0; i < 20; ++i) {
    draft.body =
        "{\"title\":\"" + secret + std::string(static_cast<std::size_t>(i) * 300, 'x') + "\"}";
    ASSERT_TRUE(console->add_draft(draft, {"kim", "begin", "", "", 1}));
  }
  ASSERT_TRUE(console->forget_texts("r", /*only_done=*/false, {"lee", "draft.erased", "r", "", 2}));
  for (const char* suffix : {"", "-wal"}) {
    std::stringstream bytes;
    bytes << std::ifstream(path + suffix, std::ios::binary).rdbuf();
    EXPECT_EQ(bytes.str().find(secret), std::string::npos) << suffix;
  }
}

TEST(ConsoleFileTest, NoLineOfTheBookIsChangedOrTakenOutUnseen) {
  const TempFolder folder;
  const std::string path = folder.file("console.db");
  ASSERT_TRUE(create_console(path));
  {
    const auto console = std::move(*open_console(path));
    for (const char* what : {"a", "b", "c"}) ASSERT_TRUE(console->note({"kim", what, "", "", 1}));
    EXPECT_TRUE(console->check());
  }
  for (const char* harm :
       {"UPDATE acts SET note = 'x' WHERE number = 2", "DELETE FROM acts WHERE number = 2",
        "UPDATE acts SET time = 2 WHERE number = 3", "DELETE FROM acts WHERE number = 1"}) {
    const std::string copy = folder.file("copy.db");
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    {
      const auto connection = std::move(*Connection::open(copy, OpenMode::kReadWrite));
      EXPECT_FALSE(connection->execute(harm)) << "a mistake is refused: " << harm;
      ASSERT_TRUE(connection->execute("DROP TRIGGER acts_stay; DROP TRIGGER acts_remain"));
      ASSERT_TRUE(connection->execute(harm));
    }
    const auto console = std::move(*open_console(copy));
    EXPECT_EQ(console->check().error().code, ErrorCode::kBadProof) << harm;
  }
}

}  // namespace
}  // namespace dure::node
