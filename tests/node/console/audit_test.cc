// SPDX-License-Identifier: Apache-2.0
#include "console/audit.h"

#include <gtest/gtest.h>

#include <vector>

namespace dure::node {
namespace {

std::vector<AuditLine> lines_of_three() {
  std::vector<AuditLine> lines;
  Hash before{};
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const Act act{"kim", "draft.approve", std::to_string(number), "왜", 1000};
    lines.push_back({number, act, audit_hash(before, number, act)});
    before = lines.back().hash;
  }
  return lines;
}

TEST(AuditTest, EveryChangeShows) {
  EXPECT_TRUE(check_audit({}, 1, lines_of_three()));
  for (std::size_t at = 0; at < 3; ++at) {
    for (int what = 0; what < 7; ++what) {
      auto lines = lines_of_three();
      Act& act = lines[at].act;
      if (what == 0) act.account += 'x';
      if (what == 1) act.act += 'x';
      if (what == 2) act.subject += 'x';
      if (what == 3) act.note += 'x';
      if (what == 4) ++act.time;
      if (what == 5) lines[at].hash[31] ^= 1U;
      if (what == 6) ++lines[at].number;
      const auto checked = check_audit({}, 1, lines);
      ASSERT_FALSE(checked) << at << ' ' << what;
      EXPECT_EQ(checked.error().args.front().second, std::to_string(at + 1));
    }
    auto lines = lines_of_three();
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(check_audit({}, 1, lines).has_value(), at == 2) << "the last one leaves no gap";
  }
}

TEST(AuditTest, WordsThatMoveFromOneMemberToTheNextShow) {
  const Act one{"kim", "ab", "c", "", 1}, two{"kim", "a", "bc", "", 1};
  EXPECT_NE(audit_hash({}, 1, one), audit_hash({}, 1, two));
}

TEST(AuditTest, IsExportedAsJsonLines) {
  const AuditLine line{1, {"kim", "draft.return", "7", "줄\n바꿈", 0}, {}};
  EXPECT_EQ(format_audit_line(line),
            R"({"number":1,"time":"1970-01-01T00:00:00Z","account":"kim","act":"draft.return",)"
            R"("subject":"7","note":"줄\n바꿈","hash":")" +
                std::string(64, '0') + "\"}\n");
}

}  // namespace
}  // namespace dure::node
