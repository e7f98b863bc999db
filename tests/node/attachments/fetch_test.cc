// SPDX-License-Identifier: Apache-2.0
#include "attachments/fetch.h"

#include <gtest/gtest.h>

#include "attachment_fixture.h"
#include "fake_server.h"

namespace dure::node::testing {
namespace {

class MemorySink final : public ChunkSink {
 public:
  Result<std::uint64_t> begin(const ChunkList& list) override {
    length = list.length;
    return std::uint64_t{bytes.size() / kChunkBytes};
  }
  Status add(std::uint64_t index, std::string_view chunk) override {
    if (fails) return Error{ErrorCode::kStorage, "no space"};
    EXPECT_EQ(bytes.size(), index * kChunkBytes);
    EXPECT_LE(chunk.size(), kChunkBytes);
    bytes += chunk;
    return ok();
  }
  Status finish() override {
    finished = true;
    return ok();
  }

  std::string bytes;
  std::uint64_t length = 0;
  bool finished = false, fails = false;
};

class FetchAttachmentTest : public ::testing::Test {
 protected:
  FetchAttachmentTest() : content_(content_of(3 * kChunkBytes + 5)), list_(list_of(content_)) {
    servers_["a"].hold(content_, list_);
    servers_["b"].hold(content_, list_);
    fetch_.size = content_.size();
    fetch_.commitment = commit(list_);
    fetch_.urls = {"a", "b"};
    fetch_.open = opener(servers_);
    fetch_.on_failure = [this](const std::string& url, const Error&) { failed_.push_back(url); };
  }
  Status run() { return fetch_attachment(fetch_, sink_); }

  const std::string content_;
  const ChunkList list_;
  std::map<std::string, FakeServer> servers_;
  AttachmentFetch fetch_;
  MemorySink sink_;
  std::vector<std::string> failed_;
};

TEST_F(FetchAttachmentTest, AsksOneServerForListAndChunks) {
  ASSERT_TRUE(run());
  EXPECT_TRUE(sink_.finished);
  EXPECT_EQ(sink_.bytes, content_);
  EXPECT_EQ(servers_["a"].asked.size(), 5U);
  EXPECT_TRUE(servers_["b"].asked.empty());
}

TEST_F(FetchAttachmentTest, NeverAsksForMoreThanAChunk) {
  ASSERT_TRUE(run());
  for (const auto& request : servers_["a"].asked) EXPECT_LE(request.max_bytes, kChunkBytes);
}

TEST_F(FetchAttachmentTest, GoesOnWhereItStopped) {
  sink_.bytes = content_.substr(0, 2 * kChunkBytes);
  ASSERT_TRUE(run());
  EXPECT_EQ(sink_.bytes, content_);
  EXPECT_EQ(servers_["a"].asked.size(), 3U);
}

TEST_F(FetchAttachmentTest, LeavesAServerThatSendsAnotherChunkAndGoesOnWithTheNext) {
  servers_["a"].spoil = [](const FetchRequest& request, std::string answer) {
    if (request.range_from == 2 * kChunkBytes) answer[17] = static_cast<char>(answer[17] ^ 1);
    return Result<std::string>(answer);
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(sink_.bytes, content_);
  EXPECT_EQ(failed_, std::vector<std::string>{"a"});
  EXPECT_EQ(servers_["b"].asked.front().range_from, 2 * kChunkBytes);
}

TEST_F(FetchAttachmentTest, GoesOnWithTheNextServerAfterSilence) {
  servers_["a"].spoil = [](const FetchRequest& request, const std::string& answer) {
    if (request.range_from == kChunkBytes)
      return Result<std::string>(Error{ErrorCode::kUnavailable, "timed out"});
    return Result<std::string>(answer);
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(sink_.bytes, content_);
}

TEST_F(FetchAttachmentTest, EveryFlippedByteOfTheListIsRefused) {
  const auto bytes = format_chunk_list(list_);
  servers_.erase("b");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    servers_["a"].spoil = [i](const FetchRequest& request, std::string answer) {
      if (request.range_count == 0) answer[i] = static_cast<char>(answer[i] ^ 1);
      return Result<std::string>(answer);
    };
    EXPECT_FALSE(run()) << i;
  }
  EXPECT_TRUE(sink_.bytes.empty());
}

TEST_F(FetchAttachmentTest, AListOfAnotherLengthThanTheEntrySaysIsRefused) {
  fetch_.size += 1;
  EXPECT_FALSE(run());
  EXPECT_TRUE(sink_.bytes.empty());
  EXPECT_EQ(failed_.size(), 2U);
}

TEST_F(FetchAttachmentTest, OurOwnDiskIsNobodysFault) {
  sink_.fails = true;
  EXPECT_EQ(run().error().code, ErrorCode::kStorage);
  EXPECT_TRUE(failed_.empty());
  EXPECT_TRUE(servers_["b"].asked.empty());
}

TEST_F(FetchAttachmentTest, SaysThatNobodyHasIt) {
  servers_.clear();
  EXPECT_EQ(run().error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(sink_.finished);
  fetch_.urls.clear();
  EXPECT_EQ(run().error().text, "errors.attachment_nobody");
}

TEST_F(FetchAttachmentTest, StopsWhenItIsTold) {
  std::stop_source stop;
  fetch_.stop = stop.get_token();
  fetch_.on_progress = [&](std::uint64_t bytes) {
    if (bytes == kChunkBytes) stop.request_stop();
  };
  EXPECT_FALSE(run());
  EXPECT_EQ(sink_.bytes.size(), kChunkBytes);
}

TEST_F(FetchAttachmentTest, AnEmptyFileHasNoChunkToAskFor) {
  const auto list = list_of("");
  servers_["a"].hold("", list);
  fetch_.size = 0;
  fetch_.commitment = commit(list);
  ASSERT_TRUE(run());
  EXPECT_TRUE(sink_.finished);
}

}  // namespace
}  // namespace dure::node::testing
