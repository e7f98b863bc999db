// SPDX-License-Identifier: Apache-2.0
// What `dure doctor` asks the network: names, and certificates whether or not they are accepted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <fstream>

#include "peer/certificate.h"
#include "peer/front_question.h"
#include "peer/resolve.h"
#include "support/certificates.h"
#include "support/scripted_server.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(ResolveTest, KnowsAddressesAndLocalhostWithoutAResolver) {
  EXPECT_THAT(*resolve_host("127.0.0.1", std::chrono::seconds(2)), Contains("127.0.0.1"));
  EXPECT_THAT(*resolve_host("::1", std::chrono::seconds(2)), Contains("::1"));
  EXPECT_THAT(*resolve_host("localhost", std::chrono::seconds(2)), Contains("127.0.0.1"));
}

TEST(ResolveTest, SaysWhichNameItCouldNotFind) {
  // A label of 64 characters is refused before anybody is asked.
  const std::string bad = std::string(64, 'a') + ".invalid";
  const auto found = resolve_host(bad, std::chrono::seconds(5));
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().detail, HasSubstr("cannot resolve " + bad));
}

TEST(CertificateTest, ReadsTheDaysOfAFile) {
  const TempFolder folder;
  const auto path = folder.file("a.pem");
  issue({"node", "DNS:a.example", false, -60, 7200}).write(path);
  const auto seen = read_certificate(path);
  ASSERT_TRUE(seen);
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  EXPECT_NEAR(static_cast<double>(seen->from - now), -60, 5);
  EXPECT_NEAR(static_cast<double>(seen->until - now), 7200, 5);
}

TEST(CertificateTest, WhatIsNoCertificateIsSaid) {
  const TempFolder folder;
  EXPECT_EQ(read_certificate(folder.file("none.pem")).error().code, ErrorCode::kStorage);
  std::ofstream(folder.file("bad.pem")) << "-----BEGIN CERTIFICATE-----\nAAAA\n";
  EXPECT_EQ(read_certificate(folder.file("bad.pem")).error().code, ErrorCode::kMalformed);
}

TEST(FrontQuestionTest, SendsItsMarkAndItsForgery) {
  int port = 0;
  const int listener = listen_tcp(port);
  std::string heard;
  {
    const ScriptedServer server(listener, [&heard](int socket, int) {
      heard = hear(socket);
      say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    FrontQuestion question;
    question.path = "/federation/node?probe=m";
    question.mark = "abc";
    question.forgery = "198.51.100.77";
    const auto url = parse_base_url("http://127.0.0.1:" + std::to_string(port));
    const auto answer = ask_front(*url, question);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(*answer, "ok");
  }
  EXPECT_THAT(heard, HasSubstr("GET /federation/node?probe=m "));
  EXPECT_THAT(heard, HasSubstr("Dure-Probe: abc\r\n"));
  EXPECT_THAT(heard, HasSubstr("X-Forwarded-For: 198.51.100.77\r\n"));
}

}  // namespace
}  // namespace dure::node
