// SPDX-License-Identifier: Apache-2.0
#include "backup/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/backup_bytes.h"

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::Pair;

using Members = std::vector<std::pair<std::string, std::string>>;

Result<Members> unpack(const std::string& bytes) {
  Members members;
  ArchiveSink sink;
  sink.begin = [&](const ArchiveMember& member) {
    members.emplace_back(member.name, "");
    return ok();
  };
  sink.content = [&](std::string_view part) {
    members.back().second += part;
    return ok();
  };
  sink.end = [] { return ok(); };
  if (auto read = read_archive(give(bytes), sink); !read) return std::move(read).error();
  return members;
}

std::string pack(const Members& members) {
  std::string bytes;
  ArchiveWriter archive(take_into(bytes));
  for (const auto& [name, content] : members) {
    EXPECT_TRUE(archive.begin({name, content.size()}));
    EXPECT_TRUE(archive.write(content));
  }
  EXPECT_TRUE(archive.finish());
  return bytes;
}

std::string raw(const std::string& name, const std::string& content) {
  std::string out;
  append_u16be(out, static_cast<std::uint16_t>(name.size()));
  out += name;
  append_u64be(out, content.size());
  return out + content;
}

const std::string kEnd(2, '\0');

TEST(ArchiveTest, ReadsBackWhatWasWritten) {
  const Members members = {{"attachments/ab/cd.data", std::string(200'000, 'x')},
                           {"dure.toml", ""},
                           {"node.db", "pages"}};
  EXPECT_EQ(*unpack(pack(members)), members);
  EXPECT_EQ(*unpack(pack({})), Members());
}

TEST(ArchiveTest, EveryTruncationIsNoticed) {
  const auto bytes = pack({{"a", "one"}, {"b", "two"}});
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_EQ(unpack(bytes.substr(0, length)).error().code, ErrorCode::kMalformed) << length;
  EXPECT_FALSE(unpack(bytes + "a"));
}

TEST(ArchiveTest, NoNameLeadsElsewhere) {
  for (const char* name : {"/etc/passwd", "../seed.key", "a/../../b", "a//b", "a/", ".", "..",
                           "a/./b", "a\\b", "a b", "한글", "a\n"}) {
    EXPECT_FALSE(is_archive_name(name)) << name;
    EXPECT_EQ(unpack(raw(name, "x") + kEnd).error().code, ErrorCode::kMalformed) << name;
  }
  EXPECT_FALSE(is_archive_name(""));
  EXPECT_FALSE(is_archive_name(std::string("a\0b", 3)));
  EXPECT_FALSE(is_archive_name(std::string(256, 'a')));
  EXPECT_TRUE(is_archive_name("attachments/ab/0f.data"));
  EXPECT_TRUE(is_archive_name(".hidden"));
}

TEST(ArchiveTest, NoNameComesTwiceOrOutOfOrder) {
  EXPECT_FALSE(unpack(raw("a", "x") + raw("a", "y") + kEnd));
  EXPECT_FALSE(unpack(raw("b", "x") + raw("a", "y") + kEnd));
  EXPECT_THAT(*unpack(raw("a", "x") + raw("b", "y") + kEnd),
              ElementsAre(Pair("a", "x"), Pair("b", "y")));
}

TEST(ArchiveTest, ASizeThatNobodyHasIsRefused) {
  std::string bytes = raw("a", "");
  bytes[3] = '\x7f';
  EXPECT_EQ(unpack(bytes + kEnd).error().code, ErrorCode::kMalformed);
}

TEST(ArchiveTest, AFileThatGrowsOrShrinksMeanwhileIsSaid) {
  std::string bytes;
  ArchiveWriter grows(take_into(bytes));
  ASSERT_TRUE(grows.begin({"a", 3}));
  EXPECT_EQ(grows.write("four").error().text, "backup.changed");
  ArchiveWriter shrinks(take_into(bytes));
  ASSERT_TRUE(shrinks.begin({"a", 3}));
  ASSERT_TRUE(shrinks.write("tw"));
  EXPECT_EQ(shrinks.begin({"b", 0}).error().text, "backup.changed");
  EXPECT_EQ(shrinks.finish().error().text, "backup.changed");
}

TEST(ArchiveTest, WhatTheReaderWantsEndsTheReading) {
  ArchiveSink sink;
  const Error full{ErrorCode::kStorage, "no space", "storage.full"};
  sink.begin = [](const ArchiveMember&) { return ok(); };
  sink.content = [&](std::string_view) -> Status { return full; };
  sink.end = [] { return ok(); };
  EXPECT_EQ(read_archive(give(pack({{"a", "one"}})), sink).error().text, "storage.full");
  sink.begin = [&](const ArchiveMember&) -> Status { return full; };
  EXPECT_EQ(read_archive(give(pack({{"a", ""}})), sink).error().text, "storage.full");
}

}  // namespace
}  // namespace dure::node
