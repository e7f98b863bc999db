// SPDX-License-Identifier: Apache-2.0
#include "http/reply.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace dure::node::http {
namespace {

std::string header(const Reply& reply, std::string_view name) {
  std::string found;
  for (const auto& [key, value] : reply.headers) {
    if (key == name) found += (found.empty() ? "" : "|") + value;
  }
  return found;
}

std::string sent(const Reply& reply) {
  return reply.body ? reply.body->substr(reply.first, reply.length) : std::string();
}

std::string gunzip(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 31), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

class ReplyTest : public ::testing::Test {
 protected:
  ReplyTest() {
    request_.method = "GET";
    for (int i = 0; i < 1000; ++i) text_ += static_cast<char>('a' + i % 7);
    response_ = make_response(200, "text/plain", text_);
    response_.headers.emplace_back("ETag", "\"t\"");
  }
  Reply reply() const { return make_reply(request_, response_, "now"); }
  void ask(std::string name, std::string value) {
    request_.headers.emplace_back(std::move(name), std::move(value));
  }
  Request request_;
  Response response_;
  std::string text_;
};

TEST_F(ReplyTest, HasTheHeadersOfEveryAnswer) {
  const auto answer = reply();
  EXPECT_EQ(header(answer, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header(answer, "Date"), "now");
  EXPECT_EQ(header(answer, "Content-Type"), "text/plain");
  EXPECT_EQ(header(answer, "Server"), "");
  EXPECT_EQ(answer.content_length, 1000U);
}

TEST_F(ReplyTest, LeavesTheHandlersOwnChoice) {
  response_.headers.emplace_back("Referrer-Policy", "same-origin");
  EXPECT_EQ(header(reply(), "Referrer-Policy"), "same-origin");
}

TEST_F(ReplyTest, DropsHeadersThatWouldSplitTheAnswer) {
  response_.headers.emplace_back("Location", "/x\r\nSet-Cookie: y");
  response_.headers.emplace_back("X\nY", "z");
  response_.content_type = "text/plain\r\nSet-Cookie: y";
  const auto answer = reply();
  EXPECT_EQ(header(answer, "Content-Type"), "");
  EXPECT_EQ(header(answer, "Location"), "");
  EXPECT_EQ(header(answer, "X\nY"), "");
}

TEST_F(ReplyTest, HeadHasTheLengthButNoBody) {
  request_.method = "HEAD";
  const auto answer = reply();
  EXPECT_EQ(answer.content_length, 1000U);
  EXPECT_EQ(answer.body, nullptr);
}

TEST_F(ReplyTest, AnswersNotModified) {
  ask("if-none-match", "\"t\"");
  const auto answer = reply();
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.body, nullptr);
  EXPECT_EQ(header(answer, "ETag"), "\"t\"");
  EXPECT_EQ(header(answer, "Content-Type"), "");
}

TEST_F(ReplyTest, NotModifiedIsForReadingOnly) {
  ask("if-none-match", "*");
  request_.method = "POST";
  EXPECT_EQ(reply().status, 200);
  request_.method = "GET";
  response_.status = 404;
  EXPECT_EQ(reply().status, 404);
}

TEST_F(ReplyTest, ServesOneRangeWhereAllowed) {
  ask("range", "bytes=10-19");
  EXPECT_EQ(reply().status, 200);
  response_.allow_range = true;
  const auto answer = reply();
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(sent(answer), text_.substr(10, 10));
  EXPECT_EQ(answer.content_length, 10U);
  EXPECT_EQ(header(answer, "Content-Range"), "bytes 10-19/1000");
}

TEST_F(ReplyTest, RefusesARangeBeyondTheEnd) {
  response_.allow_range = true;
  response_.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  ask("range", "bytes=1000-");
  const auto answer = reply();
  EXPECT_EQ(answer.status, 416);
  EXPECT_EQ(header(answer, "Content-Range"), "bytes */1000");
  EXPECT_EQ(answer.content_length, 0U);
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store") << "the file may be kept, not this";
}

TEST_F(ReplyTest, IgnoresARangeOfAnotherVersion) {
  response_.allow_range = true;
  ask("range", "bytes=10-19");
  ask("if-range", "\"old\"");
  EXPECT_EQ(reply().status, 200);
  EXPECT_EQ(sent(reply()), text_);
}

TEST_F(ReplyTest, GzipsWhereAllowedAndAskedFor) {
  response_.allow_gzip = true;
  EXPECT_EQ(header(reply(), "Content-Encoding"), "");
  EXPECT_EQ(header(reply(), "Vary"), "Accept-Encoding");
  ask("accept-encoding", "gzip");
  const auto answer = reply();
  EXPECT_EQ(header(answer, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(answer, "ETag"), "\"t-gzip\"");
  EXPECT_EQ(answer.content_length, answer.body->size());
  EXPECT_LT(answer.content_length, 1000U);
  EXPECT_EQ(gunzip(sent(answer)), text_);
}

TEST_F(ReplyTest, NotModifiedNamesTheVariantThatTheClientHolds) {
  response_.allow_gzip = true;
  ask("accept-encoding", "gzip");
  ask("if-none-match", "\"t-gzip\"");
  const auto answer = reply();
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(header(answer, "ETag"), "\"t-gzip\"");
  EXPECT_EQ(header(answer, "Vary"), "Accept-Encoding");
}

TEST_F(ReplyTest, DoesNotGzipSmallBodiesNorRanges) {
  response_.allow_gzip = response_.allow_range = true;
  ask("accept-encoding", "gzip");
  ask("range", "bytes=0-599");
  EXPECT_EQ(header(reply(), "Content-Encoding"), "");
  EXPECT_EQ(sent(reply()), text_.substr(0, 600));
  response_.body = std::make_shared<const std::string>(511, 'x');
  request_.headers.pop_back();
  EXPECT_EQ(header(reply(), "Content-Encoding"), "");
}

TEST_F(ReplyTest, ErrorsAreNotStored) {
  response_ = make_problem(404, "not-found", "Not Found", "");
  EXPECT_EQ(header(reply(), "Cache-Control"), "no-store");
}

}  // namespace
}  // namespace dure::node::http
