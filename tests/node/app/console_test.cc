// SPDX-License-Identifier: Apache-2.0
// The console of a whole node: what it publishes is in the log once, and what it holds is in
// backups, restored, checked, and gone when it is turned off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/backup.h"
#include "app/console_erasures.h"
#include "app/console_parts.h"
#include "app/erasing_parts.h"
#include "app/restore.h"
#include "inbox/proposal.h"
#include "storage/sqlite.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

constexpr char kBody[] =
    R"({"title":{"ko":"골목 주차"},"summary":{"ko":"나눔"},"department":{"ko":"교통과"},)"
    R"("contact":{"phone":"054-000-0000"},"regions":[{"scheme":"bjd","code":"4717000000"}],)"
    R"("status":{"code":"running"},"modified":"2026-11-01","licence":"kogl-1"})";

class NodeConsoleTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_ = settings_of("node");
    const auto made = create_data_folder(settings_, [](std::string_view) { return std::string(); });
    ASSERT_TRUE(made) << made.error().detail;
    open();
  }
  Settings settings_of(const std::string& folder, const std::string& console = "on") const {
    SettingSources sources;
    sources.flags = {{"--data", folder_.file(folder)},
                     {"--origin", "andong.go.kr/dure/1"},
                     {"--name", "안동시"},
                     {"--region", "47170"},
                     {"--log-level", "off"},
                     {"--console-enabled", console}};
    return load_settings(sources).settings;
  }
  void open() {
    node_.reset();
    auto node = open_node(settings_, OpenFor::kWriting);
    ASSERT_TRUE(node) << node.error().detail;
    node_ = std::move(*node);
  }
  int status_of(const std::string& path) const {
    http::Request request;
    request.method = "GET";
    request.path = path;
    return node_->router.handle(request).status;
  }
  /// A draft that waits for a second person.
  Draft waiting(const std::string& body = kBody) {
    auto draft = node_->drafts->begin("kim", "service", body);
    EXPECT_TRUE(draft);
    draft = node_->drafts->submit("kim", draft->number, draft->version);
    EXPECT_TRUE(draft) << draft.error().detail;
    return *draft;
  }
  void fold() { ASSERT_TRUE(node_->indexer->run_once()); }
  /// The id of an entry that is public and in the catalogue.
  std::string published() {
    const Draft draft = waiting();
    const auto done = node_->drafts->approve("lee", draft.number, draft.version);
    EXPECT_TRUE(done) << done.error().detail;
    fold();
    return done->record;
  }
  TempFolder folder_;
  Settings settings_;
  std::unique_ptr<NodeParts> node_;
};

TEST_F(NodeConsoleTest, WhatIsApprovedIsInTheLogAndARevisionGoesOnFromIt) {
  const Draft draft = waiting();
  const auto done = node_->drafts->approve("lee", draft.number, draft.version);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(node_->own_log->size(), 1U);
  const auto known = node_->own_log->find_by_id(done->record);
  ASSERT_TRUE(known && *known);
  EXPECT_EQ((*known)->rev, 1U);
}

TEST_F(NodeConsoleTest, AnApprovalThatWasCutOffIsFinishedWithoutASecondEntry) {
  for (const bool published : {false, true}) {
    Draft draft = waiting();
    draft.state = DraftState::kApproved;
    draft.approver = "lee";
    draft.log_size = node_->own_log->size();
    ASSERT_TRUE(node_->console_file->change_draft(draft, std::nullopt));
    std::string id;
    if (published) {
      Submission submission;
      submission.type = "service";
      // As the publisher got it: members in their order.
      submission.body = nlohmann::json::parse(kBody).dump();
      id = node_->publisher->publish(std::move(submission))->id;
    }
    const std::uint64_t before = node_->own_log->size();
    open();
    const auto done = node_->drafts->approve("park", draft.number, 0);
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->state, DraftState::kPublished);
    EXPECT_EQ(node_->own_log->size(), before + (published ? 0 : 1));
    if (published) {
      EXPECT_EQ(done->record, id);
    }
  }
}

TEST_F(NodeConsoleTest, WhatTwoPeopleWithdrawIsGoneFromTheCatalogueAndItsHistoryStays) {
  const std::string id = published();
  const auto request = node_->drafts->ask_to_withdraw("kim", id, "폐지된 제도입니다");
  ASSERT_TRUE(request) << request.error().detail;
  const auto done = node_->drafts->approve("lee", request->number, request->version);
  ASSERT_TRUE(done) << done.error().detail;
  fold();
  const auto record = node_->search->record(id, node_->own.origin);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->item.withdrawn);
  EXPECT_EQ(record->body, R"({"reason":"폐지된 제도입니다"})");
  EXPECT_EQ(node_->search->record(id, node_->own.origin, 1)->body,
            nlohmann::json::parse(kBody).dump());
  EXPECT_EQ(node_->drafts->ask_to_withdraw("kim", id, "또").error().code, ErrorCode::kGone);
}

TEST_F(NodeConsoleTest, AWithdrawalThatWasCutOffIsFinishedWithoutASecondEntry) {
  for (const bool published_before : {false, true}) {
    const std::string id = published();
    auto request = *node_->drafts->ask_to_withdraw("kim", id, "왜");
    request.state = DraftState::kApproved;
    request.approver = "lee";
    request.log_size = node_->own_log->size();
    ASSERT_TRUE(node_->console_file->change_draft(request, std::nullopt));
    if (published_before) {
      ASSERT_TRUE(node_->publisher->withdraw(id, "왜"));
    }
    const std::uint64_t before = node_->own_log->size();
    open();
    const auto done = node_->drafts->approve("park", request.number, 0);
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->state, DraftState::kPublished);
    EXPECT_EQ(node_->own_log->size(), before + (published_before ? 0 : 1));
  }
}

TEST_F(NodeConsoleTest, WhatTwoPeopleEraseIsGoneHereAndFromTheDrafts) {
  const std::string id = published();
  auto revision = node_->drafts->revise("kim", id);
  ASSERT_TRUE(revision);
  const auto request = node_->drafts->ask_to_erase("kim", id, "personal-data", "골목 주차");
  ASSERT_TRUE(request) << request.error().detail;
  const auto done = node_->drafts->approve("lee", request->number, request->version, id);
  ASSERT_TRUE(done) << done.error().detail;
  fold();
  const auto record = node_->search->record(id, node_->own.origin);
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->body);
  ASSERT_TRUE(record->erased);
  EXPECT_EQ(record->erased->reason, "personal-data");
  const auto drafts = node_->drafts->list();
  for (const Draft& draft : *drafts) {
    EXPECT_EQ(draft.body.find("주차"), std::string::npos);
    EXPECT_TRUE(draft.state == DraftState::kPublished || draft.state == DraftState::kDropped);
  }
  const auto rows = console_erasures(*node_);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().id, id);
  EXPECT_EQ(rows->front().reason, "personal-data");
  EXPECT_TRUE(rows->front().finished);
  EXPECT_EQ(node_->drafts->ask_to_erase("kim", id, "mistake", id).error().code, ErrorCode::kGone);
}

TEST_F(NodeConsoleTest, AnErasureThatWasCutOffIsFinishedWithoutASecondEntry) {
  const std::string id = published();
  auto request = *node_->drafts->ask_to_erase("kim", id, "mistake", id);
  request.state = DraftState::kApproved;
  request.approver = "lee";
  ASSERT_TRUE(node_->console_file->change_draft(request, std::nullopt));
  ASSERT_TRUE(erase_record(*node_, {id, "mistake"}));
  const std::uint64_t before = node_->own_log->size();
  open();
  const auto done = node_->drafts->approve("park", request.number, 0);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->state, DraftState::kPublished);
  EXPECT_EQ(node_->own_log->size(), before);
}

TEST_F(NodeConsoleTest, ARevisionPublishedMeanwhileIsNotErased) {
  const std::string id = published();
  const auto request = node_->drafts->ask_to_erase("kim", id, "mistake", id);
  ASSERT_TRUE(request);
  Submission newer;
  newer.type = "service";
  newer.id = id;
  newer.body = nlohmann::json::parse(kBody).dump();
  newer.body.replace(newer.body.find("나눔"), std::string("나눔").size(), "새로");
  ASSERT_TRUE(node_->publisher->publish(std::move(newer)));
  const auto tried = node_->drafts->approve("lee", request->number, request->version, id);
  EXPECT_EQ(tried.error().code, ErrorCode::kConflict);
  EXPECT_EQ(node_->drafts->find(request->number)->state, DraftState::kReview);
  EXPECT_TRUE(node_->eraser->all(node_->own.origin).empty());
}

TEST_F(NodeConsoleTest, TheCommandLineErasesFromTheDraftsToo) {
  const std::string id = published();
  ASSERT_TRUE(erase_record(*node_, {id, "mistake"}));
  const auto drafts = node_->drafts->list();
  for (const Draft& draft : *drafts) EXPECT_EQ(draft.body, "{}");
  const auto lines = node_->console_file->acts(1, 100);
  EXPECT_EQ(lines->back().act.act, "draft.erased");
  EXPECT_EQ(lines->back().act.account, "-");
}

TEST_F(NodeConsoleTest, AProposalThatWasCutOffIsWrittenDownWithItsMessageOnce) {
  const std::vector<std::string> receipts = {"mfrggzdfmztwq2lkmfrggzdfmy",
                                             "mfrggzdfmztwq2lkmfrggzdfmz"};
  for (const bool published_before : {false, true}) {
    const std::string& receipt = receipts[published_before ? 1 : 0];
    ASSERT_TRUE(node_->inbox->tell(
        {TellingKind::kNeed, "", "밤에도 여는 약국이 필요합니다 " + receipt}, receipt));
    const auto message = node_->inbox->told(receipt);
    auto body = nlohmann::json::parse(proposal_draft(*message, "2026-11-29", "2026-11-28"));
    body.update(nlohmann::json::parse(
        R"({"title":{"ko":"밤 약국"},"summary":{"ko":"밤에도 엽니다"},"department":{"ko":"보건소"},)"
        R"("contact":{"phone":"054-000-0000"},"licence":"kogl-1","proposed":{"ko":"밤 약국"}})"));
    auto draft = node_->drafts->begin("kim", "proposal", body.dump());
    draft = node_->drafts->submit("kim", draft->number, draft->version);
    ASSERT_TRUE(draft) << draft.error().detail;
    draft->state = DraftState::kApproved;
    draft->approver = "lee";
    draft->log_size = node_->own_log->size();
    ASSERT_TRUE(node_->console_file->change_draft(*draft, std::nullopt));
    if (published_before) {
      Submission entry;
      entry.type = "proposal";
      entry.body = body.dump();
      entry.source = proposal_source(message->mark);
      ASSERT_TRUE(node_->publisher->publish(std::move(entry)));
    }
    const std::uint64_t before = node_->own_log->size();
    open();
    const auto done = node_->drafts->approve("park", draft->number, 0);
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(node_->own_log->size(), before + (published_before ? 0 : 1));
    EXPECT_EQ(node_->inbox->told(receipt)->state, MessageState::kPublished);
    EXPECT_EQ(node_->inbox->told(receipt)->record, done->record);
  }
}

TEST_F(NodeConsoleTest, IsInBackupsAndComesBackWithThem) {
  ASSERT_TRUE(node_->accounts->invite("-", "kim", StaffRoles::all()));
  waiting();
  const std::string backup = folder_.file("backup");
  ASSERT_TRUE(make_backup(*node_, backup, WithSeed::kYes));
  ASSERT_TRUE(verify_backup(backup));
  node_.reset();
  settings_ = settings_of("again");
  const auto restored = restore_backup(settings_, {backup, {}, false});
  ASSERT_TRUE(restored) << restored.error().detail;
  const auto file = open_console(folder_.file("again") + "/console.db");
  ASSERT_TRUE(file);
  EXPECT_TRUE(*(*file)->account("kim"));
  EXPECT_EQ((*file)->draft(1)->value().state, DraftState::kReview);
  EXPECT_TRUE((*file)->check());
}

TEST_F(NodeConsoleTest, FsckNamesALineThatWasChanged) {
  ASSERT_TRUE(node_->accounts->invite("-", "kim", StaffRoles::all()));
  EXPECT_FALSE(check_console(*node_)["damaged"].get<bool>());
  node_.reset();
  {
    const auto connection =
        std::move(*Connection::open(folder_.file("node") + "/console.db", OpenMode::kReadWrite));
    ASSERT_TRUE(connection->execute("DROP TRIGGER acts_stay; UPDATE acts SET account = 'lee'"));
  }
  open();
  const auto report = check_console(*node_);
  EXPECT_TRUE(report["damaged"].get<bool>());
  EXPECT_THAT(report.dump(), testing::HasSubstr("line 1"));
}

TEST_F(NodeConsoleTest, TurnedOffItIsNotServedAndNothingIsLost) {
  EXPECT_EQ(status_of("/admin/sign-in"), 200);
  waiting();
  settings_ = settings_of("node", "off");
  open();
  EXPECT_EQ(status_of("/admin/sign-in"), 404);
  EXPECT_EQ(node_->drafts->list()->size(), 1U);
}

TEST(SetUpLinkTest, LeadsToTheAddressOfTheNode) {
  Settings settings;
  settings.listen = "127.0.0.1:8420";
  EXPECT_EQ(set_up_link(settings, "abc"), "http://127.0.0.1:8420/admin/set-up?code=abc");
  settings.url = "https://dure.andong.go.kr";
  EXPECT_EQ(set_up_link(settings, "abc"), "https://dure.andong.go.kr/admin/set-up?code=abc");
}

}  // namespace
}  // namespace dure::node
