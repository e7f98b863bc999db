// SPDX-License-Identifier: Apache-2.0
// What all pages are made with: templates, escaping, texts. Internal to web/; pages.h is what
// callers use.
#pragma once

#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

#include "web/pages.h"

namespace dure::node {

using Data = kainjow::mustache::data;

/// `{{#name}}` must be false for an empty text: mustache itself takes any string for true.
Data present(const std::string& text);
Data say(const PageFrame& frame, std::string_view key, const TextArguments& args = {});
/// False if empty; else {text, language}.
Data text_data(const Text& text);
/// Its lines as {line, more}.
Data lines_of(const std::string& text);

/// What every template may use: `{{#t}}key{{/t}}`, home_href, about_href, api_href.
Data new_page(const PageFrame& frame);
/// The embedded template `name`, for who fills it often.
kainjow::mustache::mustache read_template(std::string_view name);
/// Renders the embedded template `name`.
std::string fill_template(std::string_view name, const Data& data);
/// Puts `content` (HTML) into the frame that all pages share.
std::string in_layout(const PageFrame& frame, const std::string& title, const std::string& content);

/// Notices about logs whose newer entries are not shown.
Data withheld_data(const PageFrame& frame, const std::vector<WithheldView>& withheld);

}  // namespace dure::node
