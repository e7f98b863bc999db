// SPDX-License-Identifier: Apache-2.0
#include "attachments/attachment_list.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

const std::string kCommit = base64_encode(std::string(32, 'c'));

std::string item(const std::string& name, const std::string& size = "5") {
  return R"({"name":")" + name + R"(","mediaType":"text/plain","size":)" + size + R"(,"commit":")" +
         kCommit + "\"}";
}

std::string body(const std::string& items) { return R"({"attachments":[)" + items + "]}"; }

TEST(AttachmentListTest, ReadsWhatABodyLists) {
  const auto refs = attachments_in(body(item("계획.pdf") + "," + item("b.csv", "2147483648")));
  ASSERT_EQ(refs.size(), 2U);
  EXPECT_EQ(refs[0].name, "계획.pdf");
  EXPECT_EQ(refs[0].media_type, "text/plain");
  EXPECT_EQ(refs[0].size, 5U);
  EXPECT_EQ(as_view(refs[0].commitment), std::string(32, 'c'));
  EXPECT_EQ(refs[1].size, kMaxAttachmentBytes);
}

TEST(AttachmentListTest, LeavesOutWhatNobodyMayTrust) {
  for (const auto& bad :
       {item("../x"), item("a/b"), item("a\\\\b"), item(""), item(".."), item("a\\u0000b"),
        item(std::string(256, 'n')), item("x", "2147483649"), item("x", "-1"), item("x", "1.5"),
        item("x", "\"5\""), std::string("7"), std::string("null"),
        std::string(R"({"name":"x","mediaType":"a/b","size":1,"commit":"AAAA"})"),
        std::string(R"({"name":"x","mediaType":"a/b","size":1})")}) {
    EXPECT_TRUE(attachments_in(body(bad)).empty()) << bad;
    EXPECT_EQ(attachments_in(body(bad + "," + item("good"))).size(), 1U) << bad;
  }
}

TEST(AttachmentListTest, TakesNoMoreThanThirtyTwo) {
  std::string items = item("0");
  for (int i = 1; i < 40; ++i) items += "," + item(std::to_string(i));
  EXPECT_EQ(attachments_in(body(items)).size(), kMaxAttachments);
}

TEST(AttachmentListTest, SurvivesBodiesOfAnyShape) {
  for (const char* odd : {"", "[]", "{", R"({"attachments":{}})", R"({"attachments":7})",
                          R"({"x":{"attachments":[1]}})", "\"attachments\""})
    EXPECT_TRUE(attachments_in(odd).empty()) << odd;
}

TEST(AttachmentListTest, ShowsOnlyHarmlessTypes) {
  EXPECT_TRUE(is_harmless_media_type("application/pdf"));
  for (const char* type : {"text/html", "image/svg+xml", "application/javascript", "text/xml", "",
                           "application/pdf; x=y", "APPLICATION/PDF"})
    EXPECT_FALSE(is_harmless_media_type(type)) << type;
}

TEST(AttachmentListTest, NamesInHeadersAndFoldersAreSafe) {
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "_._.._etc_passwd");
  EXPECT_EQ(safe_file_name(".bashrc"), "_bashrc");
  EXPECT_EQ(safe_file_name(""), "attachment");
  const auto field = download_disposition("가 \"x\"\r\nSet-Cookie: a=b.pdf");
  EXPECT_EQ(field.find_first_of("\r\n"), std::string::npos);
  EXPECT_TRUE(field.starts_with("attachment; filename=\""));
  EXPECT_NE(field.find("filename*=UTF-8''%EA%B0%80%20%22x%22"), std::string::npos) << field;
}

}  // namespace
}  // namespace dure::node
