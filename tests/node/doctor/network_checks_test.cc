// SPDX-License-Identifier: Apache-2.0
// Addresses, certificates, the proxy in front, peers and clocks: each fact wrong in each way.
#include "doctor/checks.h"
#include "doctor_fixture.h"

namespace dure::node {
namespace {

using testing::ElementsAre;

std::vector<std::string> front(const PublicFacts& address) { return said(check_front(address)); }

TEST(PortChecksTest, AnswersIsFreeIsSilentOrTaken) {
  EXPECT_THAT(said(check_listening({"127.0.0.1:1", true, {}})), ElementsAre("ok port_ok"));
  EXPECT_THAT(said(check_listening({"127.0.0.1:1", false, {}})), ElementsAre("ok port_free"));
  EXPECT_THAT(said(check_listening({"127.0.0.1:1", true, some_error()})),
              ElementsAre("error port_silent"));
  EXPECT_THAT(said(check_listening({"127.0.0.1:1", false, some_error()})),
              ElementsAre("error port_taken"));
}

std::vector<std::string> certificate(std::int64_t from, std::int64_t until,
                                     const std::string& refused = {}) {
  return said(check_certificate("certificate-file", {"x", from, until, refused, {}}, kNow));
}

TEST(CertificateChecksTest, DaysAreCountedToTheSecond) {
  EXPECT_THAT(certificate(kNow, kNow + 14 * kDay), ElementsAre("ok certificate_ok"));
  EXPECT_THAT(certificate(kNow, kNow + 14 * kDay - 1), ElementsAre("warning certificate_expires"));
  EXPECT_THAT(certificate(kNow, kNow + 1), ElementsAre("warning certificate_expires"));
  EXPECT_THAT(certificate(kNow - kDay, kNow), ElementsAre("error certificate_expired"));
  EXPECT_THAT(certificate(kNow + 1, kNow + 90 * kDay), ElementsAre("error certificate_early"));
  EXPECT_THAT(certificate(kNow, kNow + 90 * kDay, "hostname mismatch"),
              ElementsAre("error certificate_refused"));
  EXPECT_THAT(said(check_certificate("c", {"x", 0, 0, "", some_error()}, kNow)),
              ElementsAre("error certificate_unusable"));
  const auto old = check_certificate("c", {"x", 0, kNow - 3 * kDay, "", {}}, kNow);
  EXPECT_EQ(argument(old[0], "ago"), "3");
}

TEST(AddressChecksTest, ThePublicAddressLeadsHere) {
  const auto node = healthy_node();
  auto address = healthy_address();
  EXPECT_THAT(said(check_own_url(address, node, kNow)),
              ElementsAre("ok url_ok", "ok certificate_ok"));
  address.origin = "osan.go.kr/dure/1";
  EXPECT_EQ(said(check_own_url(address, node, kNow))[0], "error url_another_node");
  address.origin.clear();
  EXPECT_EQ(said(check_own_url(address, node, kNow))[0], "error url_no_node");
  address.unreachable = some_error();
  EXPECT_EQ(said(check_own_url(address, node, kNow))[0], "error url_unreachable");
  address.unresolved = some_error();
  EXPECT_EQ(said(check_own_url(address, node, kNow))[0], "error url_unresolved");
  EXPECT_THAT(said(check_own_url({}, node, kNow)), ElementsAre("warning url_none"));
  address = healthy_address();
  address.tls = false;
  address.certificate.reset();
  EXPECT_THAT(said(check_own_url(address, node, kNow)),
              ElementsAre("ok url_ok", "warning url_plain"));
}

TEST(AddressChecksTest, AStoppedNodeNeedNotAnswer) {
  auto node = healthy_node();
  node.running = false;
  auto address = healthy_address();
  address.unreachable = some_error();
  EXPECT_EQ(said(check_own_url(address, node, kNow))[0], "not-checked url_stopped");
}

TEST(FrontChecksTest, TheProxyTellsAndIsBelieved) {
  auto address = healthy_address();
  EXPECT_THAT(front(address), ElementsAre("ok front_ok"));
  address.front.asked = false;
  EXPECT_THAT(front(address), ElementsAre("not-checked front_unknown"));
  address = healthy_address();
  address.front.arrived = false;
  EXPECT_THAT(front(address), ElementsAre("warning front_elsewhere"));
}

TEST(FrontChecksTest, TheProxyTellsAndIsNotBelieved) {
  auto address = healthy_address();
  address.front.client = "127.0.0.1";  // the proxy itself
  EXPECT_THAT(front(address), ElementsAre("error front_untrusted"));
  // The doctor's own address may be that of the proxy: then only the setting tells.
  address.front.forwarded = {"127.0.0.1"};
  EXPECT_THAT(front(address), ElementsAre("ok front_ok"));
  address.trusted_proxies = 0;
  EXPECT_THAT(front(address), ElementsAre("error front_untrusted"));
}

TEST(FrontChecksTest, WhatWeMadeUpIsNotBelieved) {
  auto address = healthy_address();
  address.front.believed_forgery = true;
  address.front.forwarded.clear();
  EXPECT_THAT(front(address), ElementsAre("error front_forged"));
  address = healthy_address();
  address.trusts_everybody = true;
  EXPECT_THAT(front(address), ElementsAre("error front_everybody"));
}

// Proxy, node and doctor on one machine: the proxy names this machine, which it is right to trust.
TEST(FrontChecksTest, OnTheMachineOfTheProxyTheForgeryProvesNothing) {
  auto address = healthy_address();
  address.front.client = "198.51.100.77";
  address.front.forwarded = {"127.0.0.1"};
  address.front.believed_forgery = true;
  EXPECT_THAT(front(address), ElementsAre("ok front_here_ok"));
}

TEST(FrontChecksTest, NobodyTells) {
  auto address = healthy_address();
  address.front.forwarded.clear();
  EXPECT_THAT(front(address), ElementsAre("warning front_untold"));
  address.trusted_proxies = 0;
  EXPECT_THAT(front(address), ElementsAre("warning front_untold"));  // TLS that is not ours
  address.node_has_tls = true;
  EXPECT_THAT(front(address), ElementsAre("ok front_none"));
  address.node_has_tls = false;
  address.tls = false;
  EXPECT_THAT(front(address), ElementsAre("ok front_none"));
  address.own_port = false;
  EXPECT_THAT(front(address), ElementsAre("warning front_untold"));
}

std::vector<PeerFacts> clocks(const std::vector<std::int64_t>& ahead) {
  std::vector<PeerFacts> peers;
  for (const auto seconds : ahead) {
    peers.push_back(healthy_peer());
    peers.back().ahead = seconds;
  }
  return peers;
}

TEST(ClockChecksTest, TheMajorityIsRight) {
  EXPECT_THAT(said(check_clock(clocks({0, -1, 60}))), ElementsAre("ok clock_ok"));
  EXPECT_THAT(said(check_clock(clocks({61, 61, 62}))), ElementsAre("warning clock_behind"));
  EXPECT_THAT(said(check_clock(clocks({3600, 3601, 3599}))), ElementsAre("error clock_behind"));
  EXPECT_THAT(said(check_clock(clocks({-3600, -3601, -3599}))), ElementsAre("error clock_ahead"));
  EXPECT_THAT(said(check_clock(clocks({0, 3600, 1}))),
              ElementsAre("ok clock_ok", "warning peer_clock_ahead"));
  EXPECT_THAT(said(check_clock(clocks({3600, 0, 3600}))),
              ElementsAre("error clock_behind", "warning peer_clock_behind"));
  EXPECT_THAT(said(check_clock({})), ElementsAre("not-checked clock_unknown"));
}

TEST(PeerChecksTest, ReachesThem) {
  const auto node = healthy_node();
  auto peer = healthy_peer();
  EXPECT_THAT(said(check_peers({peer}, node)), ElementsAre("ok peer_ok", "ok back_ok"));
  peer.tells_heads = false;
  EXPECT_THAT(said(check_peers({peer}, node)), ElementsAre("error peer_odd"));
  peer.unreachable = some_error();
  EXPECT_THAT(said(check_peers({peer}, node)), ElementsAre("error peer_unreachable"));
  peer.unresolved = some_error();
  EXPECT_THAT(said(check_peers({peer}, node)), ElementsAre("error peer_unresolved"));
  EXPECT_THAT(said(check_peers({}, node)), ElementsAre("warning no_peers"));
  auto many = node;
  many.peers.resize(3);
  EXPECT_EQ(said(check_peers({peer}, many)).back(), "not-checked peers_more");
}

TEST(PeerChecksTest, TheyReachUs) {
  auto node = healthy_node();
  auto peer = healthy_peer();
  const auto back = [&] { return said(check_peers({peer}, node))[1]; };
  peer.own_size = 9;
  EXPECT_EQ(back(), "warning back_behind");
  node.head.settled = 9;  // the tenth is new
  EXPECT_EQ(back(), "ok back_ok");
  peer.own_size.reset();
  EXPECT_EQ(back(), "warning back_missing");
  peer.own_size = 11;
  EXPECT_EQ(back(), "error back_ahead");
  node.head = {};
  peer.own_size.reset();
  EXPECT_EQ(back(), "not-checked back_nothing");
}

}  // namespace
}  // namespace dure::node
