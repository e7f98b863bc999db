// SPDX-License-Identifier: Apache-2.0
// What documents name, beside the documents: written, hidden and taken away with them; and how many
// governments took over each practice, counted at the end of a transaction.
#include "catalogue/references.h"
#include "dure/encoding.h"
#include "storage/catalogue_writer.h"

namespace dure::node {
namespace {

constexpr std::string_view kAdoption = "adoption", kPractice = "practice";  // types; also the kind
constexpr std::string_view kAddresses = "addresses";

}  // namespace

Status CatalogueWriter::keep_references(const CatalogueChange& change, std::uint16_t log,
                                        DocumentNumber document, CatalogueColumns& columns) {
  if (change.item.type == kPractice) practices_.insert(*id_bytes(change.item.id));
  std::int64_t place = 0;
  for (const EntryReference& reference : change.references) {
    const auto target = id_bytes(reference.id);
    if (!target) continue;
    const std::string_view member = member_of_origin(reference.origin);
    const auto generation =
        parse_decimal(std::string_view(reference.origin).substr(member.size() + 1));
    auto insert =
        connection_->prepare("INSERT INTO refs VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)");
    if (!insert) return std::move(insert).error();
    insert->bind(1, static_cast<std::int64_t>(document)).bind(2, place++);
    insert->bind_text(3, reference.kind).bind_blob(4, *target).bind_text(5, member);
    insert->bind(6, static_cast<std::int64_t>(generation ? *generation : 1));
    if (auto kept = insert->bind_text(7, change.item.type).bind(8, log).run(); !kept) return kept;
    if (change.item.type == kAdoption && reference.kind == kPractice) practices_.insert(*target);
    if (reference.kind == kAddresses) columns.add_problem(document, {std::string(member), *target});
  }
  return ok();
}

/// Their adopters are counted again.
Status CatalogueWriter::note_practices(DocumentNumber document) {
  auto select = connection_->prepare(
      "SELECT target FROM refs WHERE document = ?1 AND kind = 'practice' AND type = 'adoption'");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, static_cast<std::int64_t>(document)).step();
  for (; row && *row; row = select->step()) practices_.emplace(select->bytes(0));
  if (!row) return std::move(row).error();
  return ok();
}

Status CatalogueWriter::drop_references(DocumentNumber document) {
  if (auto noted = note_practices(document); !noted) return noted;
  auto drop = connection_->prepare("DELETE FROM refs WHERE document = ?1");
  if (!drop) return std::move(drop).error();
  return drop->bind(1, static_cast<std::int64_t>(document)).run();
}

/// Of a document that shows again.
Status CatalogueWriter::read_problems(DocumentNumber document, CatalogueColumns& columns) {
  auto select = connection_->prepare(
      "SELECT member, target FROM refs WHERE document = ?1 AND kind = 'addresses'");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, static_cast<std::int64_t>(document)).step();
  for (; row && *row; row = select->step())
    columns.add_problem(document, {std::string(select->bytes(0)), std::string(select->bytes(1))});
  if (!row) return std::move(row).error();
  return ok();
}

Status CatalogueWriter::hide_references(DocumentNumber document, bool hidden,
                                        CatalogueColumns& columns) {
  if (auto noted = note_practices(document); !noted) return noted;
  {
    // What shows again may be a practice whose adopters changed while it was hidden.
    auto own =
        connection_->prepare("SELECT id FROM documents WHERE document = ?1 AND type = 'practice'");
    if (!own) return std::move(own).error();
    auto row = own->bind(1, static_cast<std::int64_t>(document)).step();
    if (!row) return std::move(row).error();
    if (*row) practices_.emplace(own->bytes(0));
  }
  if (!hidden) {
    if (auto read = read_problems(document, columns); !read) return read;
  }
  auto update = connection_->prepare("UPDATE refs SET hidden = ?2 WHERE document = ?1");
  if (!update) return std::move(update).error();
  return update->bind(1, static_cast<std::int64_t>(document)).bind(2, hidden ? 1 : 0).run();
}

Status CatalogueWriter::count_adopters(CatalogueColumns& columns) {
  for (const std::string& id : practices_) {
    for (const DocumentNumber document : columns.with_key(columns.key_of(id))) {
      if (auto counted = count_adopters_of(document, id, columns); !counted) return counted;
    }
  }
  practices_.clear();
  return ok();
}

/// Other documents than those with this id may have its key.
Status CatalogueWriter::count_adopters_of(DocumentNumber document, const std::string& id,
                                          CatalogueColumns& columns) {
  const auto same = has_id(document, id);
  if (!same) return same.error();
  const DocumentFacts* facts = columns.find(document);
  if (!*same || facts == nullptr) return ok();
  if (columns.types()[facts->type - 1U] != kPractice) return keep_adopters(document, 0, columns);
  const std::string member(member_of_origin(columns.origin(facts->log)));
  const auto adopters = adopters_of(id, member, columns);
  if (!adopters) return adopters.error();
  return keep_adopters(document, *adopters, columns);
}

/// A government counts once, however many adoptions it publishes, and not for its own practice.
Result<std::uint64_t> CatalogueWriter::adopters_of(std::string_view id, std::string_view member,
                                                   const CatalogueColumns& columns) {
  auto select = connection_->prepare(
      "SELECT DISTINCT log FROM refs WHERE target = ?1 AND member = ?2 AND hidden = 0 "
      "AND kind = 'practice' AND type = 'adoption'");
  if (!select) return std::move(select).error();
  std::set<std::string_view> governments;
  auto row = select->bind_blob(1, id).bind_text(2, member).step();
  for (; row && *row; row = select->step()) {
    const auto log = static_cast<std::uint16_t>(select->integer(0));
    governments.insert(member_of_origin(columns.origin(log)));
  }
  if (!row) return std::move(row).error();
  governments.erase(member);
  return governments.size();
}

Status CatalogueWriter::keep_adopters(DocumentNumber document, std::uint64_t adopters,
                                      CatalogueColumns& columns) {
  if (columns.find(document)->adopters == adopters) return ok();
  columns.set_adopters(document, adopters);
  auto update = connection_->prepare("UPDATE documents SET adopters = ?2 WHERE document = ?1");
  if (!update) return std::move(update).error();
  return update->bind(1, static_cast<std::int64_t>(document))
      .bind(2, static_cast<std::int64_t>(adopters))
      .run();
}

}  // namespace dure::node
