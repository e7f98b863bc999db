// SPDX-License-Identifier: Apache-2.0
#include "http/form.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

ErrorCode refusal(std::string_view body) {
  const auto fields = parse_form(body, 100);
  return fields ? ErrorCode::kInternal : fields.error().code;
}

TEST(FormTest, ReadsWhatBrowsersSend) {
  const auto fields = parse_form("kind=need&text=%EB%B0%A4+%2B%0D%0A%26&id=&lang", 100);
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields,
            (FormFields{{"kind", "need"}, {"text", "밤 +\r\n&"}, {"id", ""}, {"lang", ""}}));
  EXPECT_EQ(form_value(*fields, "text"), "밤 +\r\n&");
  EXPECT_EQ(form_value(*fields, "name"), "");
  EXPECT_EQ(parse_form(format_form(*fields), 100).has_value(), true);
  EXPECT_EQ(format_form(*fields), "kind=need&text=%EB%B0%A4+%2B%0D%0A%26&id=&lang=");
}

TEST(FormTest, RefusesBrokenEscapesControlBytesAndWhatIsNotUtf8) {
  for (const char* bad : {"a=%", "a=%4", "a=%4g", "a=%zz", "a=%00", "a=%1B", "a=%7F", "a=%FF",
                          "a=%ED%A0%80", "a=\xFF", "a=\x01", "%FF=a"})
    EXPECT_EQ(refusal(bad), ErrorCode::kMalformed) << bad;
}

TEST(FormTest, IsBounded) {
  EXPECT_EQ(refusal(std::string(100, 'a')), ErrorCode::kInternal);
  EXPECT_EQ(refusal(std::string(101, 'a')), ErrorCode::kTooLarge);
  std::string many = "a";
  for (std::size_t i = 1; i < kMaxFormFields; ++i) many += "&a";
  EXPECT_EQ(refusal(many), ErrorCode::kInternal);
  EXPECT_EQ(refusal(many + "&a"), ErrorCode::kTooLarge);
  EXPECT_TRUE(parse_form("a&a&a", 100, 3));
  EXPECT_FALSE(parse_form("a&a&a&a", 100, 3));
}

}  // namespace
}  // namespace dure::node::http
