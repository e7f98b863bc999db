// SPDX-License-Identifier: Apache-2.0
// A mirrored log with an eraser behind it, in memory, that can be opened again at any time.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "erasing/eraser.h"
#include "erasing/erasing_mirrors.h"
#include "support/memory_erasures.h"
#include "support/memory_mirrors.h"
#include "support/sample_entries.h"

namespace dure::node {

/// Remembers what it was told; nothing is ever searched in it.
class RecordingCatalogue final : public CatalogueStore {
 public:
  FailNext fail_erase, fail_sweep;
  std::vector<CatalogueChange> tombstones;
  int sweeps = 0;
  CatalogueMark file{7, 1};

  Result<std::uint64_t> position(std::string_view) override { return std::uint64_t{0}; }
  Status apply(std::span<const CatalogueChange>,
               std::span<const std::pair<std::string, std::uint64_t>>) override {
    return ok();
  }
  Result<SearchPage> search(const SearchQuery&) override { return SearchPage(); }
  Result<std::vector<CatalogueItem>> find(std::string_view) override {
    return std::vector<CatalogueItem>();
  }
  Result<std::vector<std::uint64_t>> history(std::string_view, std::string_view) override {
    return std::vector<std::uint64_t>();
  }
  std::uint64_t version() override { return file.version; }
  Status erase(std::span<const CatalogueChange> changes) override {
    return fail_erase.around([&] {
      tombstones.insert(tombstones.end(), changes.begin(), changes.end());
      ++file.version;
      return ok();
    });
  }
  Status sweep() override {
    return fail_sweep.around([&] {
      ++sweeps;
      return ok();
    });
  }
  Result<CatalogueMark> mark() override { return file; }
};

/// An entry of the log that erases `target`.
inline MirroredEntry erase_entry(std::uint64_t number, std::uint64_t target,
                                 std::string_view reason = "personal-data") {
  NewEntry base = test_entry(number);
  Leaf leaf = *parse_leaf(base.leaf);
  const std::string body = format_erasure_body(reason);
  leaf.type = kEraseType;
  leaf.target = target;
  leaf.commitment = commit(body, base.salt);
  leaf.size = size_bucket(body.size());
  return {format_leaf(leaf), base.salt, body};
}

class ErasingFixture : public testing::Test {
 protected:
  ErasingFixture() { log_ = logs_.add_log(kTestOrigin); }

  void open() { open(journal_); }
  void open(ErasureJournal& journal) {
    mirrors_.reset();
    eraser_.reset();
    EraserPorts ports;
    ports.journal = &journal;
    ports.bodies = &bodies_;
    ports.catalogue = &catalogue_;
    ports.logs = &logs_;
    ports.erase_attachments = [this](std::string_view origin,
                                     std::span<const std::uint64_t> targets) -> Status {
      if (!files_can_go_) return Error{ErrorCode::kStorage, "disk"};
      for (const auto target : targets)
        files_erased_.insert(std::string(origin) + " " + std::to_string(target));
      return ok();
    };
    ports.signer = signer_.get();
    ports.now = [] { return 100; };
    auto opened = Eraser::open(ports);
    ASSERT_TRUE(opened) << opened.error().detail;
    eraser_ = std::move(*opened);
    mirrors_ = make_erasing_mirrors(logs_, logs_, *eraser_);
  }
  /// Hands entries over as a pull does, from the end of what is stored on.
  Status store(std::vector<MirroredEntry> entries) {
    const auto first = *logs_.stored(log_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].salt && !eraser_->is_erased(kTestOrigin, first + i))
        bodies_.add(log_, first + i);
    }
    Status outcome = ok();
    mirrors_->store(log_, {first, std::move(entries)}, [&](Status status) { outcome = status; });
    return outcome;
  }
  std::vector<Erasure> journalled() { return *journal_.erasures(); }

  MemoryMirrors logs_;
  LogId log_ = 0;
  MemoryErasureJournal journal_;
  MemoryBodies bodies_;
  RecordingCatalogue catalogue_;
  bool files_can_go_ = true;
  std::set<std::string> files_erased_;  // "<origin> <target>"
  std::unique_ptr<Signer> signer_ = test_signer("anyang.go.kr/dure/request", 3);
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<MirrorStore> mirrors_;
};

}  // namespace dure::node
