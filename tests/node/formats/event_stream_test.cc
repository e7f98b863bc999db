// SPDX-License-Identifier: Apache-2.0
#include "formats/event_stream.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

std::string event(std::string_view data) {
  std::string out;
  append_event(out, "7-1", data);
  return out;
}

TEST(EventStreamTest, EveryLineOfTheDataIsALineOfItsOwn) {
  EXPECT_EQ(event("one"), "id: 7-1\ndata: one\n\n");
  EXPECT_EQ(event("a\nb"), "id: 7-1\ndata: a\ndata: b\n\n");
  EXPECT_EQ(event("a\rb"), "id: 7-1\ndata: a\ndata: b\n\n");
  EXPECT_EQ(event("a\r\nb"), "id: 7-1\ndata: a\ndata: b\n\n");
  EXPECT_EQ(event("a\n\nid: 9"), "id: 7-1\ndata: a\ndata: \ndata: id: 9\n\n")
      << "no text ends an event or forges a place";
  EXPECT_EQ(event("a\r"), "id: 7-1\ndata: a\ndata: \n\n");
  EXPECT_EQ(event(""), "id: 7-1\ndata: \n\n");
}

TEST(EventStreamTest, TheBeginningSetsThePlaceWithoutAnEvent) {
  std::string out;
  append_beginning(out, "7-0", 5000);
  EXPECT_EQ(out, "retry: 5000\nid: 7-0\n\n");
}

}  // namespace
}  // namespace dure::node
