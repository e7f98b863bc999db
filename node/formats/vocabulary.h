// SPDX-License-Identifier: Apache-2.0
// The words that statements use besides their own: licences, fields, themes, places. Each is
// described where it stands, so that nobody has to fetch a list.
#pragma once

#include <string>
#include <string_view>

#include "formats/rdf.h"

namespace dure::node {

/// A skos:Concept in place: `iri` with its Korean and English label.
RdfValue concept_value(std::string_view iri, std::string_view korean, std::string_view english);
/// A code of a body's member ("status", "running") as a concept of ours, in the words of the pages.
/// A code without words is its own label.
RdfValue own_concept(std::string_view scheme, std::string_view code);

RdfValue field_concept(std::string_view field);  // "1" … "12"
/// The theme of data.europa.eu that a field belongs to; GOVE for any other code.
RdfValue theme_concept(std::string_view field);
RdfValue licence_document(std::string_view licence);  // "kogl-1"
RdfValue language_value(std::string_view language);   // "ko"; what is not known is Korean
RdfValue currency_concept(std::string_view currency);
RdfValue frequency_value(std::string_view frequency);  // "daily"
RdfValue publisher_type(std::string_view role);        // "town", "province", "observer"
RdfValue available();                                  // of a distribution
RdfValue public_access();
/// A file type of the EU's list if `format` is one of those that are common; else a name of its
/// own.
RdfValue file_format(std::string_view format);
RdfValue media_type(std::string_view media_type);

/// The Republic of Korea, with its extent. Statements about a place need one, and no table of ours
/// has those of towns.
RdfValue korea();
/// A region as a code with its name.
RdfValue region_concept(std::string_view code, std::string_view name);
/// A document in place.
RdfValue document(std::string_view iri);
RdfValue standard(std::string_view iri, std::string_view title);
/// The schemes of fields and themes, for a catalogue's themeTaxonomy.
RdfNode field_scheme();
RdfNode theme_scheme();

}  // namespace dure::node
