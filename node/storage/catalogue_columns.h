// SPDX-License-Identifier: Apache-2.0
// What ranking, filters and counts need of every document, in 32 bytes each, in memory: no row is
// read for a hit that is not shown. And where each record's newest document is, in 6 to 12 bytes
// more: an index over random ids in the file would be one random write per entry.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace dure::node {

using DocumentNumber = std::uint64_t;  // 1, 2, … never used again; a new revision is a new document

/// One document: the newest revision of a record.
struct DocumentFacts {
  std::uint32_t id_high = 0, id_low = 0;  // of id_order()
  std::uint32_t key = 0;                  // of key_of()
  std::uint32_t modified = 0;             // seconds since 1970
  std::uint32_t region = 0;               // as a number; 0: none
  std::uint16_t log = 0;                  // 0: no such document
  std::uint8_t type = 0;                  // 0: not searchable (withdrawn)
  std::uint8_t length = 0;                // class of length_class()
  std::uint32_t facets = 0;               // of facet_number()
  std::uint16_t review_due = 0;           // days since 1970; 0: none is promised
  std::uint16_t adopters = 0;             // of a practice: other governments that took it over

  std::uint64_t order() const { return (std::uint64_t{id_high} << 32U) | id_low; }
};
static_assert(sizeof(DocumentFacts) == 32);

/// Orders documents by the first four bytes of their ids; a checksum of the whole id tells apart
/// what begins alike.
std::uint64_t id_order(std::string_view id_bytes);

/// Lengths in eighths of powers of two: a rank needs no more, and a byte holds it.
std::uint8_t length_class(std::uint64_t bytes);
double class_length(std::uint8_t length_class);

/// An urban problem that documents address.
struct ProblemName {
  std::string member;  // origin without its generation
  std::string id;      // 16 bytes
  bool operator<(const ProblemName& other) const {
    return std::tie(member, id) < std::tie(other.member, other.id);
  }
};

/// Region codes that are `code` after division: 41 by 1000, 4111 by 10, 41110 by 1.
struct RegionRange {
  std::uint32_t code = 0, divisor = 1;
};

/// Which documents a search wants. Values 0 and no regions: any.
struct ColumnFilter {
  std::uint8_t type = 0;
  std::uint16_t log = 0;
  std::vector<RegionRange> regions;
  bool nothing = false;  // the type, log or region does not occur
};

/// An immutable state of all documents; copies share their chunks. Threads: any may read.
class CatalogueColumns {
 public:
  static constexpr std::size_t kChunk = 4096;
  static constexpr DocumentNumber kMaxDocument = 0xFFFFFFFF;
  struct Chunk {
    std::array<DocumentFacts, kChunk> facts{};
    std::vector<std::pair<std::uint16_t, std::uint32_t>> more_regions;  // (slot, region), sorted
    std::vector<std::pair<std::uint16_t, std::uint32_t>> problems;      // (slot, number), sorted
    std::uint32_t used = 0;                                             // documents in it
  };

  CatalogueColumns();  // with a key of its own

  std::uint64_t epoch = 0, version = 0;

  /// The facts of a searchable document, else null.
  const DocumentFacts* find(DocumentNumber document) const {
    const std::size_t chunk = document / kChunk;
    if (chunk >= chunks_.size()) return nullptr;
    const DocumentFacts& facts = chunks_[chunk]->facts[document % kChunk];
    return facts.type == 0 ? nullptr : &facts;
  }
  /// A keyed hash of a record id. Publishers choose the ids, so nobody outside this process may
  /// know which of them meet.
  std::uint32_t key_of(std::string_view id_bytes) const;
  /// The documents, withdrawn ones too, of the records whose ids have this key: normally one, more
  /// if several logs claim the id. Whoever asks compares the whole ids.
  std::vector<DocumentNumber> with_key(std::uint32_t key) const;
  bool in_region(DocumentNumber document, const DocumentFacts& facts,
                 const ColumnFilter& filter) const;
  /// `regions` may hold several codes of one region; none: any.
  ColumnFilter filter(std::string_view type, std::string_view origin,
                      std::span<const std::string> regions) const;

  /// One past the largest document number.
  DocumentNumber end() const { return chunks_.size() * kChunk; }
  /// By facet number, the bits of every combination that occurs.
  std::span<const std::uint64_t> combinations() const { return combinations_->bits; }
  /// By type number - 1.
  std::span<const std::string> types() const { return types_; }
  /// Calls `visit` with every region of a document.
  template <class Visit>
  void each_region(DocumentNumber document, const DocumentFacts& facts, Visit visit) const {
    if (facts.region != 0) visit(facts.region);
    each_of(chunks_[document / kChunk]->more_regions, document, visit);
  }
  /// The problems that documents address or addressed once, by number.
  std::span<const ProblemName> problems() const { return problems_->names; }
  /// Nothing addresses a problem without a number.
  std::optional<std::uint32_t> number_of(const ProblemName& problem) const;
  /// Calls `visit` with the number of every problem that a document addresses.
  template <class Visit>
  void each_problem(DocumentNumber document, Visit visit) const {
    each_of(chunks_[document / kChunk]->problems, document, visit);
  }
  std::uint64_t live() const { return live_; }
  /// In the rounded units of class_length(): a sum that does not depend on the order of arrival.
  std::uint64_t total_length() const { return total_length_; }
  const std::string& origin(std::uint16_t log) const { return origins_[log]; }
  /// The line of a log (CatalogueStore::set_lines): its own name, if nobody said another.
  const std::string& line(std::uint16_t log) const { return lines_[log]; }
  /// Whether the log is the only one of its line.
  bool is_alone(std::uint16_t log) const;
  /// 0 if it was not seen yet.
  std::uint16_t log_of(std::string_view origin) const;
  std::uint16_t log_of(DocumentNumber document) const {
    return chunks_[document / kChunk]->facts[document % kChunk].log;
  }
  /// The first entry of `origin` not folded yet.
  std::uint64_t position(std::string_view origin) const;

  // The writer's side: on a copy that nobody reads yet.
  /// `facts.log` is not 0. Regions of a withdrawn document do not matter.
  void add(DocumentNumber document, DocumentFacts facts,
           const std::vector<std::uint32_t>& more_regions);
  /// Says that a document that was added addresses a problem.
  void add_problem(DocumentNumber document, const ProblemName& problem);
  /// Of a document that was added; what is not searchable has none.
  void set_adopters(DocumentNumber document, std::uint64_t adopters);
  /// Forgets a document that was added.
  void remove(DocumentNumber document);
  std::uint8_t type_number(std::string_view type);
  /// Few of the possible combinations occur: a document holds the number of its own.
  std::uint32_t facet_number(std::uint64_t bits);
  void set_log(std::uint16_t log, std::string_view origin, std::uint64_t position);
  void set_line(std::uint16_t log, std::string_view line) { lines_[log] = line; }
  /// Ends the writing: from here on the chunks may be shared.
  void freeze();

 private:
  static constexpr std::size_t kSlots = 1024;  // of a part of the table of records
  using Slots = std::array<std::uint32_t, kSlots>;
  static constexpr std::uint32_t kFree = 0, kRemoved = 0xFFFFFFFF;  // in a slot

  const DocumentFacts& facts(DocumentNumber document) const {
    return chunks_[document / kChunk]->facts[document % kChunk];
  }
  Chunk& writable(DocumentNumber document);
  template <class Visit>
  static void each_of(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& rows,
                      DocumentNumber document, Visit visit) {
    const auto slot = static_cast<std::uint16_t>(document % kChunk);
    for (auto at = std::lower_bound(rows.begin(), rows.end(), std::pair{slot, 0U});
         at != rows.end() && at->first == slot; ++at)
      visit(at->second);
  }
  std::uint32_t slot(std::size_t at) const { return (*slots_[at / kSlots])[at % kSlots]; }
  void set_slot(std::size_t at, std::uint32_t value);
  std::size_t first_slot(std::uint32_t key) const;
  std::size_t next_slot(std::size_t at) const { return (at + 1) % (slots_.size() * kSlots); }
  void note_record(DocumentNumber document, std::uint32_t key);
  void forget_record(DocumentNumber document, std::uint32_t key);
  void grow_table();

  std::array<unsigned char, 16> hash_key_{};
  std::vector<std::shared_ptr<const Chunk>> chunks_;
  std::vector<Chunk*> own_;  // by chunk: what was copied since the last freeze(), else null
  // Document numbers by key, open addressing with linear probing.
  std::vector<std::shared_ptr<const Slots>> slots_;
  std::vector<Slots*> own_slots_;
  std::size_t taken_slots_ = 0;           // not free
  std::vector<std::string> origins_;      // by log number; 0 is none
  std::vector<std::string> lines_;        // by log number
  std::vector<std::uint64_t> positions_;  // by log number
  std::vector<std::string> types_;        // by type number - 1
  struct Combinations {
    std::vector<std::uint64_t> bits;
    std::map<std::uint64_t, std::uint32_t> numbers;
  };
  std::shared_ptr<const Combinations> combinations_ = std::make_shared<Combinations>();
  struct Problems {
    std::vector<ProblemName> names;
    std::map<ProblemName, std::uint32_t> numbers;
  };
  std::shared_ptr<const Problems> problems_ = std::make_shared<Problems>();
  Problems* own_problems_ = nullptr;  // what was copied since the last freeze()
  std::uint64_t live_ = 0, total_length_ = 0;
};

}  // namespace dure::node
