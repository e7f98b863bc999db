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
    counters.streams = 2;
    return counters;
  };
  sources_.logs = [] { return std::vector<LogSize>{{"suwon.go.kr/dure/1", 5, 6}}; };
  sources_.version = "1.2.3";
  const auto text = *get("/metrics").body;
  for (const std::string line :
       {"# TYPE dure_http_requests_total counter\ndure_http_requests_total 7\n",
        "dure_http_open_connections 3\n", "dure_http_open_streams 2\n",
        "dure_log_published_entries{origin=\"suwon.go.kr/dure/1\"} 5\n",
        "dure_log_stored_entries{origin=\"suwon.go.kr/dure/1\"} 6\n",
        "dure_build_info{version=\"1.2.3\"} 1\n", "process_resident_memory_bytes "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
}

TEST_F(HealthRoutesTest, TellsOfWebhooksByTheirNumber) {
  EXPECT_EQ(get("/metrics").body->find("webhook"), std::string::npos);
  sources_.webhooks = [] {
    return std::vector<WebhookCounts>{{5, 1, 400, 0, 1'796'000'000, false}, {0, 9, 0, 17, 0, true}};
  };
  const auto text = *get("/metrics").body;
  for (const std::string line :
       {"# TYPE dure_webhook_posts_total counter\ndure_webhook_posts_total{webhook=\"1\"} 5\n"
        "dure_webhook_posts_total{webhook=\"2\"} 0\n",
        "dure_webhook_changes_total{webhook=\"1\"} 400\n",
        "dure_webhook_failures_total{webhook=\"2\"} 9\n",
        "dure_webhook_behind_changes{webhook=\"2\"} 17\n",
        "dure_webhook_last_success_timestamp_seconds{webhook=\"1\"} 1796000000\n",
        "dure_webhook_stopped{webhook=\"1\"} 0\ndure_webhook_stopped{webhook=\"2\"} 1\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  }
}

TEST_F(HealthRoutesTest, CountsLinksOnlyIfTheyAreChecked) {
  EXPECT_EQ(get("/metrics").body->find("dure_links"), std::string::npos);
  sources_.links = [] { return std::optional<LinkTotals>(); };
  EXPECT_EQ(get("/metrics").body->find("dure_links"), std::string::npos);
  sources_.links = [] { return std::optional(LinkTotals{9, 7, 2, 1, 1'790'000'000}); };
  const auto text = *get("/metrics").body;
  for (const char* line :
       {"\ndure_links 9\n", "\ndure_links_checked 7\n", "\ndure_links_dead 2\n",
        "\ndure_links_notices 1\n", "\ndure_links_last_check_seconds 1790000000\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
}

TEST_F(HealthRoutesTest, TellsTheAgeOfBackupsOnlyIfTheyAreMade) {
  EXPECT_EQ(get("/metrics").body->find("dure_backup"), std::string::npos);
  sources_.backups = [] {
    return std::optional(BackupTotals{20, 4096, 1'796'040'000, 3600, 86'400, true});
  };
  const auto text = *get("/metrics").body;
  for (const char* line :
       {"\ndure_backups 20\n", "\ndure_backups_bytes 4096\n",
        "\ndure_backup_newest_timestamp_seconds 1796040000\n", "\ndure_backup_age_seconds 3600\n",
        "\ndure_backup_interval_seconds 86400\n", "\ndure_backup_failed 1\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
}

}  // namespace
}  // namespace dure::node::http
