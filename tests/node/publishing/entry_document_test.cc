// SPDX-License-Identifier: Apache-2.0
#include "publishing/entry_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace dure::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(std::string_view json) {
  const auto document = parse_entry_document(json);
  return document ? "accepted: " + document->body : document.error().text;
}

TEST(EntryDocumentTest, SeparatesTypeAndIdFromTheBody) {
  const auto document = parse_entry_document(
      R"( {"title":{"ko":"가"}, "type":"service","id":"aaaaaaaaaaaaaaaaaaaaaaaaaa", "b":1,"a":[true,null]} )");
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ(document->type, "service");
  EXPECT_EQ(document->id, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_EQ(document->body, R"({"a":[true,null],"b":1,"title":{"ko":"가"}})");
}

TEST(EntryDocumentTest, SeparatesTheClassFromTheBody) {
  const auto entry_class = [](const char* json) { return parse_entry_document(json); };
  EXPECT_EQ(entry_class(R"({"type":"service"})")->entry_class, EntryClass::kPublic);
  EXPECT_EQ(entry_class(R"({"type":"service","class":"public"})")->entry_class,
            EntryClass::kPublic);
  const auto closed = entry_class(R"({"type":"service","class":"members","a":1})");
  EXPECT_EQ(closed->entry_class, EntryClass::kMembers);
  EXPECT_EQ(closed->body, R"({"a":1})");
  EXPECT_EQ(format_entry_document(*closed), R"({"type":"service","class":"members","a":1})");
  for (const char* bad :
       {R"({"type":"service","class":"Members"})", R"({"type":"service","class":"secret"})",
        R"({"type":"service","class":true})"})
    EXPECT_FALSE(parse_entry_document(bad)) << bad;
}

TEST(EntryDocumentTest, MakesEqualBytesOfEqualContent) {
  const auto one = parse_entry_document(R"({"type":"service","n":3.0,"m":0.1,"t":"\uac00\/"})");
  const auto two =
      parse_entry_document("{\"t\":\"가/\",\n\"m\":1e-1,\"n\":3,\"type\":\"service\"}");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->body, two->body);
  EXPECT_EQ(one->body, R"({"m":0.1,"n":3,"t":"가/"})");
}

TEST(EntryDocumentTest, KeepsTextAsGiven) {
  const std::string decomposed =
      "\xE1\x84\x80\xE1\x85\xA1";  // 가 in NFD: a signed text is not rewritten
  const auto document = parse_entry_document("{\"type\":\"service\",\"t\":\"" + decomposed + "\"}");
  ASSERT_TRUE(document);
  EXPECT_THAT(document->body, HasSubstr(decomposed));
}

TEST(EntryDocumentTest, FormatsBackToWhatItRead) {
  for (const char* json : {R"({"type":"service"})",
                           R"({"type":"practice","id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","a":1})"}) {
    const auto document = parse_entry_document(json);
    ASSERT_TRUE(document);
    EXPECT_EQ(format_entry_document(*document), json);
  }
}

TEST(EntryDocumentTest, TakesTheSourceFromTheFirstIdentifier) {
  const auto document = parse_entry_document(
      R"({"type":"service","identifiers":[{"scheme":"gov24","value":"1"},{"scheme":"x","value":"2"}]})");
  EXPECT_EQ(document->source, "gov24:1");
}

TEST(EntryDocumentTest, RefusesWhatCouldBeReadInTwoWays) {
  EXPECT_EQ(refusal(R"({"type":"service","a":1,"a":2})"), "schema.file.duplicate-name");
  EXPECT_EQ(refusal(R"({"type":"service","x":{"a":1,"\u0061":2}})"), "schema.file.duplicate-name");
  EXPECT_EQ(refusal(R"({"type":"service","a":NaN})"), "schema.file.syntax");
  EXPECT_EQ(refusal(R"({"type":"service","a":1e999})"), "schema.file.number");
  EXPECT_EQ(refusal(R"({"type":"service","a":9007199254740993})"), "schema.file.number");
  EXPECT_EQ(refusal(R"({"type":"service","a":123456789012345678901234567890})"),
            "schema.file.number");
  EXPECT_EQ(refusal(R"({"type":"service","a":"\ud800"})"), "schema.file.syntax");
  EXPECT_EQ(refusal(R"({"type":"service"} x)"), "schema.file.syntax");
  EXPECT_EQ(refusal(""), "schema.file.syntax");
}

TEST(EntryDocumentTest, RefusesWhatIsNoEntry) {
  EXPECT_EQ(refusal("[]"), "schema.entry.not-object");
  EXPECT_EQ(refusal("\"text\""), "schema.entry.not-object");
  EXPECT_EQ(refusal("{}"), "schema.entry.type-missing");
  EXPECT_EQ(refusal(R"({"type":7})"), "schema.entry.not-text");
  EXPECT_EQ(refusal(R"({"type":"서비스"})"), "schema.entry.type-bad");
  EXPECT_EQ(refusal(R"({"type":"service","id":"1"})"), "schema.entry.id-bad");
}

TEST(EntryDocumentTest, BoundsDepthAndSize) {
  const auto nested = [](std::size_t depth) {
    return R"({"type":"service","a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') +
           "}";
  };
  EXPECT_TRUE(parse_entry_document(nested(kMaxBodyDepth)));
  EXPECT_EQ(refusal(nested(kMaxBodyDepth + 1)), "schema.file.too-deep");
  EXPECT_EQ(refusal(nested(100'000)), "schema.file.too-deep");
  const auto sized = [](std::size_t bytes) {
    return R"({"type":"service","a":")" + std::string(bytes - 8, 'x') + "\"}";
  };
  EXPECT_EQ(parse_entry_document(sized(kMaxBodyBytes))->body.size(), kMaxBodyBytes);
  EXPECT_EQ(refusal(sized(kMaxBodyBytes + 1)), "schema.entry.too-large");
  EXPECT_EQ(refusal(std::string(kMaxDocumentBytes, ' ') + "{}"), "schema.entry.too-large");
}

TEST(EntryDocumentTest, SaysWhereTheSyntaxIsWrong) {
  const auto document = parse_entry_document("{\"type\":\"service\",\n\"a\" 1}", 10);
  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().args, testing::Contains(testing::Pair("line", "11")));
  EXPECT_THAT(document.error().args, testing::Contains(testing::Pair("column", "5")));
}

struct Read {
  std::vector<std::string> entries;  // "line:type" or "line:error text"
  std::string file_error;
};

Read read(const std::string& file) {
  Read result;
  std::istringstream in(file);
  const auto status = read_entry_documents(in, [&](ReadEntry entry) {
    const auto what = entry.document ? entry.document->type : entry.document.error().text;
    result.entries.push_back(std::to_string(entry.line) + ":" + what);
    return true;
  });
  if (!status) {
    result.file_error = status.error().text;
    for (const auto& [name, value] : status.error().args) {
      if (name == "line") result.file_error += "@" + value;
    }
  }
  return result;
}

const std::string kService = R"({"type":"service"})";

TEST(EntryFileTest, ReadsOneObjectAnArrayOrLines) {
  EXPECT_THAT(read("{\n\"type\":\"service\"\n}\n").entries, ElementsAre("1:service"));
  EXPECT_THAT(read("\n [" + kService + ",\n" + kService + "]\n").entries,
              ElementsAre("2:service", "3:service"));
  EXPECT_THAT(read(kService + "\r\n\r\n" + kService).entries,
              ElementsAre("1:service", "3:service"));
  EXPECT_THAT(read("\xEF\xBB\xBF" + kService + "\n").entries, ElementsAre("1:service"));
  EXPECT_THAT(read("\xEF\xBB\xBF[" + kService + "]").entries, ElementsAre("1:service"));
  EXPECT_THAT(read("{\n\"type\":\"service\"}\n{\"type\":\n\"practice\"}").entries,
              ElementsAre("1:service", "3:practice"));
  EXPECT_EQ(read("[]").file_error, "");
}

TEST(EntryFileTest, OneBadEntryDoesNotHideTheOthers) {
  EXPECT_THAT(read(kService + "\n{\"type\":}\n" + kService).entries,
              ElementsAre("1:service", "2:schema.file.syntax", "3:service"));
  EXPECT_THAT(read("[" + kService + ",7,\n{}," + kService + "]").entries,
              ElementsAre("1:service", "1:schema.entry.not-object", "2:schema.entry.type-missing",
                          "2:service"));
  EXPECT_THAT(
      read(kService + "\n" + std::string(kMaxDocumentBytes * 2, 'x') + "\n" + kService).entries,
      ElementsAre("1:service", "2:schema.entry.too-large", "3:service"));
}

TEST(EntryFileTest, NamesTheLineOfABrokenFile) {
  EXPECT_EQ(read("").file_error, "schema.file.empty@1");
  EXPECT_EQ(read("\n\n").file_error, "schema.file.empty@1");
  EXPECT_EQ(read("[" + kService + ",\n" + kService).file_error, "schema.file.not-closed@1");
  EXPECT_EQ(read("[" + kService + ",\n{\"type\":\"serv").file_error, "schema.file.not-closed@2");
  EXPECT_EQ(read("[" + kService + "\n" + kService + "]").file_error, "schema.file.separator@2");
  EXPECT_EQ(read("[" + kService + ",\n]").file_error, "schema.file.separator@2");
  EXPECT_EQ(read("[]\n[]").file_error, "schema.file.separator@2");
}

TEST(EntryFileTest, TellsOtherEncodingsApart) {
  const std::string cp949 = "\xB0\xA1\xB3\xAA\xB4\xD9";  // 가나다
  EXPECT_EQ(read("{\"type\":\"service\",\n\"a\":\"" + cp949 + "\"}").file_error,
            "schema.file.cp949@2");
  EXPECT_EQ(read(kService + "\n{\"a\":\"" + cp949 + "\"}").file_error, "schema.file.cp949@2");
  EXPECT_EQ(read(kService + "\n{\"a\":\"\xFF\xFF\"}").file_error, "schema.file.utf8@2");
  EXPECT_EQ(read(std::string("\xFF\xFE{\0\"\0", 6)).file_error, "schema.file.utf16@1");
  EXPECT_EQ(read(std::string("\0{\0\"\0a\0\"", 8)).file_error, "schema.file.utf16@1");
}

TEST(EntryFileTest, StopsWhenAsked) {
  std::istringstream in(kService + "\n" + kService);
  int count = 0;
  EXPECT_TRUE(read_entry_documents(in, [&](const ReadEntry&) { return ++count < 1; }));
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace dure::node
