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

}  // namespace
}  // namespace dure::node::http
