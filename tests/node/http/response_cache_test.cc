// SPDX-License-Identifier: Apache-2.0
#include "http/routes/response_cache.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

ResponseCache::Body body(std::size_t size) {
  return std::make_shared<const std::string>(size, 'x');
}

TEST(ResponseCacheTest, KeepsTheRecentlyUsedWithinItsBytes) {
  ResponseCache cache(10'000);
  for (const auto* key : {"a", "b", "c", "d"}) cache.put(key, body(2000));
  EXPECT_NE(cache.find("a"), nullptr);
  cache.put("e", body(2000));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("e"), nullptr);
  EXPECT_LE(cache.bytes(), 10'000U);
}

TEST(ResponseCacheTest, DoesNotLetOneBodyPushOutAllOthers) {
  ResponseCache cache(10'000);
  cache.put("a", body(100));
  cache.put("large", body(9000));
  EXPECT_EQ(cache.find("large"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  ResponseCache(0).put("a", body(1));
}

}  // namespace
}  // namespace dure::node::http
