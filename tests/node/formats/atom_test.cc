// SPDX-License-Identifier: Apache-2.0
#include "formats/atom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/hostile_bodies.h"

namespace dure::node {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AtomTest, TextHoldsNoMarkupAndNothingThatXmlCannotHold) {
  using namespace std::string_literals;
  EXPECT_EQ(xml_text("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;'");
  EXPECT_EQ(xml_text("a\0b\x1b\x7f"s),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(xml_text("\xEF\xBF\xBE한"), "\xEF\xBF\xBD한");
  EXPECT_EQ(xml_text("a\r\nb\tc"), "a&#13;\nb\tc");
}

TEST(AtomTest, WritesWhatTheStandardAsksFor) {
  AtomFeed feed{"https://x/f", "목록", "수원시", "2026-01-02", {{"self", "https://x/f?a=1&b=2"}},
                true,          {}};
  feed.entries.push_back(
      {"https://x/e/1", "2026-02-30", "<b>", "]]>", "안양시", "https://x/e/1 \"", {"service"}});
  const std::string atom = format_atom(feed);
  EXPECT_THAT(atom, HasSubstr("<id>https://x/f</id>"));
  EXPECT_THAT(atom, HasSubstr("<updated>2026-01-02T00:00:00+09:00</updated>"));
  EXPECT_THAT(atom, HasSubstr("<fh:archive/>"));
  EXPECT_THAT(atom, HasSubstr("<link rel=\"self\" href=\"https://x/f?a=1&amp;b=2\"/>"));
  EXPECT_THAT(atom, HasSubstr("<title>&lt;b&gt;</title>"));
  EXPECT_THAT(atom, HasSubstr("<updated>1970-01-01T00:00:00Z</updated>"));  // there is no such day
  EXPECT_THAT(atom, HasSubstr("href=\"https://x/e/1%20%22\""));
  EXPECT_THAT(atom, Not(HasSubstr("]]>")));
}

}  // namespace
}  // namespace dure::node
