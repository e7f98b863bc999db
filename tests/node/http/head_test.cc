// SPDX-License-Identifier: Apache-2.0
#include "http/head.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

std::string with(const std::string& lines) {
  return "GET / HTTP/1.1\r\nHost: t\r\n" + lines + "\r\n";
}

int status_of(const std::string& bytes) {
  Head head;
  const auto refusal = parse_head(bytes, head);
  return refusal ? refusal->status : 200;
}

int find_status(const std::string& bytes, const HeadLimits& limits = {}) {
  HeadFinder finder;
  std::optional<Refusal> refusal;
  const auto size = finder.find(bytes, limits, refusal);
  return refusal ? refusal->status : static_cast<int>(size);
}

TEST(HeadTest, ReadsMethodTargetAndFields) {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: t\r\nContent-Length: 12\r\nX-Y:  z \r\n\r\n";
  Head head;
  ASSERT_FALSE(parse_head(bytes, head));
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_EQ(head.content_length, 12U);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.field("x-y"), "z");
  EXPECT_EQ(head.field("missing"), std::nullopt);
}

TEST(HeadTest, ReducesAbsoluteFormToItsPath) {
  Head head;
  ASSERT_FALSE(parse_head("GET http://town.kr/x HTTP/1.1\r\nHost: town.kr\r\n\r\n", head));
  EXPECT_EQ(head.target, "/x");
  ASSERT_FALSE(parse_head("GET http://town.kr HTTP/1.1\r\nHost: town.kr\r\n\r\n", head));
  EXPECT_EQ(head.target, "/");
}

TEST(HeadTest, KeepsAliveByVersionAndConnection) {
  Head head;
  ASSERT_FALSE(parse_head(with("Connection: foo, Close\r\n"), head));
  EXPECT_FALSE(head.keep_alive);
  ASSERT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n", head));
  EXPECT_FALSE(head.keep_alive);
  ASSERT_FALSE(parse_head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", head));
  EXPECT_TRUE(head.keep_alive);
}

TEST(HeadTest, RefusesMalformedRequestLines) {
  for (const std::string line : {"GET /", "GET  HTTP/1.1", "GET / HTTP/1.1 ", "GET /a b HTTP/1.1",
                                 "G(T / HTTP/1.1", "GET x HTTP/1.1", "GET / http/1.1",
                                 "GET /\x01 HTTP/1.1", "GET /#f HTTP/1.1", "OPTIONS * HTTP/1.1"}) {
    EXPECT_EQ(status_of(line + "\r\nHost: t\r\n\r\n"), 400) << line;
  }
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: t\r\n\r\n"), 505);
  EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\nHost: t\r\n\r\n"), 501);
  EXPECT_EQ(status_of("CONNECT t:1 HTTP/1.1\r\nHost: t\r\n\r\n"), 501);
}

TEST(HeadTest, RequiresExactlyOneHost) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(with("Host: t\r\n")), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
}

TEST(HeadTest, RefusesTransferEncoding) {
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\n")), 411);
  EXPECT_EQ(status_of(with("Transfer-Encoding: gzip, chunked\r\n")), 501);
  EXPECT_EQ(status_of(with("Transfer-Encoding:\r\n")), 501);
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")), 400);
}

TEST(HeadTest, AcceptsOnlyOnePlainContentLength) {
  for (const std::string value : {"-1", "+1", "1 2", "0x10", "", "1,1", "9999999999999999"}) {
    EXPECT_EQ(status_of(with("Content-Length: " + value + "\r\n")), 400) << value;
  }
  EXPECT_EQ(status_of(with("Content-Length: 3\r\nContent-Length: 3\r\n")), 400);
  EXPECT_EQ(status_of(with("Content-Length: 3\r\n")), 200);
}

TEST(HeadTest, RefusesFieldsThatShadowTheRealAddress) {
  for (const std::string name : {"REMOTE_ADDR", "remote_port", "Local_Addr", "LOCAL_PORT"}) {
    EXPECT_EQ(status_of(with(name + ": 6.6.6.6\r\n")), 400) << name;
  }
}

TEST(HeadTest, RefusesEncodedBodiesAndUnknownExpectations) {
  EXPECT_EQ(status_of(with("Content-Encoding: gzip\r\n")), 415);
  EXPECT_EQ(status_of(with("Content-Encoding: identity\r\n")), 200);
  EXPECT_EQ(status_of(with("Expect: magic\r\n")), 417);
  EXPECT_EQ(status_of(with("Expect: 100-continue\r\n")), 200);
}

TEST(HeadTest, RefusesFoldedNamelessAndBinaryFields) {
  using namespace std::string_literals;
  for (const auto& line : {" folded: x"s, "\tfolded"s, "a b: c"s, ": c"s, "a : c"s, "a"s,
                           "a: b\0c"s, "a: b\x7f"s, "a: b\rc"s}) {
    EXPECT_EQ(status_of(with(line + "\r\n")), 400) << line;
  }
  EXPECT_EQ(status_of(with("a: \xea\xb0\x80\r\n")), 200);
  Head head;
  const auto folded = with(" folded: x\r\n");
  EXPECT_EQ(parse_head(folded, head)->reason, "a header line is folded");
}

TEST(HeadFinderTest, FindsTheEndHoweverTheBytesArrive) {
  const auto bytes = with("A: b\r\n");
  HeadFinder finder;
  std::optional<Refusal> refusal;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(finder.find(std::string_view(bytes).substr(0, size), {}, refusal), 0U);
    ASSERT_FALSE(refusal);
  }
  EXPECT_EQ(finder.find(bytes + "more", {}, refusal), bytes.size());
}

TEST(HeadFinderTest, RefusesBareLineFeedsAtOnce) {
  EXPECT_EQ(find_status("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(find_status("GET / HTTP/1.1\r\nHost: t\n"), 400);
  EXPECT_EQ(find_status("\r\n"), 400);
}

TEST(HeadFinderTest, RefusesWhatIsOverALimitBeforeItIsComplete) {
  const HeadLimits limits{200, 3, 50};
  EXPECT_EQ(find_status("GET /" + std::string(46, 'a'), limits), 414);
  EXPECT_EQ(find_status("GET / HTTP/1.1\r\nA: " + std::string(200, 'a'), limits), 431);
  EXPECT_EQ(find_status("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\nD:\r\n", limits), 431);
  EXPECT_GT(find_status("GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\n\r\n", limits), 0);
}

}  // namespace
}  // namespace dure::node::http
