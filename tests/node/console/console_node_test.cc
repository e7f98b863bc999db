// SPDX-License-Identifier: Apache-2.0
// The operators' page of how the node is.
#include <future>

#include "node/console/console_routes_fixture.h"

namespace dure::node::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConsoleNodeTest : public ConsoleRoutesTest {
 protected:
  ConsoleNodeTest() {
    add("kim", "operator");
    sign_in("kim");
  }
  std::string page() { return *get("/admin/node").body; }
  PeerCondition& add_peer(const std::string& name) {
    PeerCondition peer;
    peer.name = name;
    peer.status.url = "https://gumi.example";
    peer.status.size = 1234;
    peer.status.last_success = 1'780'000'000;
    peers_.push_back(peer);
    return peers_.back();
  }
};

TEST_F(ConsoleNodeTest, ASoundNodeIsSaidToBeSoundInOneSentence) {
  findings_ = {{"node", "", Verdict::kOk, "cli.doctor.node_running", {{"origin", "a.example"}}}};
  const auto html = page();
  EXPECT_THAT(html, HasSubstr("<p class=\"notice\">노드에 이상이 없습니다."));
  EXPECT_THAT(html, HasSubstr("노드가 실행 중이며 a.example 으로 대답합니다."));
  EXPECT_THAT(html, Not(HasSubstr("할 일이 있는 것")));
}

TEST_F(ConsoleNodeTest, WhatIsWrongComesFirstAndSaysWhatToDo) {
  findings_ = {{"node", "", Verdict::kOk, "cli.doctor.node_running", {{"origin", "a.example"}}},
               {"charter", "", Verdict::kWarning, "cli.doctor.no_peers"},
               {"node",
                "",
                Verdict::kError,
                "cli.doctor.node_quarantined",
                {},
                Error{ErrorCode::kQuarantined, "two <heads>"}}};
  const auto html = page();
  EXPECT_THAT(
      html,
      HasSubstr("<p class=\"notice bad\">바로잡아야 할 것이 1건 있습니다. 살펴볼 것은 1건입니다."));
  const auto error = html.find("two &lt;heads&gt;");
  ASSERT_NE(error, std::string::npos);
  EXPECT_NE(html.find("아무것도 지우지 말고 docs/recovery.ko.md를 보세요.", error),
            std::string::npos);
  EXPECT_LT(error, html.find("노드가 실행 중이며"));
}

TEST_F(ConsoleNodeTest, EachPeerIsSaidAsItIs) {
  add_peer("구미시");
  add_peer("의성군").status.lag = 7;
  add_peer("<b>순천시").status.last_error = Error{ErrorCode::kUnavailable, "connection refused"};
  add_peer("춘천시").clock_ahead = -75;
  add_peer("안동시").status.contradiction = Contradiction();
  add_peer("새 기관").status.last_success = 0;
  receipts_ = 3;
  const auto html = page();
  EXPECT_THAT(html, HasSubstr("1,234"));
  EXPECT_THAT(html, HasSubstr("모두 받았습니다"));
  EXPECT_THAT(html, HasSubstr("7건이 아직 오지 않았습니다"));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;순천시"));
  EXPECT_THAT(html, HasSubstr("<strong>받지 못하고 있습니다"));
  EXPECT_THAT(html, HasSubstr("시계가 75초 늦습니다"));
  EXPECT_THAT(html, HasSubstr("서로 맞지 않는 기록"));
  EXPECT_THAT(html, HasSubstr("아직 받지 못했습니다"));
  EXPECT_THAT(html, HasSubstr("오지 않은 것: 3건"));
}

TEST_F(ConsoleNodeTest, EverythingIsExaminedOnlyWhenAsked) {
  EXPECT_THAT(page(), HasSubstr("바로 알 수 있는 것만"));
  EXPECT_EQ(post("/admin/node", {}, /*with_token=*/false).status, 403);
  const Response thorough = post("/admin/node", {});
  EXPECT_EQ(thorough.status, 200);
  EXPECT_THAT(*thorough.body, HasSubstr("방금 모두 살펴보았습니다"));
  EXPECT_THAT(examined_, ElementsAre(false, true));
}

// Each holds a worker for seconds.
TEST_F(ConsoleNodeTest, OneExaminesAtATimeAndTheOtherIsToldSo) {
  std::promise<void> running, release;
  during_examination_ = [&] {
    running.set_value();
    release.get_future().wait();
  };
  auto first = std::async(std::launch::async, [&] { return post("/admin/node", {}); });
  running.get_future().wait();
  during_examination_ = nullptr;
  const Response second = post("/admin/node", {});
  release.set_value();
  EXPECT_THAT(*first.get().body, HasSubstr("방금 모두 살펴보았습니다"));
  EXPECT_THAT(*second.body, HasSubstr("다른 사람이 지금 살펴보고 있습니다"));
  EXPECT_THAT(*second.body, HasSubstr("바로 알 수 있는 것만"));
}

TEST_F(ConsoleNodeTest, AFailedExaminationIsNotASoundNode) {
  examination_fails_ = true;
  const Response answer = get("/admin/node");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(*answer.body, HasSubstr("role=\"alert\""));
  EXPECT_THAT(*answer.body, Not(HasSubstr("이상이 없습니다")));
}

}  // namespace
}  // namespace dure::node::http
