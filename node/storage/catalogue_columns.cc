// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_columns.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <tuple>

namespace dure::node {
namespace {

constexpr double kClassesPerDoubling = 8;

std::uint32_t region_number(std::string_view code) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), value);
  return error == std::errc() && end == code.data() + code.size() ? value : 0;
}

/// 41000 finds 41110, and 41110 finds its general districts 41111 to 41119.
RegionRange region_range(std::string_view region) {
  const std::uint32_t code = region_number(region);
  const std::uint32_t divisor = code % 1000 == 0 ? 1000 : code % 10 == 0 ? 10 : 1;
  return {code / divisor, divisor};
}

bool in_any(std::uint32_t region, const std::vector<RegionRange>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [region](const RegionRange& range) {
    return region / range.divisor == range.code;
  });
}

std::uint64_t length_units(std::uint8_t length_class) {
  return static_cast<std::uint64_t>(std::llround(class_length(length_class)));
}

using Row = std::pair<std::uint16_t, std::uint32_t>;
void insert_sorted(std::vector<Row>& rows, Row row) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), row);
  if (at == rows.end() || *at != row) rows.insert(at, row);
}

/// The one chunk of all that are empty.
std::shared_ptr<const CatalogueColumns::Chunk> empty_chunk() {
  static const auto kChunk = std::make_shared<const CatalogueColumns::Chunk>();
  return kChunk;
}

}  // namespace

std::uint64_t id_order(std::string_view id_bytes) {
  std::uint64_t checksum = 0xCBF29CE484222325;  // FNV-1a
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < id_bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(id_bytes[i]);
    checksum = (checksum ^ byte) * 0x100000001B3;
    if (i < 4) first = (first << 8U) | byte;
  }
  return (first << 32U) | ((checksum ^ (checksum >> 32U)) & 0xFFFFFFFFU);
}

std::uint8_t length_class(std::uint64_t bytes) {
  const double value = std::log2(static_cast<double>(bytes) + 1) * kClassesPerDoubling;
  return static_cast<std::uint8_t>(std::min(std::lround(value), 255L));
}

double class_length(std::uint8_t length_class) {
  return std::exp2(length_class / kClassesPerDoubling) - 1;
}

CatalogueColumns::CatalogueColumns() {
  static_assert(std::tuple_size_v<decltype(hash_key_)> == crypto_shorthash_KEYBYTES);
  crypto_shorthash_keygen(hash_key_.data());
}

std::uint32_t CatalogueColumns::key_of(std::string_view id_bytes) const {
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(id_bytes.data()),
                   id_bytes.size(), hash_key_.data());
  std::uint32_t key = 0;
  std::memcpy(&key, hash.data(), sizeof key);
  return key;
}

bool CatalogueColumns::in_region(DocumentNumber document, const DocumentFacts& facts,
                                 const ColumnFilter& filter) const {
  if (in_any(facts.region, filter.regions)) return true;
  const Chunk& chunk = *chunks_[document / kChunk];
  const auto slot = static_cast<std::uint16_t>(document % kChunk);
  auto more =
      std::lower_bound(chunk.more_regions.begin(), chunk.more_regions.end(), std::pair{slot, 0U});
  for (; more != chunk.more_regions.end() && more->first == slot; ++more) {
    if (in_any(more->second, filter.regions)) return true;
  }
  return false;
}

ColumnFilter CatalogueColumns::filter(std::string_view type, std::string_view origin,
                                      std::span<const std::string> regions) const {
  ColumnFilter wanted;
  if (!type.empty()) {
    const auto found = std::find(types_.begin(), types_.end(), type);
    wanted.nothing = found == types_.end();
    wanted.type = static_cast<std::uint8_t>(found - types_.begin() + 1);
  }
  if (!origin.empty()) {
    const auto found = std::find(origins_.begin(), origins_.end(), origin);
    wanted.nothing = wanted.nothing || found == origins_.end();
    wanted.log = static_cast<std::uint16_t>(found - origins_.begin());
  }
  for (const std::string& region : regions) {
    const RegionRange range = region_range(region);
    if (range.code != 0) wanted.regions.push_back(range);
  }
  wanted.nothing = wanted.nothing || (!regions.empty() && wanted.regions.empty());
  return wanted;
}

CatalogueColumns::Chunk& CatalogueColumns::writable(DocumentNumber document) {
  const std::size_t at = document / kChunk;
  while (chunks_.size() <= at) chunks_.push_back(empty_chunk());
  if (own_.size() <= at) own_.resize(chunks_.size(), nullptr);
  if (own_[at] == nullptr) {
    // Searches may hold the old chunk, so it stays as it is.
    auto copy = std::make_shared<Chunk>(*chunks_[at]);
    own_[at] = copy.get();
    chunks_[at] = std::move(copy);
  }
  return *own_[at];
}

void CatalogueColumns::add(DocumentNumber document, DocumentFacts facts,
                           const std::vector<std::uint32_t>& more_regions) {
  Chunk& chunk = writable(document);
  const auto slot = static_cast<std::uint16_t>(document % kChunk);
  chunk.facts[slot] = facts;
  ++chunk.used;
  note_record(document, facts.key);
  if (facts.type == 0) return;
  for (const std::uint32_t region : more_regions) insert_sorted(chunk.more_regions, {slot, region});
  ++live_;
  total_length_ += length_units(facts.length);
}

std::optional<std::uint32_t> CatalogueColumns::number_of(const ProblemName& problem) const {
  const auto found = problems_->numbers.find(problem);
  return found == problems_->numbers.end() ? std::nullopt : std::optional(found->second);
}

void CatalogueColumns::add_problem(DocumentNumber document, const ProblemName& problem) {
  auto number = number_of(problem);
  if (!number) {
    if (own_problems_ == nullptr) {
      // Searches may hold the old list.
      auto more = std::make_shared<Problems>(*problems_);
      own_problems_ = more.get();
      problems_ = std::move(more);
    }
    number = static_cast<std::uint32_t>(own_problems_->names.size());
    own_problems_->names.push_back(problem);
    own_problems_->numbers.emplace(problem, *number);
  }
  insert_sorted(writable(document).problems,
                {static_cast<std::uint16_t>(document % kChunk), *number});
}

void CatalogueColumns::set_adopters(DocumentNumber document, std::uint64_t adopters) {
  const auto count = static_cast<std::uint16_t>(std::min<std::uint64_t>(adopters, 0xFFFF));
  if (facts(document).type == 0 || facts(document).adopters == count) return;
  writable(document).facts[document % kChunk].adopters = count;
}

void CatalogueColumns::remove(DocumentNumber document) {
  const DocumentFacts gone = facts(document);
  if (gone.type != 0) {
    --live_;
    total_length_ -= length_units(gone.length);
  }
  forget_record(document, gone.key);
  Chunk& chunk = writable(document);
  const auto slot = static_cast<std::uint16_t>(document % kChunk);
  chunk.facts[slot] = {};
  for (auto* rows : {&chunk.more_regions, &chunk.problems})
    std::erase_if(*rows, [&](const auto& row) { return row.first == slot; });
  if (--chunk.used > 0) return;
  // Old revisions leave whole chunks behind; those cost nothing.
  const std::size_t at = document / kChunk;
  own_[at] = nullptr;
  chunks_[at] = empty_chunk();
}

void CatalogueColumns::freeze() {
  own_.clear();
  own_slots_.clear();
  own_problems_ = nullptr;
}

std::vector<DocumentNumber> CatalogueColumns::with_key(std::uint32_t key) const {
  std::vector<DocumentNumber> found;
  if (slots_.empty()) return found;
  for (std::size_t at = first_slot(key); slot(at) != kFree; at = next_slot(at)) {
    if (slot(at) != kRemoved && facts(slot(at)).key == key) found.push_back(slot(at));
  }
  return found;
}

std::size_t CatalogueColumns::first_slot(std::uint32_t key) const {
  return (std::uint64_t{key} * (slots_.size() * kSlots)) >> 32U;
}

void CatalogueColumns::set_slot(std::size_t at, std::uint32_t value) {
  const std::size_t part = at / kSlots;
  if (own_slots_.size() <= part) own_slots_.resize(slots_.size(), nullptr);
  if (own_slots_[part] == nullptr) {
    auto copy = std::make_shared<Slots>(*slots_[part]);
    own_slots_[part] = copy.get();
    slots_[part] = std::move(copy);
  }
  (*own_slots_[part])[at % kSlots] = value;
}

void CatalogueColumns::note_record(DocumentNumber document, std::uint32_t key) {
  if (taken_slots_ * 10 >= slots_.size() * kSlots * 7) grow_table();
  std::size_t at = first_slot(key);
  while (slot(at) != kFree && slot(at) != kRemoved) at = next_slot(at);
  if (slot(at) == kFree) ++taken_slots_;
  set_slot(at, static_cast<std::uint32_t>(document));
}

void CatalogueColumns::forget_record(DocumentNumber document, std::uint32_t key) {
  std::size_t at = first_slot(key);
  while (slot(at) != kFree && slot(at) != document) at = next_slot(at);
  // The record's next revision takes the slot again.
  if (slot(at) == document) set_slot(at, kRemoved);
}

void CatalogueColumns::grow_table() {
  const auto old = std::exchange(slots_, {});
  slots_.resize(old.empty() ? 1 : old.size() * 2);
  own_slots_.assign(slots_.size(), nullptr);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    auto part = std::make_shared<Slots>();
    own_slots_[i] = part.get();
    slots_[i] = std::move(part);
  }
  taken_slots_ = 0;
  for (const auto& part : old) {
    for (const std::uint32_t document : *part) {
      if (document != kFree && document != kRemoved) note_record(document, facts(document).key);
    }
  }
}

std::uint8_t CatalogueColumns::type_number(std::string_view type) {
  auto found = std::find(types_.begin(), types_.end(), type);
  if (found == types_.end()) found = types_.insert(types_.end(), std::string(type));
  return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(found - types_.begin() + 1, 255));
}

std::uint32_t CatalogueColumns::facet_number(std::uint64_t bits) {
  const auto known = combinations_->numbers.find(bits);
  if (known != combinations_->numbers.end()) return known->second;
  // Searches may hold the old list.
  auto more = std::make_shared<Combinations>(*combinations_);
  const auto number = static_cast<std::uint32_t>(more->bits.size());
  more->bits.push_back(bits);
  more->numbers.emplace(bits, number);
  combinations_ = std::move(more);
  return number;
}

void CatalogueColumns::set_log(std::uint16_t log, std::string_view origin, std::uint64_t position) {
  if (origins_.size() <= log) {
    origins_.resize(std::size_t{log} + 1);
    positions_.resize(std::size_t{log} + 1);
    lines_.resize(std::size_t{log} + 1);
  }
  if (lines_[log].empty()) lines_[log] = origin;
  origins_[log] = origin;
  positions_[log] = position;
}

bool CatalogueColumns::is_alone(std::uint16_t log) const {
  return std::count(lines_.begin(), lines_.end(), lines_[log]) == 1;
}

std::uint16_t CatalogueColumns::log_of(std::string_view origin) const {
  const auto found = std::find(origins_.begin(), origins_.end(), origin);
  return found == origins_.end() ? 0 : static_cast<std::uint16_t>(found - origins_.begin());
}

std::uint64_t CatalogueColumns::position(std::string_view origin) const {
  const auto found = std::find(origins_.begin(), origins_.end(), origin);
  return found == origins_.end() ? 0
                                 : positions_[static_cast<std::size_t>(found - origins_.begin())];
}

}  // namespace dure::node
