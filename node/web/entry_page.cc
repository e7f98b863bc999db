// SPDX-License-Identifier: Apache-2.0
// The pages about one record: the entry, its tombstone, the choice between several logs.
#include <fmt/format.h>

#include <algorithm>

#include "web/console_frame.h"
#include "web/page_frame.h"
#include "web/related_data.h"
#include "web/wording.h"

namespace dure::node {
namespace {

Data field_data(const FieldView& field) {
  Data data;
  data.set("label", field.label);
  Data values{Data::type::list};
  for (const FieldValue& value : field.values) {
    Data item = text_data(value.text);
    item.set("href", present(value.href));
    item.set("outside", !value.href.starts_with('/'));
    item.set("lines", lines_of(value.text.text));
    values.push_back(item);
  }
  data.set("values", values);
  return data;
}

Data table_data(const TableView& table) {
  Data data;
  data.set("caption", table.caption);
  Data columns{Data::type::list}, rows{Data::type::list};
  for (const std::string& column : table.columns) columns.push_back(text_data({column, {}}));
  for (const auto& row : table.rows) {
    Data cells{Data::type::list};
    for (const Text& cell : row) {
      Data item;
      item.set("text", cell.text);
      item.set("language", present(cell.language));
      cells.push_back(item);
    }
    Data line;
    line.set("cells", cells);
    rows.push_back(line);
  }
  data.set("columns", columns);
  data.set("rows", rows);
  return data;
}

Data section_data(const SectionView& section) {
  Data data;
  data.set("section_title", section.title);
  Data fields{Data::type::list}, tables{Data::type::list};
  for (const FieldView& field : section.fields) fields.push_back(field_data(field));
  for (const TableView& table : section.tables) tables.push_back(table_data(table));
  data.set("has_fields", !section.fields.empty());
  data.set("fields", fields);
  data.set("tables", tables);
  return data;
}

Data description_data(const Text& description) {
  if (description.text.empty()) return Data(false);
  Data data = text_data(description);
  Data paragraphs{Data::type::list};
  for (std::size_t at = 0; at < description.text.size();) {
    const std::size_t end = std::min(description.text.find('\n', at), description.text.size());
    if (end > at) paragraphs.push_back(text_data({description.text.substr(at, end - at), {}}));
    at = end + 1;
  }
  data.set("paragraphs", paragraphs);
  return data;
}

std::string api_href(const ProvenanceView& from, std::string_view tail) {
  PageFrame neutral;  // the API has no `lang`
  const std::string path = fmt::format("/api/v1/entries/{}{}", from.id, tail);
  return page_href(neutral, path, {{"origin", from.several_origins ? from.origin : std::string()}});
}

void fill_provenance(const PageFrame& frame, const ProvenanceView& from, Data& page) {
  page.set("publisher", from.publisher);
  page.set("origin", from.origin);
  page.set("id", from.id);
  page.set("index", number_in_words(from.index));
  page.set("time", time_in_words(frame.language, from.time));
  page.set("revision",
           say(frame, "pages.entry.revision-value", {{"rev", std::to_string(from.rev)}}));
  page.set("history_href", api_href(from, "/history"));
  page.set("withheld", withheld_data(frame, from.withheld));
  page.set("newer_href", present(from.newer_href));
}

TextArguments provenance_arguments(const PageFrame& frame, const ProvenanceView& from) {
  return {{"publisher", from.publisher},
          {"time", time_in_words(frame.language, from.time)},
          {"index", number_in_words(from.index)},
          {"node", frame.node_name}};
}

struct TombstoneTexts {
  const char *title, *heading, *sentence, *time, *reason;
};

TombstoneTexts tombstone_texts(const TombstoneView& view) {
  if (view.erased)
    return {"pages.erased.title", "pages.erased.heading", "pages.erased.sentence",
            "pages.entry.published-at", "pages.erased.reason"};
  if (view.no_body)
    return {"pages.gone.title", "pages.gone.no-body-heading", "pages.entry.no-body",
            "pages.entry.published-at", "pages.gone.reason"};
  return {"pages.gone.title", "pages.gone.heading", "pages.gone.sentence", "pages.gone.at",
          "pages.gone.reason"};
}

Text title_of(const EntryView& entry, const std::string& id) {
  return entry.title.text.empty() ? Text{id, {}} : entry.title;
}

}  // namespace

std::string entry_fragment(const PageFrame& frame, const EntryView& entry, const std::string& id,
                           const std::string& publisher) {
  Data page = new_page(frame);
  page.set("publisher", publisher);
  page.set("type", entry.type_name);
  page.set("title", text_data(title_of(entry, id)));
  page.set("summary", text_data(entry.summary));
  page.set("description", description_data(entry.description));
  Data sections{Data::type::list};
  for (const SectionView& section : entry.sections) sections.push_back(section_data(section));
  page.set("sections", sections);
  return fill_template("entry-text.html", page);
}

std::string render_entry(const PageFrame& frame, const EntryPageView& view) {
  Data page = new_page(frame);
  fill_provenance(frame, view.provenance, page);
  page.set("entry",
           entry_fragment(frame, view.entry, view.provenance.id, view.provenance.publisher));
  fill_connections(frame, view.connections, page);
  page.set("origin_sentence",
           say(frame, "pages.entry.origin-sentence", provenance_arguments(frame, view.provenance)));
  page.set("tell_href", present(view.tell_href));
  page.set("tell_outside", !view.tell_href.starts_with('/'));
  page.set("tell_label",
           say(frame, "pages.tell.link.wrong", {{"publisher", view.provenance.publisher}}));
  page.set("proof_href", api_href(view.provenance, "/proof"));
  page.set("body_href", api_href(view.provenance, "/body"));
  const ProvenanceView& from = view.provenance;
  page.set("check_href",
           page_href(frame, fmt::format("/e/{}/check", from.id),
                     {{"origin", from.several_origins ? from.origin : std::string()}}));
  return in_layout(frame, title_of(view.entry, view.provenance.id).text,
                   fill_template("entry.html", page));
}

std::string render_tombstone(const PageFrame& frame, const TombstoneView& view) {
  Data page = new_page(frame);
  fill_provenance(frame, view.provenance, page);
  const TombstoneTexts texts = tombstone_texts(view);
  page.set("heading", say(frame, texts.heading));
  page.set("sentence", say(frame, texts.sentence, provenance_arguments(frame, view.provenance)));
  page.set("time_label", say(frame, texts.time));
  page.set("reason_label", say(frame, texts.reason));
  page.set("reason", text_data(view.reason));
  return in_layout(frame, text(frame.language, texts.title), fill_template("tombstone.html", page));
}

std::string render_claims(const PageFrame& frame, const std::vector<ClaimView>& claims) {
  Data page = new_page(frame);
  Data list{Data::type::list};
  for (const ClaimView& claim : claims) {
    Data item;
    item.set("href", claim.href);
    item.set("publisher", claim.publisher);
    item.set("origin", claim.origin);
    list.push_back(item);
  }
  page.set("claims", list);
  return in_layout(frame, text(frame.language, "pages.claims.title"),
                   fill_template("claims.html", page));
}

}  // namespace dure::node
