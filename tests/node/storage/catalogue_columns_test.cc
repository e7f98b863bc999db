// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

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

std::string id_of(std::uint64_t n) {
  std::string id(16, '\0');
  std::memcpy(id.data() + 8, &n, sizeof n);
  return id;
}

DocumentFacts facts_of(const CatalogueColumns& columns, std::uint64_t n) {
  DocumentFacts facts;
  facts.log = 1;
  facts.type = 1;
  facts.key = columns.key_of(id_of(n));
  return facts;
}

TEST(CatalogueColumnsTest, FindsEveryRecordByTheKeyOfItsId) {
  CatalogueColumns columns;
  const auto add = [&](DocumentNumber document, std::uint64_t n) {
    columns.add(document, facts_of(columns, n), {});
  };
  constexpr std::uint64_t kRecords = 20'000;  // several sizes of the table
  for (std::uint64_t n = 1; n <= kRecords; ++n) add(n, n);
  columns.freeze();
  const CatalogueColumns before = columns;
  // Every second record is revised, one of them often.
  DocumentNumber next = kRecords + 1;
  for (std::uint64_t n = 2; n <= kRecords; n += 2) {
    columns.remove(n);
    add(next++, n);
  }
  for (int i = 0; i < 50'000; ++i, ++next) {
    columns.remove(next - 1);
    add(next, kRecords);
  }
  columns.freeze();
  // Of 20,000 keys of 32 bits, a few may meet.
  const auto holds = [](const std::vector<DocumentNumber>& found, DocumentNumber document) {
    return std::find(found.begin(), found.end(), document) != found.end();
  };
  std::size_t met = 0;
  for (std::uint64_t n = 1; n <= kRecords; ++n) {
    const std::uint32_t key = columns.key_of(id_of(n));
    ASSERT_TRUE(holds(before.with_key(key), n)) << n;
    const auto now = columns.with_key(key);
    ASSERT_GE(now.size(), 1U) << n;
    met += now.size() - 1;
    EXPECT_EQ(holds(now, n), n % 2 == 1) << n;
  }
  EXPECT_LE(met, 6U);
  EXPECT_EQ(columns.live(), kRecords);
}

TEST(CatalogueColumnsTest, IdsThatMeetInOneProcessDoNotInAnother) {
  const CatalogueColumns one, other;
  std::size_t same = 0;
  for (std::uint64_t n = 0; n < 1'000; ++n)
    same += one.key_of(id_of(n)) == other.key_of(id_of(n)) ? 1U : 0U;
  EXPECT_LE(same, 1U);
  const CatalogueColumns copy = one;
  EXPECT_EQ(copy.key_of(id_of(1)), one.key_of(id_of(1)));
}

TEST(CatalogueColumnsTest, KeepsAWithdrawnRecordOutOfSearchOnly) {
  CatalogueColumns columns;
  DocumentFacts facts = facts_of(columns, 7);
  facts.type = 0;
  columns.add(1, facts, {});
  columns.add(2, facts_of(columns, 7), {});  // another log's
  EXPECT_EQ(columns.find(1), nullptr);
  EXPECT_EQ(columns.live(), 1U);
  EXPECT_EQ(columns.with_key(facts.key), (std::vector<DocumentNumber>{1, 2}));
  columns.remove(1);
  columns.remove(2);
  EXPECT_TRUE(columns.with_key(facts.key).empty());
  EXPECT_EQ(columns.live(), 0U);
}

}  // namespace
}  // namespace dure::node
