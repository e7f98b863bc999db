// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_routes.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

// Every port is null or missing: a request that reached one would end this process.
TEST(ControlRoutesTest, ExistOnlyForTheControlSocket) {
  Router router;
  add_control_routes(router, ControlPorts());
  Request request;
  request.method = "GET";
  request.path = "/no/such/address";
  const auto nothing = router.handle(request);
  ASSERT_GE(router.routes().size(), 11U);
  for (const auto& route : router.routes()) {
    const auto blank = route.find(' ');
    request.method = route.substr(0, blank);
    request.path = route.substr(blank + 1);
    const auto answer = router.handle(request);
    EXPECT_EQ(answer.status, 404) << route;
    EXPECT_EQ(*answer.body, *nothing.body) << route;
  }
}

TEST(ControlRoutesTest, AnswerTheControlSocket) {
  Router router;
  ControlPorts ports;
  ports.status = [] { return Result<std::string>("{}"); };
  add_control_routes(router, std::move(ports));
  Request request;
  request.method = "GET";
  request.path = "/control/v1/status";
  request.control = true;
  EXPECT_EQ(*router.handle(request).body, "{}");
}

TEST(ControlRoutesTest, EraseTakesAnIdAReasonAndMaybeARevision) {
  Router router;
  ControlPorts ports;
  std::string asked;
  ports.erase = [&](const std::string& id, std::uint64_t rev, const std::string& reason) {
    asked = id + "," + std::to_string(rev) + "," + reason;
    return Result<std::string>("{}");
  };
  add_control_routes(router, std::move(ports));
  Request request;
  request.method = "POST";
  request.path = "/control/v1/erase";
  request.control = true;
  request.body = R"({"id":"x","reason":"mistake"})";
  EXPECT_EQ(router.handle(request).status, 200);
  EXPECT_EQ(asked, "x,0,mistake");
  request.body = R"({"id":"x","reason":"mistake","rev":3})";
  EXPECT_EQ(router.handle(request).status, 200);
  EXPECT_EQ(asked, "x,3,mistake");
  // A revision that was meant must never become "all".
  asked.clear();
  for (const char* rev : {"-1", "\"3\"", "1.5", "null", "0"}) {
    request.body = std::string(R"({"id":"x","reason":"mistake","rev":)") + rev + "}";
    EXPECT_NE(router.handle(request).status, 200) << rev;
  }
  EXPECT_EQ(asked, "");
}

}  // namespace
}  // namespace dure::node::http
