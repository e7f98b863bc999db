// SPDX-License-Identifier: Apache-2.0
#include "http/routes/health_routes.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

class HealthRoutesTest : public ::testing::Test {
 protected:
  Response get(const std::string& path) {
    Router router;
    add_health_routes(router, sources_);
    Request request;
    request.method = "GET";
    request.path = path;
    return router.handle(request);
  }
  HealthSources sources_;
};

TEST_F(HealthRoutesTest, IsAliveAndReadyWithoutSources) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(HealthRoutesTest, SaysWhyItIsNotReady) {
  sources_.ready = [] { return Status(Error{ErrorCode::kQuarantined, "two histories"}); };
  const auto answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body->find("two histories"), std::string::npos);
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(HealthRoutesTest, ExposesMetrics) {
  sources_.server = [] {
    ServerCounters counters;
    counters.requests = 7;
    counters.open = 3;
    return counters;
  };
  sources_.logs = [] { return std::vector<LogSize>{{"suwon.go.kr/dure/1", 5, 6}}; };
  sources_.version = "1.2.3";
  const auto text = *get("/metrics").body;
  for (const std::string line :
       {"# TYPE dure_http_requests_total counter\ndure_http_requests_total 7\n",
        "dure_http_open_connections 3\n",
        "dure_log_published_entries{origin=\"suwon.go.kr/dure/1\"} 5\n",
        "dure_log_stored_entries{origin=\"suwon.go.kr/dure/1\"} 6\n",
        "dure_build_info{version=\"1.2.3\"} 1\n", "process_resident_memory_bytes "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
}

}  // namespace
}  // namespace dure::node::http
