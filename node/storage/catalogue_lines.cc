// SPDX-License-Identifier: Apache-2.0
// Logs that continue one another: which of a record's documents shows, and what forgetting a log
// brings back.
#include <algorithm>
#include <map>

#include "dure/encoding.h"
#include "storage/catalogue_transaction.h"
#include "storage/catalogue_writer.h"

namespace dure::node {
namespace {

std::uint64_t generation_of(std::string_view origin) {
  const auto number = parse_decimal(origin.substr(origin.rfind('/') + 1));
  return number ? *number : 0;
}

}  // namespace

Status CatalogueWriter::forget(const std::string& origin, CatalogueColumns& columns) {
  auto done = forget_all(origin, columns);
  if (!done) drop_plans();
  return done;
}

Result<std::vector<DocumentNumber>> CatalogueWriter::documents_of(std::uint16_t log) {
  auto select = connection_->prepare("SELECT document FROM documents WHERE log = ?1");
  if (!select) return std::move(select).error();
  std::vector<DocumentNumber> documents;
  auto row = select->bind(1, log).step();
  for (; row && *row; row = select->step())
    documents.push_back(static_cast<DocumentNumber>(select->integer(0)));
  if (!row) return std::move(row).error();
  return documents;
}

/// The documents of one log; what they hid in others of its line shows again.
Status CatalogueWriter::remove_all(std::uint16_t log, CatalogueColumns& columns) {
  const auto documents = documents_of(log);
  if (!documents) return documents.error();
  auto ids = columns.is_alone(log) ? Result<std::vector<std::string>>(std::vector<std::string>())
                                   : ids_of(log);
  if (!ids) return std::move(ids).error();
  changes_begin_anew_ = changes_begin_anew_ || !documents->empty();
  for (const DocumentNumber document : *documents) {
    if (auto removed = remove(document, columns); !removed) return removed;
  }
  for (const std::string& id : *ids) {
    if (auto shown = show_newest(id, columns); !shown) return shown;
  }
  return ok();
}

Status CatalogueWriter::forget_all(const std::string& origin, CatalogueColumns& columns) {
  Transaction transaction(*connection_);
  if (auto begun = transaction.begin(); !begun) return begun;
  auto state = read_state(*connection_);
  if (!state) return std::move(state).error();
  auto log = log_number(origin, columns);
  if (!log) return std::move(log).error();
  if (auto removed = remove_all(*log, columns); !removed) return removed;
  auto revisions = connection_->prepare("DELETE FROM revisions WHERE log = ?1");
  if (!revisions) return std::move(revisions).error();
  if (auto deleted = revisions->bind(1, *log).run(); !deleted) return deleted;
  if (auto moved = move_position(origin, 0, columns); !moved) return moved;
  return finish(transaction, *state, columns);
}

Result<std::vector<std::string>> CatalogueWriter::ids_of(std::uint16_t log) {
  auto select = connection_->prepare("SELECT id FROM documents WHERE log = ?1");
  if (!select) return std::move(select).error();
  std::vector<std::string> ids;
  auto row = select->bind(1, log).step();
  for (; row && *row; row = select->step()) ids.emplace_back(select->bytes(0));
  if (!row) return std::move(row).error();
  return ids;
}

Status CatalogueWriter::set_lines(std::span<const LogLine> lines, CatalogueColumns& columns) {
  auto done = set_all_lines(lines, columns);
  if (!done) drop_plans();
  return done;
}

Status CatalogueWriter::set_line(const LogLine& line, CatalogueColumns& columns,
                                 std::vector<std::string>& touched) {
  auto log = log_number(line.origin, columns);
  if (!log) return std::move(log).error();
  auto update = connection_->prepare("UPDATE logs SET line = ?2 WHERE log = ?1");
  if (!update) return std::move(update).error();
  if (auto updated = update->bind(1, *log).bind_text(2, line.line).run(); !updated) return updated;
  columns.set_line(*log, line.line);
  auto ids = ids_of(*log);
  if (!ids) return std::move(ids).error();
  touched.insert(touched.end(), ids->begin(), ids->end());
  return ok();
}

Status CatalogueWriter::set_all_lines(std::span<const LogLine> lines, CatalogueColumns& columns) {
  Transaction transaction(*connection_);
  if (auto begun = transaction.begin(); !begun) return begun;
  auto state = read_state(*connection_);
  if (!state) return std::move(state).error();
  std::vector<std::string> ids;
  for (const LogLine& line : lines) {
    if (auto set = set_line(line, columns, ids); !set) return set;
  }
  for (const std::string& id : ids) {
    if (auto shown = show_newest(id, columns); !shown) return shown;
  }
  return finish(transaction, *state, columns);
}

Result<bool> CatalogueWriter::has_id(DocumentNumber document, std::string_view id) {
  auto select = connection_->prepare("SELECT 1 FROM documents WHERE document = ?1 AND id = ?2");
  if (!select) return std::move(select).error();
  return select->bind(1, static_cast<std::int64_t>(document)).bind_blob(2, id).step();
}

/// Nearly every record is in one log only.
Status CatalogueWriter::show_newest_of_several(std::string_view id, CatalogueColumns& columns) {
  const bool several = columns.with_key(columns.key_of(id)).size() > 1;
  return several ? show_newest(id, columns) : ok();
}

/// In each line, of the documents of one record, the one of the newest generation is there to be
/// found and the others are hidden.
Status CatalogueWriter::show_newest(std::string_view id, CatalogueColumns& columns) {
  std::map<std::string, std::vector<DocumentNumber>> lines;
  for (const DocumentNumber document : columns.with_key(columns.key_of(id))) {
    const auto same = has_id(document, id);
    if (!same) return same.error();
    if (*same) lines[columns.line(columns.log_of(document))].push_back(document);
  }
  const auto generation = [&](DocumentNumber document) {
    return generation_of(columns.origin(columns.log_of(document)));
  };
  for (const auto& [line, documents] : lines) {
    const DocumentNumber newest = *std::max_element(
        documents.begin(), documents.end(),
        [&](DocumentNumber a, DocumentNumber b) { return generation(a) < generation(b); });
    for (const DocumentNumber document : documents) {
      if (auto hidden = hide(document, document != newest, columns); !hidden) return hidden;
    }
  }
  return ok();
}

Status CatalogueWriter::hide(DocumentNumber document, bool hidden, CatalogueColumns& columns) {
  const auto number = static_cast<std::int64_t>(document);
  auto select = connection_->prepare(
      "SELECT id, log, withdrawn, type, regions, modified, length, facets, review_due "
      "FROM documents WHERE document = ?1 AND hidden <> ?2");
  if (!select) return std::move(select).error();
  auto row = select->bind(1, number).bind(2, hidden ? 1 : 0).step();
  if (!row) return std::move(row).error();
  if (!*row) return ok();
  changes_begin_anew_ = changes_begin_anew_ || !hidden;
  columns.remove(document);
  add_document(columns, document,
               {select->bytes(0), static_cast<std::uint16_t>(select->integer(1)),
                hidden || select->integer(2) != 0, select->bytes(3), select->bytes(4),
                select->bytes(5), static_cast<std::uint64_t>(select->integer(6)),
                static_cast<std::uint64_t>(select->integer(7)),
                static_cast<std::uint32_t>(select->integer(8))});
  auto update = connection_->prepare("UPDATE documents SET hidden = ?2 WHERE document = ?1");
  if (!update) return std::move(update).error();
  if (auto updated = update->bind(1, number).bind(2, hidden ? 1 : 0).run(); !updated)
    return updated;
  return hide_references(document, hidden, columns);
}

}  // namespace dure::node
