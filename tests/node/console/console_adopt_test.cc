// SPDX-License-Identifier: Apache-2.0
// Taking over what another government does, from the search to a draft that names it.
#include "node/console/console_routes_fixture.h"

namespace dure::node::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ConsoleAdoptTest : public ConsoleRoutesTest {
 protected:
  void SetUp() override {
    add("kim", "author");
    sign_in("kim");
    offer("suwon.example/dure/1", kKnownId, "practice");
  }
  void offer(const std::string& origin, const std::string& id, const std::string& type) {
    CatalogueItem item;
    item.origin = origin;
    item.id = id;
    item.type = type;
    item.title = "골목 <b>주차</b>";
    item.modified = "2026-11-01";
    offered_.push_back(item);
  }
  Response adopt(const std::string& origin, const std::string& id) {
    return post("/admin/adopt", {{"id", id}, {"origin", origin}});
  }
};

TEST_F(ConsoleAdoptTest, InThreeClicksADraftNamesWhatIsTakenOver) {
  EXPECT_THAT(*get("/admin/").body, HasSubstr("href=\"/admin/adopt\""));
  EXPECT_THAT(*get("/admin/adopt").body, Not(HasSubstr("name=\"origin\"")));
  const Response found = get("/admin/adopt", {{"q", "주차"}});
  EXPECT_THAT(*found.body, HasSubstr("골목 &lt;b&gt;주차"));
  EXPECT_THAT(*found.body, HasSubstr("수원시 &lt;i&gt;"));
  EXPECT_THAT(*found.body, HasSubstr("name=\"origin\" value=\"suwon.example/dure/1\""));
  EXPECT_EQ(header(adopt("suwon.example/dure/1", kKnownId), "Location"), "/admin/drafts/1");
  const auto draft = drafts_.find(1);
  EXPECT_EQ(draft->type, "adoption");
  EXPECT_EQ(draft->author, "kim");
  EXPECT_THAT(draft->body, HasSubstr(kKnownId));
  EXPECT_THAT(draft->body, HasSubstr("suwon.example/dure/1"));
  EXPECT_THAT(draft->body, HasSubstr("4717000000"));
  const Response form = get("/admin/drafts/1");
  EXPECT_THAT(*form.body, HasSubstr(kKnownId));
  EXPECT_THAT(*form.body, Not(HasSubstr("<b>주차")));
  EXPECT_EQ(header(adopt("suwon.example/dure/1", kKnownId), "Location"), "/admin/drafts/1")
      << "a second click finds the first draft";
}

TEST_F(ConsoleAdoptTest, IsFoundByIdAndByAddress) {
  for (const std::string& pasted :
       {std::string(kKnownId), "https://suwon.example/e/" + std::string(kKnownId) + "?lang=ko"})
    EXPECT_THAT(*get("/admin/adopt", {{"q", pasted}}).body,
                HasSubstr("name=\"origin\" value=\"suwon.example/dure/1\""))
        << pasted;
  const Response unknown = get("/admin/adopt", {{"q", "bbbbbbbbbbbbbbbbbbbbbbbbba"}});
  EXPECT_EQ(unknown.status, 200);
  EXPECT_THAT(*unknown.body, HasSubstr("찾지 못했습니다"));
  const Response hostile = get("/admin/adopt", {{"q", "\"><script>"}});
  EXPECT_THAT(*hostile.body, Not(HasSubstr("<script>")));
}

TEST_F(ConsoleAdoptTest, OurOwnAndWhatIsNoPracticeAreNotOffered) {
  offered_.clear();
  offer("andong.example/dure/1", kKnownId, "practice");
  offer("andong.example/dure/2", kKnownId, "practice");
  offer("suwon.example/dure/1", kKnownId, "problem");
  EXPECT_THAT(*get("/admin/adopt", {{"q", kKnownId}}).body, Not(HasSubstr("name=\"origin\"")));
  for (const CatalogueItem& item : offered_) EXPECT_EQ(adopt(item.origin, item.id).status, 422);
  EXPECT_EQ(adopt("suwon.example/dure/1", "\"><script>").status, 404);
  EXPECT_EQ(adopt("", "").status, 404);
  EXPECT_TRUE(drafts_.list()->empty());
}

TEST_F(ConsoleAdoptTest, WhatWasWithdrawnOrErasedIsNotTakenOver) {
  offered_.front().withdrawn = true;
  EXPECT_THAT(*get("/admin/adopt", {{"q", kKnownId}}).body, Not(HasSubstr("name=\"origin\"")));
  EXPECT_EQ(adopt("suwon.example/dure/1", kKnownId).status, 422);
  offered_.front().withdrawn = false;
  offered_body_.reset();
  EXPECT_EQ(adopt("suwon.example/dure/1", kKnownId).status, 422);
}

TEST_F(ConsoleAdoptTest, AFailingCatalogueIsNotTakenForAnEmptyOne) {
  search_fails_ = true;
  EXPECT_THAT(*get("/admin/adopt", {{"q", "주차"}}).body, HasSubstr("role=\"alert\""));
}

}  // namespace
}  // namespace dure::node::http
