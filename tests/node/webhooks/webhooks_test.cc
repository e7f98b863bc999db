// SPDX-License-Identifier: Apache-2.0
// What is told, in which order, and from where.
#include "webhooks/webhooks.h"

#include <gmock/gmock.h>

#include "webhooks_fixture.h"

namespace dure::node {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> names(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i < to; ++i) all.push_back("r" + std::to_string(i));
  return all;
}

TEST_F(WebhooksTest, ANewOneBeginsAtThePresentEnd) {
  changes_.add("before");
  start({kUrl, "http://other.example"});
  EXPECT_EQ(disk_.text,
            "3f2a-1 http://other.example\n"
            "3f2a-0 http://portal.example/dure\n")
      << "the one that is not new stays where it was";
}

TEST_F(WebhooksTest, ANewOneIsToldOnlyWhatComes) {
  disk_.text.clear();
  for (const auto& name : names(0, 5)) changes_.add(name);
  start({kUrl});
  settle();
  EXPECT_THAT(receiver().posts(), IsEmpty());
  EXPECT_EQ(disk_.text, "3f2a-5 http://portal.example/dure\n") << "kept before anything came";
  changes_.add("new");
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("new"));
  EXPECT_EQ(disk_.text, "3f2a-6 http://portal.example/dure\n");
}

TEST_F(WebhooksTest, TellsAllInOrderInBoundedBatches) {
  for (const auto& name : names(0, 250)) changes_.add(name);
  settle();
  EXPECT_EQ(receiver().told(), names(0, 250));
  ASSERT_THAT(receiver().posts(), SizeIs(3));
  EXPECT_THAT(told_in(receiver().posts()[0]), SizeIs(100));
  EXPECT_EQ(status().changes, 250U);
  EXPECT_EQ(status().posts, 3U);
  EXPECT_EQ(status().behind, 0U);
  EXPECT_EQ(status().state, HookState::kIdle);
  EXPECT_EQ(status().last_success, posix_ + 1000);
}

TEST_F(WebhooksTest, BytesAreBoundedToo) {
  options_.batch_bytes = 1000;
  start({kUrl});
  for (const auto& name : names(0, 10)) changes_.add(name, 300);
  settle();
  EXPECT_EQ(receiver().told(), names(0, 10));
  for (const auto& post : receiver().posts()) EXPECT_LE(told_in(post).size(), 3U);
  receiver().forget();
  changes_.add("large", 5000);
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("large")) << "what is larger alone goes alone";
}

TEST_F(WebhooksTest, TheMessageSaysWhoFromWhereAndUpToWhere) {
  for (const auto& name : names(0, 3)) changes_.add(name);
  settle();
  changes_.add("more");
  settle();
  const auto first = json::parse(receiver().posts()[0].body);
  EXPECT_EQ(first["type"], "catalogue.changes");
  EXPECT_EQ(first["timestamp"], "2026-11-29T00:00:00Z");
  EXPECT_EQ(first["data"]["node"], "suwon.go.kr/dure/1");
  EXPECT_EQ(first["data"]["from"], "3f2a-0");
  EXPECT_EQ(first["data"]["since"], "3f2a-3");
  EXPECT_EQ(first["data"]["anew"], true);
  const auto second = json::parse(receiver().posts()[1].body);
  EXPECT_EQ(second["data"]["from"], first["data"]["since"])
      << "a receiver sees that none is missing";
  EXPECT_EQ(second["data"]["anew"], false);
}

TEST_F(WebhooksTest, GoesOnWhereItStoppedAfterARestart) {
  for (const auto& name : names(0, 150)) changes_.add(name);
  hooks_->serve(0);  // the first batch
  EXPECT_THAT(receiver().told(), SizeIs(100));
  for (const auto& name : names(150, 160)) changes_.add(name);
  start({kUrl});
  settle();
  EXPECT_EQ(receiver().told(), names(0, 160));
}

TEST_F(WebhooksTest, ACatalogueMadeAnewIsToldFromItsBeginning) {
  for (const auto& name : names(0, 120)) changes_.add(name);
  settle();
  receiver().forget();
  changes_.make_anew();
  EXPECT_EQ(status().behind, 120U);
  settle();
  EXPECT_EQ(receiver().told(), names(0, 120));
  EXPECT_EQ(json::parse(receiver().posts()[0].body)["data"]["anew"], true);
  EXPECT_EQ(json::parse(receiver().posts()[1].body)["data"]["anew"], false);
  EXPECT_EQ(disk_.text, "3f2b-120 http://portal.example/dure\n");
}

TEST_F(WebhooksTest, ACatalogueMadeAnewWhileTheNodeWasDownIsNoticed) {
  for (const auto& name : names(0, 3)) changes_.add(name);
  settle();
  receiver().forget();
  changes_.make_anew();
  start({kUrl});
  settle();
  EXPECT_EQ(receiver().told(), names(0, 3));
}

TEST_F(WebhooksTest, AnOlderCopyOfTheCatalogueIsToldFromItsBeginning) {
  for (const auto& name : names(0, 5)) changes_.add(name);
  settle();
  receiver().forget();
  changes_.go_back_to(3);
  settle();
  EXPECT_EQ(receiver().told(), names(0, 3));
}

TEST_F(WebhooksTest, WhatWasReplacedMeanwhileIsToldOnceAtItsNewPlace) {
  changes_.add("a");
  changes_.add("b");
  changes_.add("a");
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("b", "a"));
}

TEST_F(WebhooksTest, EachMessageBeginsWhereTheLastEndedWhateverIsNotShown) {
  changes_.add("a");
  settle();
  changes_.add_hidden();
  settle();
  EXPECT_EQ(status().behind, 0U);
  EXPECT_EQ(status().state, HookState::kIdle);
  changes_.add_hidden();
  changes_.add("b");
  start({kUrl});
  settle();
  changes_.add("c");
  settle();
  const auto posts = receiver().posts();
  ASSERT_THAT(posts, SizeIs(3));
  for (std::size_t i = 1; i < posts.size(); ++i) {
    EXPECT_EQ(json::parse(posts[i].body)["data"]["from"],
              json::parse(posts[i - 1].body)["data"]["since"]);
  }
}

TEST_F(WebhooksTest, EachGoesAtItsOwnPace) {
  start({kUrl, "http://other.example"});
  receiver().always(500);
  for (const auto& name : names(0, 3)) changes_.add(name);
  settle(0);
  settle(1);
  EXPECT_EQ(receiver("http://other.example").told(), names(0, 3));
  EXPECT_EQ(status(0).state, HookState::kRetrying);
  EXPECT_EQ(status(1).state, HookState::kIdle);
  EXPECT_EQ(disk_.text,
            "3f2a-3 http://other.example\n"
            "3f2a-0 http://portal.example/dure\n");
}

TEST_F(WebhooksTest, OneThatWasTakenOutIsForgotten) {
  changes_.add("a");
  settle();
  start({"http://other.example"});
  EXPECT_EQ(disk_.text, "3f2a-1 http://other.example\n");
  start({});
  EXPECT_EQ(disk_.text, "");
  changes_.add("b");
  start({kUrl});
  settle();
  EXPECT_THAT(receiver().told(), ElementsAre("a"));
}

TEST_F(WebhooksTest, ALookAtANodeThatDoesNotRunChangesNothing) {
  for (const auto& name : names(0, 3)) changes_.add(name);
  settle();
  changes_.add("later");
  const int kept = disk_.kept;
  hooks_ =
      std::make_unique<Webhooks>(std::vector<std::string>{kUrl, "http://new.example"}, ports());
  hooks_->look_up();
  EXPECT_EQ(status(0).behind, 1U);
  EXPECT_FALSE(status(1).place);
  EXPECT_EQ(disk_.kept, kept);
}

}  // namespace
}  // namespace dure::node
