// SPDX-License-Identifier: Apache-2.0
// What a search is narrowed by, as parameters of a request and as counts of an answer:
// field=2,5&audience=elderly&review=overdue&problem=ID&adopted=2. Values of one parameter are
// alternatives.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/search_service.h"
#include "http/message.h"
#include "http/routes/api_answer.h"
#include "web/pages.h"

namespace dure::node::http {

/// The day by the calendar of Korea, by which reviews are promised, in days since 1970.
std::uint32_t today();

/// Adds the names of all parameters that read_facets() reads.
void add_facet_names(std::set<std::string_view>& names);
/// Fills facets, only_overdue, problem, adopted, count_facets and today. A value that there is not
/// is a fault, and is left out.
void read_facets(const Request& request, SearchRequest& search, ParameterFaults& faults);

/// The groups as a page offers them, in words, with what was chosen; values without a result are
/// left out unless they are chosen. `answer` has facets.
/// `problem`: the title of the problem asked for, if it is known.
std::vector<FacetView> facet_views(const SearchAnswer& answer, const SearchRequest& asked,
                                   Language language, const std::string& problem = {});
/// {"type":[{"value":"service","count":3},…],"field":[…],…}; values without a result are left out.
/// `answer` has facets.
nlohmann::ordered_json facets_json(const SearchAnswer& answer);

}  // namespace dure::node::http
