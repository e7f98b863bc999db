// SPDX-License-Identifier: Apache-2.0
#include "membership/peers_file.h"

#include <gtest/gtest.h>

#include "support/sample_entries.h"

namespace dure::node {
namespace {

PeerEntry peer(const std::string& origin, const std::string& url) {
  PeerEntry out;
  out.card.origin = origin;
  out.card.name = "오산시";
  out.card.region = "41370";
  out.card.log_vkey = test_signer(origin)->verifier().format();
  out.url = url;
  return out;
}

TEST(PeersFileTest, ComesBackAsItWasWritten) {
  const auto text = format_peers_file({peer("osan.go.kr/dure/1", "https://dure.osan.go.kr"),
                                       peer("anyang.go.kr/dure/1", "http://[::1]:8420")});
  const auto peers = parse_peers_file(text);
  ASSERT_TRUE(peers) << peers.error().detail;
  ASSERT_EQ(peers->size(), 2U);
  EXPECT_EQ((*peers)[1].url, "http://[::1]:8420");
  EXPECT_EQ((*peers)[1].card.origin, "anyang.go.kr/dure/1");
  EXPECT_EQ(format_peers_file(*peers), text);
}

TEST(PeersFileTest, LeavesOutPeersThatCannotBeAsked) {
  EXPECT_EQ(format_peers_file({peer("osan.go.kr/dure/1", "")}), "");
  EXPECT_TRUE(parse_peers_file("")->empty());
}

TEST(PeersFileTest, HasOneSpelling) {
  const auto text = format_peers_file({peer("osan.go.kr/dure/1", "http://osan")});
  for (const std::string& other :
       {" " + text, text + "\n", text.substr(0, text.size() - 1), "http://osan\n" + text,
        text.substr(0, 11) + " " + text.substr(11), std::string("\n"), std::string("http://osan ")})
    EXPECT_FALSE(parse_peers_file(other)) << other;
}

TEST(PeersFileTest, RefusesATextThatIsTooLong) {
  EXPECT_EQ(parse_peers_file(std::string(kMaxPeersFileBytes + 1, 'x')).error().code,
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace dure::node
