// SPDX-License-Identifier: Apache-2.0
// Who is asked for receipts, how often, and which answers are believed.
#include "erasing/receipt_collector.h"

#include "node/erasing/erasing_fixture.h"
#include "support/fake_log.h"
#include "support/memory_peer_book.h"

namespace dure::node {
namespace {

using std::chrono::seconds;

constexpr const char* kUrl = "http://anyang";
constexpr const char* kPeer = "anyang.go.kr/dure/1";

class ReceiptCollectorTest : public ErasingFixture {
 protected:
  ReceiptCollectorTest() {
    open();
    EXPECT_TRUE(store({test_mirrored(0), erase_entry(1, 0)}));
    add(/*with_key=*/true);
    network_[kUrl];
    reopen();
  }
  void add(bool with_key) {
    PeerEntry peer;
    peer.card.origin = kPeer;
    peer.card.name = "안양시";
    peer.card.region = "41170";
    peer.card.log_vkey = test_signer(kPeer, 9)->verifier().format();
    if (with_key) peer.card.request_vkey = signer_->verifier().format();
    peer.url = kUrl;
    EXPECT_TRUE(peers_.add(peer));
    card_ = peer.card;
  }
  void reopen() {
    ReceiptCollectorPorts ports;
    ports.journal = &journal_;
    ports.eraser = eraser_.get();
    ports.peers = &peers_;
    ports.open = network_.opener();
    ports.own_origin = kTestOrigin;
    ports.now = [this] { return now_; };
    ports.clock = [this] { return clock_; };
    auto opened = ReceiptCollector::open(std::move(ports));
    ASSERT_TRUE(opened) << opened.error().detail;
    collector_ = std::move(*opened);
  }
  void collect() { collector_->collect(ReceiptCollector::Scope::kDue); }
  ErasureReceipt receipt() const {
    return {kTestOrigin, {}, 0, 1, parse_leaf(test_entry(0).leaf)->commitment, 150};
  }
  void answer(const std::string& note) {
    network_[kUrl].extra["/federation/receipts/" + origin_hash(kTestOrigin) + "/1"] = note;
  }
  void answer(const ErasureReceipt& told) { answer(*sign_receipt(told, *signer_)); }
  void later(seconds more) {
    clock_ += more;
    now_ += more.count();
  }

  MemoryPeerBook peers_{kTestOrigin};
  NodeCard card_;
  FakeNetwork network_;
  std::int64_t now_ = 200;
  std::chrono::steady_clock::time_point clock_{};
  std::unique_ptr<ReceiptCollector> collector_;
};

TEST_F(ReceiptCollectorTest, KeepsAReceiptForGoodAndAsksNoMore) {
  EXPECT_EQ(collector_->outstanding(), 1U);
  answer(receipt());
  collect();
  EXPECT_EQ(collector_->outstanding(), 0U);
  ASSERT_EQ(collector_->receipts().size(), 1U);
  EXPECT_EQ(collector_->receipts()[0].peer, kPeer);
  EXPECT_EQ(collector_->receipts()[0].time, 150U);
  reopen();
  EXPECT_EQ(collector_->outstanding(), 0U) << "it is on disk";
  network_.forget();
  later(seconds(1000));
  collect();
  EXPECT_EQ(network_.fetches(), 0U);
}

TEST_F(ReceiptCollectorTest, AsksAgainLaterAndLater) {
  collect();
  EXPECT_EQ(network_.fetches(), 1U);
  collect();
  EXPECT_EQ(network_.fetches(), 1U) << "not at once";
  later(seconds(13));
  collect();
  EXPECT_EQ(network_.fetches(), 2U) << "100 seconds old: after an eighth of that";
  later(seconds(100'000));
  collect();
  later(seconds(599));
  collect();
  EXPECT_EQ(network_.fetches(), 3U);
  later(seconds(2));
  collect();
  EXPECT_EQ(network_.fetches(), 4U) << "ten minutes at the most";
  collector_->collect(ReceiptCollector::Scope::kAll);
  EXPECT_EQ(network_.fetches(), 5U) << "a person does not wait";
}

TEST_F(ReceiptCollectorTest, BelievesNothingButTheRightReceipt) {
  auto other_target = receipt();
  other_target.origin = "suwon.example/dure/2";
  auto other_commitment = receipt();
  other_commitment.commitment[5] ^= 1;
  auto other_entry = receipt();
  other_entry.erase_index = 2;
  const auto forged = *sign_receipt(receipt(), *test_signer("anyang.go.kr/dure/request", 4));
  for (const auto& note :
       {*sign_receipt(other_target, *signer_), *sign_receipt(other_commitment, *signer_),
        *sign_receipt(other_entry, *signer_), forged, std::string("nonsense"),
        std::string(kMaxReceiptBytes + 1, 'x')}) {
    answer(note);
    collector_->collect(ReceiptCollector::Scope::kAll);
    EXPECT_EQ(collector_->outstanding(), 1U) << note.substr(0, 80);
  }
  answer(receipt());
  collector_->collect(ReceiptCollector::Scope::kAll);
  EXPECT_EQ(collector_->outstanding(), 0U);
}

TEST_F(ReceiptCollectorTest, AFailedWriteIsAskedForAgain) {
  answer(receipt());
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    journal_.fail_keep.arm(failure);
    collector_->collect(ReceiptCollector::Scope::kAll);
    EXPECT_EQ(collector_->outstanding(), 1U);
  }
  collector_->collect(ReceiptCollector::Scope::kAll);
  EXPECT_EQ(collector_->outstanding(), 0U);
}

TEST_F(ReceiptCollectorTest, LearnsTheKeyOfAPeerThatHadNone) {
  add(/*with_key=*/false);
  answer(receipt());
  network_[kUrl].extra["/federation/node"] = format_card(card_);
  collector_->collect(ReceiptCollector::Scope::kAll);
  EXPECT_EQ(collector_->outstanding(), 1U) << "an older node";
  auto other = card_;
  other.log_vkey = test_signer(kPeer, 8)->verifier().format();
  other.request_vkey = signer_->verifier().format();
  network_[kUrl].extra["/federation/node"] = format_card(other);
  collector_->collect(ReceiptCollector::Scope::kAll);
  EXPECT_EQ(collector_->outstanding(), 1U) << "another node at that address";
  auto newer = card_;
  newer.request_vkey = signer_->verifier().format();
  network_[kUrl].extra["/federation/node"] = format_card(newer);
  collector_->collect(ReceiptCollector::Scope::kAll);
  EXPECT_EQ(collector_->outstanding(), 0U);
  EXPECT_EQ((*peers_.peers())[0].card.request_vkey, newer.request_vkey) << "kept with the peer";
}

TEST_F(ReceiptCollectorTest, APeerThatIsDownIsLeftAloneForAWhile) {
  network_.fail_fetch(0);
  collect();
  EXPECT_EQ(network_.fetches(), 1U);
  collect();
  EXPECT_EQ(network_.fetches(), 1U);
  later(seconds(10));
  answer(receipt());
  collect();
  EXPECT_EQ(collector_->outstanding(), 0U);
}

}  // namespace
}  // namespace dure::node
