// SPDX-License-Identifier: Apache-2.0
// The public pages as plain data in, HTML out. No store, no request, no clock: whoever answers
// fills the views.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/entry_view.h"
#include "web/quality_view.h"
#include "web/related_view.h"
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
  bool console = false;   // for staff: a cookie says who is signed in
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
  bool one = false;  // choosing another value takes the place of the chosen one
};

struct SearchView {
  std::string query, type, region;          // as asked
  std::string origin = {}, publisher = {};  // of one government only; empty: any
  std::vector<OptionGroup> regions;         // offered; the one asked for is marked by the page
  bool newest_first = false, by_adoption = false;
  std::string error;  // said above the form; then the rest is empty
  std::uint64_t matched = 0, total = 0;
  bool relaxed = false;  // few or none hold every word; these hold most
  bool exact = false;    // what was typed, as it was typed
  std::vector<std::pair<std::string, std::string>> corrected = {};  // typed, and searched instead
  std::vector<std::string> places = {};   // names of regions that the words name
  bool later_page = false;                // the reader came here through a cursor
  std::uint64_t indexed = 0, stored = 0;  // entries; equal when the catalogue is up to date
  std::vector<ResultView> results;
  std::string next_cursor;
  std::vector<WithheldView> withheld = {};
  std::vector<FacetView> facets = {};
};

/// The page that opens the catalogue.
struct HomeView {
  std::vector<FacetValueView> fields;  // the twelve of the decree, also without entries
  std::vector<RelatedEntry> problems, newest;
  std::uint64_t total = 0, governments = 0;
  std::uint64_t indexed = 0, stored = 0;
  std::vector<WithheldView> withheld = {};
  std::string tell_href = {};  // of this node's form; may be empty
};

struct ChangesDay {
  std::string day;  // RFC 3339
  std::vector<ResultView> entries;
};
struct ChangesView {
  std::vector<ChangesDay> days;
  std::string first_href, next_href;  // empty: none
};

/// One government that publishes.
struct MemberView {
  std::string name, role, region;  // in words; may be empty
  std::optional<std::uint64_t> population;
  std::string href;  // of its organisation entry; may be empty
  std::string origin, fingerprint, log_vkey, checkpoint_href, url;
  std::uint64_t entries = 0, records = 0, overdue = 0;
  std::string newest;                 // RFC 3339 day of the newest change
  std::vector<FacetValueView> types;  // value: an entry type
  std::vector<RelatedEntry> latest;
  std::vector<std::pair<std::string, std::string>> alike;  // href, name: towns like this one
  std::string alike_why;                                   // what they have in common
  std::vector<WithheldView> withheld = {};
  std::optional<QualityView> quality = {};
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
  ConnectionsView connections = {};
  std::string tell_href = {};  // of the form of whoever published it; may be empty
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
  std::string log_vkey = {}, region = {}, url = {}, page_href = {};  // may be empty
};

struct AboutView {
  std::string origin, log_vkey, fingerprint;
  std::vector<LogView> logs;
  std::uint64_t records = 0, indexed = 0, stored = 0;
  std::vector<WithheldView> withheld = {};
};

/// An entry whose proof the reader's browser verifies.
struct CheckPageView {
  ProvenanceView provenance;
  Text title;               // may be empty
  std::string policy_href;  // the keys and the quorum as this node tells them
};

/// A failure or a detour, in a heading, a paragraph and at most one link.
struct MessageView {
  std::string title, paragraph;
  std::string link_href, link_text;
};

/// Threads: any. All text is escaped; `lang` is set where a text is not in the page's language.
std::string render_search(const PageFrame& frame, const SearchView& view);
std::string render_home(const PageFrame& frame, const HomeView& view);
std::string render_changes(const PageFrame& frame, const ChangesView& view);
std::string render_member(const PageFrame& frame, const MemberView& view);
std::string render_entry(const PageFrame& frame, const EntryPageView& view);
std::string render_tombstone(const PageFrame& frame, const TombstoneView& view);
std::string render_claims(const PageFrame& frame, const std::vector<ClaimView>& claims);
std::string render_about(const PageFrame& frame, const AboutView& view);
/// `view` null: only for files that the reader chooses.
std::string render_check(const PageFrame& frame, const CheckPageView* view);
std::string render_message(const PageFrame& frame, const MessageView& view);

/// `path?name=value&…`: values percent-encoded, empty ones left out, `lang` added if the reader
/// chose one.
std::string page_href(const PageFrame& frame, std::string_view path,
                      const std::vector<std::pair<std::string, std::string>>& query = {});

/// The bytes of "style.css", "icon.svg" or "check.js"; empty for any other name.
std::string_view page_asset(std::string_view name);

/// Value of the Content-Security-Policy header of every page.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

/// Of the page that verifies: it runs the node's own script, which asks the node for proof and
/// policy, and nobody else.
inline constexpr std::string_view kCheckSecurityPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; script-src 'self'; connect-src 'self'";

}  // namespace dure::node
