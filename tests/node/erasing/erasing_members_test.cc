// SPDX-License-Identifier: Apache-2.0
// Members-only bodies that arrive late: what was erased meanwhile never comes back.
#include "erasing/erasing_members.h"

#include <set>

#include "node/erasing/erasing_fixture.h"

namespace dure::node {
namespace {

using Indexes = std::vector<std::uint64_t>;

/// Says what it would store, and lets a test do something while it stores.
class MemoryMembers final : public MembersStore {
 public:
  std::function<void()> while_storing;
  std::set<std::uint64_t> absent, stored;

  Result<Indexes> entries(LogId, std::uint64_t, std::size_t) override { return Indexes(); }
  Result<Indexes> missing(LogId, std::uint64_t first, std::size_t limit) override {
    Indexes found;
    for (const auto index : absent)
      if (index >= first && found.size() < limit) found.push_back(index);
    return found;
  }
  Result<Bytes> bundle(LogId, std::uint64_t, std::uint64_t, std::size_t) override {
    return Bytes();
  }
  Status store(LogId, std::vector<ArrivedBody> bodies, Wanted wanted) override {
    if (while_storing) while_storing();
    for (const auto& body : bodies)
      if (wanted(body.index)) stored.insert(body.index);
    return ok();
  }
};

class ErasingMembersTest : public ErasingFixture {
 protected:
  void SetUp() override {
    open();
    members_ = make_erasing_members(inner_, logs_, *eraser_);
    ASSERT_TRUE(store({test_mirrored(0, EntryClass::kMembers),
                       test_mirrored(1, EntryClass::kMembers), test_mirrored(2)}));
  }
  MemoryMembers inner_;
  std::unique_ptr<MembersStore> members_;
};

TEST_F(ErasingMembersTest, StoresWhatIsNotErased) {
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  ASSERT_TRUE(members_->store(log_, {{0, {}, "a"}, {1, {}, "b"}}, {}));
  EXPECT_EQ(inner_.stored, (std::set<std::uint64_t>{0}));
}

TEST_F(ErasingMembersTest, LooksAgainWhileItIsStored) {
  inner_.while_storing = [this] { ASSERT_TRUE(store({erase_entry(3, 1)})); };
  ASSERT_TRUE(members_->store(log_, {{0, {}, "a"}, {1, {}, "b"}}, {}));
  EXPECT_EQ(inner_.stored, (std::set<std::uint64_t>{0}))
      << "the erase entry came between asking and storing";
}

TEST_F(ErasingMembersTest, WhatIsErasedIsNotMissing) {
  for (std::uint64_t i = 0; i < 50; ++i) inner_.absent.insert(i);
  ASSERT_TRUE(store({erase_entry(3, 0), erase_entry(4, 1)}));
  EXPECT_EQ(*members_->missing(log_, 0, 1), (Indexes{2}));
  EXPECT_EQ(members_->missing(log_, 0, 100)->size(), 48U);
  EXPECT_EQ(*members_->missing(log_, 48, 7), (Indexes{48, 49}));
  EXPECT_FALSE(members_->missing(99, 0, 1)) << "no such log";
}

TEST_F(ErasingMembersTest, StillHeedsWhoeverStores) {
  ASSERT_TRUE(members_->store(log_, {{0, {}, "a"}, {1, {}, "b"}},
                              [](std::uint64_t index) { return index == 1; }));
  EXPECT_EQ(inner_.stored, (std::set<std::uint64_t>{1}));
}

}  // namespace
}  // namespace dure::node
