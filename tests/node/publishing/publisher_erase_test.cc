// SPDX-License-Identifier: Apache-2.0
#include "dure/erasure.h"
#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

class PublisherEraseTest : public PublisherFixture {
 protected:
  void SetUp() override {
    start();
    for (const char* text : {"하나", "둘", "셋"}) ASSERT_TRUE(publisher().publish(service(text)));
  }
  std::vector<Result<Receipt>> erase(const std::vector<std::uint64_t>& targets) {
    return publisher().erase(targets, {}, "personal-data");
  }
};

TEST_F(PublisherEraseTest, PublishesOneBindingEntryForEachTarget) {
  const auto answers = erase({0, 2});
  ASSERT_EQ(answers.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(answers[i]) << answers[i].error().detail;
    EXPECT_EQ(answers[i]->index, 3 + i);
    const auto entry = log_.entries().at(3 + i);
    const auto leaf = *parse_leaf(entry.leaf);
    EXPECT_TRUE(is_binding_erasure(leaf, 3 + i));
    EXPECT_EQ(*leaf.target, i * 2);
    EXPECT_EQ(leaf.rev, 1U);
    EXPECT_NE(leaf.id, parse_leaf(log_.entries().at(i * 2).leaf)->id) << "an id of its own";
    EXPECT_EQ(*parse_erasure_body(entry.body), "personal-data");
    EXPECT_TRUE(check_commitment(entry.body, entry.salt, leaf.commitment));
  }
  EXPECT_EQ(locked_size(), 5U);
}

TEST_F(PublisherEraseTest, RefusesWhatIsNotInTheLog) {
  const auto answers = erase({1, 3});
  EXPECT_EQ(answers[0].error().text, "publishing.group-refused");
  EXPECT_EQ(answers[1].error().text, "publishing.erase-not-so");
  EXPECT_EQ(log_.size(), 3U);
}

TEST_F(PublisherEraseTest, NoOtherWayMakesAnEraseEntry) {
  auto without = service("넷");
  without.type = "erase";
  EXPECT_EQ(publisher().publish(without).error().text, "publishing.erase-not-so");
  auto of_another_type = service("다섯");
  of_another_type.target = 0;
  EXPECT_EQ(publisher().publish(of_another_type).error().text, "publishing.erase-not-so");
  auto of_a_record = service("여섯");
  of_a_record.type = "erase";
  of_a_record.target = 0;
  of_a_record.id = parse_leaf(log_.entries().at(0).leaf)->id;
  EXPECT_EQ(publisher().publish(of_a_record).error().text, "publishing.erase-not-so");
  EXPECT_EQ(log_.size(), 3U);
}

TEST_F(PublisherEraseTest, AFailedWriteIsToldEitherWay) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    log_.fail_append.arm(failure);
    EXPECT_FALSE(erase({0})[0]);
    ASSERT_TRUE(erase({0})[0]) << "and the next one goes through";
  }
  expect_one_history();
}

}  // namespace
}  // namespace dure::node
