// SPDX-License-Identifier: Apache-2.0
// The public pages as plain data in, HTML out. No store, no request, no clock: whoever answers
// fills the views.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/entry_view.h"
#include "web/texts.h"

namespace dure::node {

/// What every page shows round its content.
struct PageFrame {
  Language language = Language::kKo;
  bool language_chosen = false;                            // by `?lang=`: then every link keeps it
  std::string node_name;                                   // this node's government
  std::string path = "/";                                  // of this page, for the language switch
  std::vector<std::pair<std::string, std::string>> query;  // decoded, without `lang`
  std::string head = {};  // HTML for the head of this page alone, or empty
};

struct SelectOption {
  std::string value, label;
};

struct OptionGroup {
  std::string label;
  std::vector<SelectOption> options;
};

struct ResultView {
  std::string id, type, title, title_language, snippet;  // snippet with U+E000 / U+E001 around hits
  std::string publisher, region, modified;
};

/// A government whose newer entries are not shown, because its log told two histories.
struct WithheldView {
  std::string publisher;
  std::uint64_t shown = 0;  // so many of its entries are
  std::string proof_href;
};

struct FacetValueView {
  std::string value, label;
  std::uint64_t count = 0;
  bool chosen = false;
};

/// A group of values to narrow by; several chosen ones are alternatives.
struct FacetView {
  std::string name, label;  // name: of the parameter
  std::vector<FacetValueView> values;
};

struct SearchView {
  std::string query, type, region;   // as asked
  std::vector<OptionGroup> regions;  // offered; the one asked for is marked by the page
  bool newest_first = false;
  std::string error;  // said above the form; then the rest is empty
  std::uint64_t matched = 0, total = 0;
  bool relaxed = false;                   // nothing held every word; these hold some
  bool later_page = false;                // the reader came here through a cursor
  std::uint64_t indexed = 0, stored = 0;  // entries; equal when the catalogue is up to date
  std::vector<ResultView> results;
  std::string next_cursor;
  std::vector<WithheldView> withheld = {};
  std::vector<FacetView> facets = {};
};

/// Where an entry comes from, in the terms of the log.
struct ProvenanceView {
  std::string publisher, origin, time, id;  // time: RFC 3339, as in the leaf
  std::uint64_t index = 0, rev = 1;
  bool several_origins = false;  // other logs claim the id too: links must name the origin
  std::vector<WithheldView> withheld = {};  // of this log
  std::string newer_href = {};              // the record as the log that continues this one has it
};

struct EntryPageView {
  EntryView entry;
  ProvenanceView provenance;
};

/// A record that its publisher took back, or whose body is not here.
struct TombstoneView {
  ProvenanceView provenance;
  Text reason;           // may be empty
  bool no_body = false;  // not withdrawn: the body was erased or never came
  bool erased = false;   // on demand; `reason` says why
};

struct ClaimView {
  std::string href, publisher, origin;
};

struct LogView {
  std::string name, role, origin, checkpoint_href;
  std::uint64_t entries = 0;
  bool own = false;
};

struct AboutView {
  std::string origin, log_vkey, fingerprint;
  std::vector<LogView> logs;
  std::uint64_t records = 0, indexed = 0, stored = 0;
  std::vector<WithheldView> withheld = {};
};

/// A failure or a detour, in a heading, a paragraph and at most one link.
struct MessageView {
  std::string title, paragraph;
  std::string link_href, link_text;
};

/// Threads: any. All text is escaped; `lang` is set where a text is not in the page's language.
std::string render_search(const PageFrame& frame, const SearchView& view);
std::string render_entry(const PageFrame& frame, const EntryPageView& view);
std::string render_tombstone(const PageFrame& frame, const TombstoneView& view);
std::string render_claims(const PageFrame& frame, const std::vector<ClaimView>& claims);
std::string render_about(const PageFrame& frame, const AboutView& view);
std::string render_message(const PageFrame& frame, const MessageView& view);

/// `path?name=value&…`: values percent-encoded, empty ones left out, `lang` added if the reader
/// chose one.
std::string page_href(const PageFrame& frame, std::string_view path,
                      const std::vector<std::pair<std::string, std::string>>& query = {});

/// The bytes of "style.css" or "icon.svg"; empty for any other name.
std::string_view page_asset(std::string_view name);

/// Value of the Content-Security-Policy header of every page.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

}  // namespace dure::node
