// SPDX-License-Identifier: Apache-2.0
// Members of a published body, which may be anything: what is not as it should be is left out.
// Internal to formats/.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "formats/rdf.h"

namespace dure::node {

using BodyJson = nlohmann::json;

/// Null if `object` is none or lacks it.
const BodyJson* member_of(const BodyJson* object, const char* name);
/// Empty if it is no string.
std::string string_of(const BodyJson* value);
/// The elements of an array that are objects or strings.
void each_of(const BodyJson* array, const std::function<void(const BodyJson&)>& visit);

/// The Korean of {"ko","en"}, else the English; a string counts as Korean.
std::string words_of(const BodyJson* texts);
/// One statement for each language. Returns whether there was one.
bool add_texts(RdfNode& node, std::string_view property, const BodyJson* texts);
/// As xsd:date or xsd:dateTime; nothing if it is neither.
bool add_moment(RdfNode& node, std::string_view property, const BodyJson* value);
/// http and https only.
bool add_address(RdfNode& node, std::string_view property, const BodyJson* value);
bool is_web_address(std::string_view text);
/// As xsd:decimal, without an exponent.
bool add_decimal(RdfNode& node, std::string_view property, const BodyJson* value);
/// As xsd:double in its one canonical form, which readers of JSON-LD make of any other.
bool add_double(RdfNode& node, std::string_view property, const BodyJson* value);
bool add_integer(RdfNode& node, std::string_view property, const BodyJson* value);

}  // namespace dure::node
