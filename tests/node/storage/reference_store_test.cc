// SPDX-License-Identifier: Apache-2.0
// Which records name which, and how many took over a practice, against a slow, obvious reference.
#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "catalogue/references.h"
#include "node/storage/catalogue_store_fixture.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

const std::string kGumi = "gumi.example/dure/1", kGumiNext = "gumi.example/dure/2",
                  kAndong = "andong.example/dure/1", kThief = "thief.example/dure/1";

CatalogueChange entry(const std::string& type, const std::string& id, const std::string& origin,
                      std::uint64_t index, std::vector<EntryReference> references = {}) {
  auto change = make_change(id, "이름 " + id.substr(0, 4), "", origin, 1, index);
  change.item.type = type;
  change.references = std::move(references);
  return change;
}

CatalogueChange withdrawn(CatalogueChange change) {
  change.item.type = "withdraw";
  change.item.withdrawn = true;
  change.item.title.clear();
  change.references.clear();
  return change;
}

class ReferenceStoreTest : public CatalogueStoreTest {
 protected:
  ReferencePage referring(const ReferenceQuery& query) {
    auto page = store_->referring(query);
    EXPECT_TRUE(page) << page.error().detail;
    return page ? *page : ReferencePage();
  }
  /// "kind type origin id" of everything that names the record, read in pages of `limit`.
  std::vector<std::string> all_referring(const std::string& origin, const std::string& id,
                                         std::size_t limit = 3) {
    ReferenceQuery query{std::string(member_of_origin(origin)), id, {}, {}, limit, {}};
    std::vector<std::string> lines;
    for (int pages = 0; pages < 1000; ++pages) {
      const ReferencePage page = referring(query);
      for (const auto& [kind, item] : page.records)
        lines.push_back(kind + ' ' + item.type + ' ' + item.origin + ' ' + item.id);
      if (page.next_cursor.empty()) return lines;
      query.cursor = page.next_cursor;
    }
    ADD_FAILURE() << "no end";
    return lines;
  }
  std::uint64_t adopters(const std::string& origin, const std::string& id) {
    const auto items = store_->find(id);
    EXPECT_TRUE(items);
    for (const CatalogueItem& item : *items) {
      if (item.origin == origin) return item.adopters;
    }
    return 0;
  }
};

TEST_F(ReferenceStoreTest, BothDirectionsAreToldInWhateverOrderTheyCome) {
  const auto problem = entry("problem", test_id(1), kAndong, 0);
  const auto service = entry("service", test_id(2), kGumi, 0, {{"addresses", kAndong, test_id(1)}});
  for (const bool target_first : {true, false}) {
    ASSERT_TRUE(store_->clear());
    apply({target_first ? problem : service});
    apply({target_first ? service : problem});
    EXPECT_EQ(*store_->references(kGumi, test_id(2)), service.references);
    EXPECT_EQ(all_referring(kAndong, test_id(1)),
              std::vector<std::string>{"addresses service " + kGumi + ' ' + test_id(2)});
    EXPECT_TRUE(all_referring(kThief, test_id(1)).empty()) << "another government's record";
    reopen();
    EXPECT_EQ(all_referring(kAndong, test_id(1)).size(), 1U);
  }
}

TEST_F(ReferenceStoreTest, ARevisionAWithdrawalAndAnErasureTakeReferencesAway) {
  auto adoption = entry("adoption", test_id(2), kGumi, 0, {{"practice", kAndong, test_id(1)}});
  apply({entry("practice", test_id(1), kAndong, 0), adoption});
  EXPECT_EQ(adopters(kAndong, test_id(1)), 1U);
  adoption.item.rev = 2;
  adoption.item.index = 1;
  adoption.references = {{"practice", kAndong, test_id(9)}};
  apply({adoption});
  EXPECT_TRUE(all_referring(kAndong, test_id(1)).empty());
  EXPECT_EQ(adopters(kAndong, test_id(1)), 0U);
  EXPECT_EQ(all_referring(kAndong, test_id(9)).size(), 1U) << "a record that nobody knows";
  const std::vector<CatalogueChange> tombstones = {withdrawn(adoption)};
  ASSERT_TRUE(store_->erase(tombstones));
  EXPECT_TRUE(all_referring(kAndong, test_id(9)).empty());
  EXPECT_TRUE(store_->references(kGumi, test_id(2))->empty());
}

TEST_F(ReferenceStoreTest, AGovernmentCountsOnceAndNotForItsOwnPractice) {
  std::vector<CatalogueChange> all = {entry("practice", test_id(1), kAndong, 0),
                                      entry("service", test_id(2), kAndong, 1)};
  for (std::uint64_t i = 0; i < 3; ++i)
    all.push_back(
        entry("adoption", test_id(10 + i), kGumi, i, {{"practice", kAndong, test_id(1)}}));
  all.push_back(entry("adoption", test_id(20), kAndong, 2, {{"practice", kAndong, test_id(1)}}));
  all.push_back(entry("adoption", test_id(21), kThief, 0, {{"practice", kAndong, test_id(2)}}));
  all.push_back(entry("service", test_id(22), kThief, 1, {{"practice", kAndong, test_id(1)}}));
  apply(all);
  EXPECT_EQ(adopters(kAndong, test_id(1)), 1U) << "only what is an adoption of another government";
  EXPECT_EQ(adopters(kAndong, test_id(2)), 0U) << "a service is no practice";
  apply({entry("adoption", test_id(23), kGumiNext, 0, {{"practice", kAndong, test_id(1)}})});
  EXPECT_EQ(adopters(kAndong, test_id(1)), 1U) << "the same government's next log";
  reopen();
  EXPECT_EQ(adopters(kAndong, test_id(1)), 1U);
}

TEST_F(ReferenceStoreTest, ACursorOfAnotherListOrFileIsRefused) {
  std::vector<CatalogueChange> all;
  for (std::uint64_t i = 0; i < 5; ++i)
    all.push_back(entry("service", test_id(i), kGumi, i, {{"addresses", kAndong, test_id(9)}}));
  apply(all);
  ReferenceQuery query{"andong.example/dure", test_id(9), {}, {}, 2, {}};
  const std::string cursor = referring(query).next_cursor;
  ASSERT_FALSE(cursor.empty());
  for (std::size_t at = 0; at < cursor.size(); ++at) {  // a changed one never breaks anything
    query.cursor = cursor;
    query.cursor[at] = '!';
    const auto page = store_->referring(query);
    if (page) continue;
    EXPECT_EQ(page.error().code, ErrorCode::kInvalid);
  }
  for (const char* bad : {"x", "....", "1.2.3", "1.a.b.99999999999999999999", "1.a.b.1.5"}) {
    query.cursor = bad;
    EXPECT_EQ(store_->referring(query).error().code, ErrorCode::kInvalid) << bad;
  }
  ASSERT_TRUE(store_->clear());
  query.cursor = cursor;
  EXPECT_EQ(store_->referring(query).error().code, ErrorCode::kInvalid) << "of the file before";
}

/// Read off everything at once: the entries that show, and what they name.
struct Slowly {
  std::map<std::pair<std::string, std::string>, const CatalogueChange*> shown;

  Slowly(const std::vector<CatalogueChange>& all, const std::map<std::string, std::string>& lines) {
    using Rank = std::tuple<std::uint64_t, std::uint64_t, std::int64_t>;
    std::map<std::pair<std::string, std::string>, Rank> best;
    for (const CatalogueChange& change : all) {
      const CatalogueItem& item = change.item;
      const auto generation = std::stoull(item.origin.substr(item.origin.rfind('/') + 1));
      const Rank rank{generation, item.rev, -static_cast<std::int64_t>(item.index)};
      const std::pair key{lines.at(item.origin), item.id};
      if (best.count(key) != 0 && rank <= best[key]) continue;
      best[key] = rank;
      shown[key] = &change;
    }
  }
  std::multiset<std::string> referring(const std::string& origin, const std::string& id) const {
    std::multiset<std::string> lines;
    for (const auto& [key, change] : shown) {
      for (const EntryReference& named : change->references) {
        if (named.id != id || member_of_origin(named.origin) != member_of_origin(origin)) continue;
        lines.insert(named.kind + ' ' + change->item.type + ' ' + change->item.origin + ' ' +
                     change->item.id);
      }
    }
    return lines;
  }
  std::uint64_t adopters(const CatalogueItem& practice) const {
    std::set<std::string_view> members;
    for (const auto& [key, change] : shown) {
      for (const EntryReference& named : change->references) {
        if (change->item.type == "adoption" && named.kind == "practice" &&
            named.id == practice.id &&
            member_of_origin(named.origin) == member_of_origin(practice.origin))
          members.insert(member_of_origin(change->item.origin));
      }
    }
    members.erase(member_of_origin(practice.origin));
    return practice.type == "practice" ? members.size() : 0;
  }
};

class RandomReferences : public ReferenceStoreTest {
 protected:
  std::vector<CatalogueChange> random_entries() {
    const std::vector<std::string> types = {"practice", "adoption", "adoption", "problem"};
    const std::vector<std::string> kinds = {"practice", "practice", "addresses", "about"};
    std::vector<CatalogueChange> all;
    std::map<std::string, std::uint64_t> next;
    for (int i = 0; i < 80; ++i) {
      const std::string& origin = logs_[random_() % logs_.size()];
      auto change =
          entry(types[random_() % types.size()], test_id(random_() % 8), origin, next[origin]++);
      change.item.rev = 1 + random_() % 4;
      for (std::uint64_t more = random_() % 3; more > 0; --more) {
        const EntryReference named{kinds[random_() % kinds.size()], logs_[random_() % logs_.size()],
                                   test_id(random_() % 8)};
        auto& list = change.references;
        if (std::find(list.begin(), list.end(), named) == list.end()) list.push_back(named);
      }
      all.push_back(random_() % 6 == 0 ? withdrawn(change) : change);
    }
    return all;
  }
  std::mt19937 random_{20261129};  // NOLINT(cert-msc51-cpp): the same every time
  const std::vector<std::string> logs_ = {kGumi, kGumiNext, kAndong, kThief};
};

TEST_F(RandomReferences, AnyOrderTellsWhatAllEntriesSay) {
  for (std::size_t round = 0; round < 25; ++round) {
    ASSERT_TRUE(store_->clear());
    auto all = random_entries();
    const bool sealed = random_() % 2 == 0;
    std::map<std::string, std::string> lines;
    for (const auto& origin : logs_) lines[origin] = sealed && origin == kGumiNext ? kGumi : origin;
    auto arriving = all;
    std::shuffle(arriving.begin(), arriving.end(), random_);
    const auto middle = arriving.begin() + static_cast<std::ptrdiff_t>(random_() % arriving.size());
    apply({arriving.begin(), middle});
    ASSERT_TRUE(store_->set_lines(
        std::vector<LogLine>{{kGumi, lines[kGumi]}, {kGumiNext, lines[kGumiNext]}}));
    apply({middle, arriving.end()});
    if (round % 3 == 0) {  // one log is folded anew, in another order
      const std::string& again = logs_[round % logs_.size()];
      ASSERT_TRUE(store_->forget(again));
      for (const auto& change : all) {
        if (change.item.origin == again) apply({change});
      }
    }
    if (round % 4 == 0) reopen();
    const Slowly slowly(all, lines);
    for (const auto& origin : logs_) {
      for (std::uint64_t id = 0; id < 8; ++id) {
        const auto found = all_referring(origin, test_id(id));
        // A log of the same member is the same target.
        EXPECT_EQ(std::multiset<std::string>(found.begin(), found.end()),
                  slowly.referring(origin, test_id(id)))
            << "round " << round;
      }
    }
    for (const auto& [key, change] : slowly.shown) {
      if (change->item.withdrawn) continue;
      EXPECT_EQ(adopters(change->item.origin, key.second), slowly.adopters(change->item))
          << "round " << round << ' ' << key.first;
    }
  }
}

TEST_F(ReferenceStoreTest, NothingOfTheReferencesOfAnErasedEntryStaysInTheFile) {
  const auto secret = entry("service", test_id(2), kGumi, 0,
                            {{"addresses", "very-secret.example/dure/7", test_id(77)}});
  apply({secret});
  const std::vector<CatalogueChange> tombstones = {withdrawn(secret)};
  ASSERT_TRUE(store_->erase(tombstones));
  auto connection = Connection::open(path(), OpenMode::kReadOnly);
  ASSERT_TRUE(connection);
  EXPECT_EQ(*(*connection)->query_integer("SELECT count(*) FROM refs"), 0);
}

// Each statement that writes references fails once: then nothing of the change was kept. And one
// that was kept although nobody heard of it does no harm when it is asked for again.
class ReferenceFailureTest : public ReferenceStoreTest {
 protected:
  ReferenceFailureTest() { apply({practice_, adoption_}); }
  void execute(const std::string& sql) {
    store_.reset();
    {
      auto connection = Connection::open(path(), OpenMode::kReadWrite);
      ASSERT_TRUE(connection);
      const auto done = (*connection)->execute(sql.c_str());
      ASSERT_TRUE(done) << done.error().detail;
    }
    reopen();
  }
  /// What is told of the practice: who names it, and how many adopted it.
  std::string told() {
    std::string lines;
    for (const auto& line : all_referring(kAndong, test_id(1))) lines += line + '\n';
    return lines + std::to_string(adopters(kAndong, test_id(1)));
  }
  /// `change` fails at each of `statements`, and what was told is told still: by the store that
  /// failed, and by the file. Then it works, twice.
  void fails_at_each(const std::vector<std::string>& statements,
                     const std::function<Status()>& change, const std::string& becomes) {
    const std::string before = told();
    for (const auto& statement : statements) {
      execute("CREATE TRIGGER fail BEFORE " + statement + " BEGIN SELECT RAISE(ABORT, 'no'); END;");
      EXPECT_FALSE(change()) << statement;
      EXPECT_EQ(told(), before) << statement;
      execute("DROP TRIGGER fail");
      EXPECT_EQ(told(), before) << statement;
    }
    for (int time = 0; time < 2; ++time) {
      const auto done = change();
      ASSERT_TRUE(done) << done.error().detail;
      EXPECT_EQ(told(), becomes) << time;
    }
    reopen();
    EXPECT_EQ(told(), becomes);
  }
  Status applied(const std::vector<CatalogueChange>& changes) { return store_->apply(changes, {}); }

  const CatalogueChange practice_ = entry("practice", test_id(1), kAndong, 0);
  const CatalogueChange adoption_ =
      entry("adoption", test_id(2), kGumi, 0, {{"practice", kAndong, test_id(1)}});
  const std::string one_ = "practice adoption " + kGumi + ' ' + test_id(2) + '\n';
};

TEST_F(ReferenceFailureTest, KeepingThem) {
  const auto more = entry("adoption", test_id(3), kThief, 0, {{"practice", kAndong, test_id(1)}});
  fails_at_each(
      {"INSERT ON refs", "UPDATE OF adopters ON documents"}, [&] { return applied({more}); },
      "practice adoption " + kThief + ' ' + test_id(3) + '\n' + one_ + '2');
}

TEST_F(ReferenceFailureTest, TakingThemAway) {
  auto changed = adoption_;
  changed.item.rev = 2;
  changed.item.index = 1;
  changed.references.clear();
  fails_at_each(
      {"DELETE ON refs", "UPDATE OF adopters ON documents"}, [&] { return applied({changed}); },
      "0");
}

TEST_F(ReferenceFailureTest, ErasingThem) {
  const std::vector<CatalogueChange> tombstones = {withdrawn(adoption_)};
  fails_at_each(
      {"DELETE ON refs", "UPDATE OF adopters ON documents"},
      [&] { return store_->erase(tombstones); }, "0");
}

TEST_F(ReferenceFailureTest, ForgettingTheirLog) {
  fails_at_each(
      {"DELETE ON refs", "UPDATE OF adopters ON documents"}, [&] { return store_->forget(kGumi); },
      "0");
}

TEST_F(ReferenceFailureTest, HidingThem) {
  apply({entry("adoption", test_id(2), kGumiNext, 0)});
  const std::vector<LogLine> lines = {{kGumi, kGumi}, {kGumiNext, kGumi}};
  fails_at_each(
      {"UPDATE OF hidden ON refs", "UPDATE OF adopters ON documents"},
      [&] { return store_->set_lines(lines); }, "0");
}

}  // namespace
}  // namespace dure::node
