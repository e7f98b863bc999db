// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_columns.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

TEST(CatalogueColumnsTest, ACopyDoesNotChangeWithTheOriginal) {
  CatalogueColumns first;
  DocumentFacts facts;
  facts.log = 1;
  facts.type = first.type_number("service");
  facts.length = length_class(1000);
  first.add(1, facts, {});
  first.freeze();
  CatalogueColumns second = first;
  second.add(2, facts, {41110});
  second.remove(1);
  second.freeze();
  EXPECT_NE(first.find(1), nullptr);
  EXPECT_EQ(first.find(2), nullptr);
  EXPECT_EQ(second.find(1), nullptr);
  EXPECT_EQ(first.live(), 1U);
  EXPECT_EQ(first.total_length(), second.total_length());
}

TEST(CatalogueColumnsTest, LengthClassesGrowWithTheLength) {
  std::uint8_t before = 0;
  for (std::uint64_t length = 1; length < 1'000'000; length *= 2) {
    EXPECT_GT(length_class(length), before);
    before = length_class(length);
    EXPECT_NEAR(class_length(before), static_cast<double>(length),
                static_cast<double>(length) * 0.05 + 0.1);
  }
}

TEST(CatalogueColumnsTest, OrderIsTheOneOfIdsAndTellsAlikeBeginningsApart) {
  const std::string low = std::string("\x01\x02\x03\x04", 4) + std::string(12, 'a');
  const std::string high = std::string("\x01\x02\x03\x05", 4) + std::string(12, 'a');
  EXPECT_LT(id_order(low), id_order(high));
  EXPECT_NE(id_order(low), id_order(low.substr(0, 15) + 'b'));
}

DocumentFacts facts_of(std::uint64_t order) {
  DocumentFacts facts;
  facts.log = 1;
  facts.type = 1;
  facts.id_high = static_cast<std::uint32_t>(order >> 32U);
  facts.id_low = static_cast<std::uint32_t>(order);
  return facts;
}

TEST(CatalogueColumnsTest, FindsEveryRecordByTheOrderOfItsId) {
  CatalogueColumns columns;
  const auto order = [](std::uint64_t n) { return n * 0x100000001; };
  constexpr std::uint64_t kRecords = 20'000;  // several sizes of the table
  for (std::uint64_t n = 1; n <= kRecords; ++n) columns.add(n, facts_of(order(n)), {});
  columns.freeze();
  const CatalogueColumns before = columns;
  // Every second record is revised, one of them often.
  DocumentNumber next = kRecords + 1;
  for (std::uint64_t n = 2; n <= kRecords; n += 2) {
    columns.remove(n);
    columns.add(next++, facts_of(order(n)), {});
  }
  for (int i = 0; i < 50'000; ++i, ++next) {
    columns.remove(next - 1);
    columns.add(next, facts_of(order(kRecords)), {});
  }
  columns.freeze();
  for (std::uint64_t n = 1; n <= kRecords; ++n) {
    ASSERT_EQ(before.with_order(order(n)), std::vector<DocumentNumber>{n});
    const auto now = columns.with_order(order(n));
    ASSERT_EQ(now.size(), 1U) << n;
    EXPECT_EQ(now.front() == n, n % 2 == 1) << n;
  }
  EXPECT_TRUE(columns.with_order(order(kRecords + 1)).empty());
  EXPECT_EQ(columns.live(), kRecords);
}

TEST(CatalogueColumnsTest, KeepsAWithdrawnRecordOutOfSearchOnly) {
  CatalogueColumns columns;
  DocumentFacts facts = facts_of(7);
  facts.type = 0;
  columns.add(1, facts, {});
  columns.add(2, facts_of(7), {});  // another log's
  EXPECT_EQ(columns.find(1), nullptr);
  EXPECT_EQ(columns.live(), 1U);
  EXPECT_EQ(columns.with_order(7), (std::vector<DocumentNumber>{1, 2}));
  columns.remove(1);
  columns.remove(2);
  EXPECT_TRUE(columns.with_order(7).empty());
  EXPECT_EQ(columns.live(), 0U);
}

}  // namespace
}  // namespace dure::node
