// SPDX-License-Identifier: Apache-2.0
#include "http/httplib_front.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace dure::node::http {
namespace {

// Left to itself the library sends the text in a header (CVE-2026-28434).
TEST(HttplibFrontTest, SendsNoTextOfAnException) {
  HttplibFront front(std::chrono::seconds(5));
  std::string out;
  const auto fail = []() -> const Reply& { throw std::runtime_error("secret"); };
  EXPECT_FALSE(front.exchange("GET", "/", /*close=*/false, fail, out));
  EXPECT_EQ(out.find("secret"), std::string::npos) << out;
  EXPECT_EQ(out.substr(0, 12), "HTTP/1.1 500");
}

}  // namespace
}  // namespace dure::node::http
