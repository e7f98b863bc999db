// SPDX-License-Identifier: Apache-2.0
#include "http/routes/erasure_routes.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

TEST(ErasureRoutesTest, AnswersTheReceiptOrNotFound) {
  Router router;
  add_erasure_routes(router, [](std::string_view hash, std::uint64_t index) -> Result<std::string> {
    if (hash == "abc" && index == 7) return std::string("a receipt\n");
    return Error{ErrorCode::kNotFound, "none"};
  });
  const auto get = [&router](const std::string& path) {
    Request request;
    request.method = "GET";
    request.path = "/federation/receipts/" + path;
    return router.handle(request);
  };
  const auto found = get("abc/7");
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(*found.body, "a receipt\n");
  EXPECT_EQ(found.content_type, "text/plain; charset=utf-8");
  for (const char* path : {"abc/8", "abd/7", "abc/07", "abc/-7", "abc/x", "abc/", "abc",
                           "abc/9223372036854775808", "abc/7/x"})
    EXPECT_EQ(get(path).status, 404) << path;
}

}  // namespace
}  // namespace dure::node::http
